/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natskv.autoconfigure.binding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The properties of files and the command line: all but environment variables.
 */
final class WrittenProperties {

	private final List<WrittenProperty> all;

	private final Map<ConfigurationPropertyName, List<WrittenProperty>> at = new HashMap<>();

	private final Map<ConfigurationPropertyName, List<WrittenProperty>> below = new HashMap<>();

	private WrittenProperties(List<WrittenProperty> all) {
		this.all = all;
		all.forEach((property) -> {
			ConfigurationPropertyName name = property.name();
			add(this.at, name, property);
			for (int size = name.getNumberOfElements() - 1; size > 0; size--) {
				add(this.below, name.chop(size), property);
			}
		});
	}

	private static void add(Map<ConfigurationPropertyName, List<WrittenProperty>> properties,
			ConfigurationPropertyName name, WrittenProperty property) {
		properties.computeIfAbsent(name, (key) -> new ArrayList<>()).add(property);
	}

	/**
	 * Find them.
	 * @param root what they are, or are below
	 */
	static WrittenProperties of(List<ConfigurationPropertySource> sources, ConfigurationPropertyName root) {
		List<WrittenProperty> properties = new ArrayList<>();
		for (ConfigurationPropertySource source : sources) {
			Object underlying = source.getUnderlyingSource();
			if (underlying instanceof SystemEnvironmentPropertySource) {
				continue;
			}
			if (underlying instanceof EnumerablePropertySource<?> enumerable) {
				Stream.of(enumerable.getPropertyNames())
					.filter((text) -> text.toLowerCase(Locale.ROOT).startsWith(root.toString()))
					.forEach((text) -> properties
						.add(new WrittenProperty(source, text, ConfigurationPropertyName.adapt(text, '.'))));
			}
			else if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.forEach((name) -> properties.add(new WrittenProperty(source, "", name)));
			}
		}
		properties.removeIf((property) -> !root.equals(property.name()) && !root.isAncestorOf(property.name()));
		return new WrittenProperties(properties);
	}

	List<WrittenProperty> all() {
		return this.all;
	}

	boolean has(ConfigurationPropertyName name) {
		return this.at.containsKey(name) || this.below.containsKey(name);
	}

	List<WrittenProperty> at(ConfigurationPropertyName name) {
		return this.at.getOrDefault(name, List.of());
	}

	List<WrittenProperty> below(ConfigurationPropertyName name) {
		return this.below.getOrDefault(name, List.of());
	}

	/**
	 * Return the keys of a map.
	 * @return full names by key
	 */
	Map<String, ConfigurationPropertyName> entries(ConfigurationPropertyName map) {
		int index = map.getNumberOfElements();
		Map<String, ConfigurationPropertyName> entries = new LinkedHashMap<>();
		below(map).forEach((property) -> entries.putIfAbsent(property.name().getElement(index, Form.ORIGINAL),
				property.name().chop(index + 1)));
		return entries;
	}

}
