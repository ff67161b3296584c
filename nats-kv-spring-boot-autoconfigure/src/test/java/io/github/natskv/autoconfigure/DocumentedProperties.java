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

package io.github.natskv.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natskv.autoconfigure.ConfigurationMetadataTests.Metadata;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * The configuration properties of the metadata, those of buckets and named connections
 * included: {@code nats.kv.buckets.<bucket>.history}.
 *
 * @param properties all of them, sorted by name
 */
record DocumentedProperties(List<Property> properties) {

	/** The names users give, by the property that is a map of them. */
	private static final Map<String, String> KEYS = Map.of("buckets", "<bucket>", "definitions", "<stream>",
			"consumers", "<consumer>", "connections", "<connection>", "caches", "<cache>");

	private static final Pattern ELEMENT_TYPE = Pattern
		.compile("java\\.util\\.(Map|List)<.*?(io\\.github\\.natskv\\.[^<>,]+)>");

	static DocumentedProperties read() {
		List<Property> properties = new ArrayList<>(
				properties(Metadata.read("META-INF/spring-configuration-metadata.json"), ""));
		for (int i = 0; i < properties.size(); i++) {
			Property property = properties.get(i);
			Matcher matcher = ELEMENT_TYPE.matcher(property.type());
			if (matcher.matches()) {
				properties.addAll(properties(Metadata.of(matcher.group(2)),
						property.name() + (matcher.group(1).equals("Map") ? "." + key(property) : "[n]") + "."));
			}
		}
		properties.sort(Comparator.comparing(Property::name));
		return new DocumentedProperties(properties);
	}

	private static String key(Property map) {
		return KEYS.get(map.name().substring(map.name().lastIndexOf('.') + 1));
	}

	private static List<Property> properties(Metadata metadata, String prefix) {
		return metadata.properties()
			.stream()
			.map((property) -> new Property(prefix + property.name(), property.type(), property.description(),
					property.defaultValue()))
			.toList();
	}

	/**
	 * Whether a name as documentation writes it is that of a property, or the beginning
	 * of some. It may have {@code *} in place of a part.
	 */
	boolean contains(String name) {
		String plain = name.replaceAll("\\[[^\\]]*\\]", "").replaceAll("\\.$", "");
		return this.properties.stream().anyMatch((property) -> property.isMeantBy(plain));
	}

	/**
	 * A configuration property.
	 *
	 * @param name the full name
	 * @param type the Java type
	 * @param description what it is for
	 * @param defaultValue the default, if there is one
	 */
	record Property(String name, String type, String description, @Nullable Object defaultValue) {

		private boolean isMeantBy(String reference) {
			String[] wanted = reference.split("\\.");
			String[] parts = this.name.replace("[n]", "").split("\\.");
			boolean map = this.type.equals("java.util.Map<java.lang.String,java.lang.String>");
			for (int i = 0; i < wanted.length; i++) {
				if (i >= parts.length) {
					return map;
				}
				if (!wanted[i].equals(parts[i]) && !wanted[i].equals("*") && !parts[i].startsWith("<")) {
					return false;
				}
			}
			return true;
		}

		/** The prefix that properties of one subject have in common. */
		String group() {
			return this.name.substring(0, this.name.lastIndexOf('.'));
		}

		String row() {
			return "| `%s` | %s | %s | %s |".formatted(this.name, values(), defaultText(),
					this.description.replace("|", "\\|").replaceAll("(?<![\\w`])(\\{\\{[^}]*}})", "`$1`"));
		}

		private String values() {
			if (ClassUtils.isPresent(this.type, null)) {
				Object[] constants = ClassUtils.resolveClassName(this.type, null).getEnumConstants();
				if (constants != null) {
					return Stream.of(constants)
						.map((constant) -> code(dashed(((Enum<?>) constant).name())))
						.collect(Collectors.joining(", "));
				}
			}
			return code(this.type.replaceAll("[a-z]+\\.", "").replaceAll("\\w+\\$", ""));
		}

		private String defaultText() {
			if (this.defaultValue == null) {
				return "";
			}
			return (this.defaultValue instanceof Collection<?> elements)
					? elements.stream().map((element) -> code(element.toString())).collect(Collectors.joining(", "))
					: code(dashed(this.defaultValue.toString()));
		}

		private static String dashed(String text) {
			return text.matches("[A-Za-z0-9_]+")
					? text.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT).replace('_', '-') : text;
		}

		private static String code(String text) {
			return '`' + text + '`';
		}

	}

}
