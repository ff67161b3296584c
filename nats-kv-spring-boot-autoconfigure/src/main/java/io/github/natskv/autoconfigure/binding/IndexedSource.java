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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;

/**
 * A source that knows what its properties are below. Spring Boot looks through all names
 * of a source that was filtered, for each option of each bucket.
 */
final class IndexedSource implements IterableConfigurationPropertySource {

	private final ConfigurationPropertySource source;

	private final List<ConfigurationPropertyName> names = new ArrayList<>();

	private final Set<ConfigurationPropertyName> ancestors = new HashSet<>();

	private IndexedSource(IterableConfigurationPropertySource source, ConfigurationPropertyName root) {
		this.source = source;
		for (ConfigurationPropertyName name : source) {
			if (root.equals(name) || root.isAncestorOf(name)) {
				this.names.add(name);
			}
		}
		for (ConfigurationPropertyName name : this.names) {
			int size = name.getNumberOfElements() - 1;
			while (size >= 0 && this.ancestors.add(name.chop(size))) {
				size--;
			}
		}
	}

	/**
	 * Return the properties of a source.
	 * @param root what they are, or are below
	 * @return a source that has their names, unless nothing is known of names
	 */
	static ConfigurationPropertySource of(ConfigurationPropertySource source, ConfigurationPropertyName root) {
		return (source instanceof IterableConfigurationPropertySource iterable) ? new IndexedSource(iterable, root)
				: source;
	}

	boolean hasAny(ConfigurationPropertyName root, List<ConfigurationPropertyName> except) {
		if (!this.ancestors.contains(root)) {
			return getConfigurationProperty(root) != null;
		}
		for (ConfigurationPropertyName name : this.names) {
			if ((root.equals(name) || root.isAncestorOf(name))
					&& except.stream().noneMatch((other) -> other.equals(name) || other.isAncestorOf(name))) {
				return true;
			}
		}
		return false;
	}

	@Override
	public Stream<ConfigurationPropertyName> stream() {
		return this.names.stream();
	}

	@Override
	public ConfigurationPropertyState containsDescendantOf(ConfigurationPropertyName name) {
		return this.ancestors.contains(name) ? ConfigurationPropertyState.PRESENT : ConfigurationPropertyState.ABSENT;
	}

	@Override
	public @Nullable ConfigurationProperty getConfigurationProperty(ConfigurationPropertyName name) {
		return this.source.getConfigurationProperty(name);
	}

	@Override
	public @Nullable Object getUnderlyingSource() {
		return this.source.getUnderlyingSource();
	}

}
