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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.YamlProcessor;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.Resource;

/**
 * The empty maps of YAML files ({@code orders: {}}), which Spring Boot leaves out of its
 * property sources before 4.1. They are read from the files again.
 */
final class EmptyYamlMaps {

	private static final Pattern DOCUMENT = Pattern.compile("\\(document #(\\d+)\\)$");

	// the description of a resource in the name of the property source made from it
	private static final Pattern RESOURCE = Pattern.compile("'(class path resource|file) \\[([^]]+)]'");

	private EmptyYamlMaps() {
	}

	/**
	 * Return the empty maps of the YAML document a property source was made from.
	 * @return the properties it lacks, with empty values, as those of Spring Boot 4.1
	 */
	static Map<String, Object> missingFrom(PropertySource<?> source) {
		Resource resource = (source instanceof OriginTrackedMapPropertySource loaded) ? resourceOf(loaded) : null;
		if (resource == null || String.valueOf(resource.getFilename()).endsWith(".properties")) {
			return Map.of();
		}
		Matcher matcher = DOCUMENT.matcher(source.getName());
		int index = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
		List<List<String>> documents = new Documents(resource).emptyMaps();
		Map<String, Object> missing = new LinkedHashMap<>();
		if (index < documents.size()) {
			documents.get(index)
				.stream()
				.filter((name) -> !source.containsProperty(name))
				.forEach((name) -> missing.put(name, ""));
		}
		return missing;
	}

	private static @Nullable Resource resourceOf(OriginTrackedMapPropertySource source) {
		for (String name : source.getPropertyNames()) {
			if (source.getOrigin(name) instanceof TextResourceOrigin origin) {
				return origin.getResource();
			}
		}
		// a document of nothing but empty maps has no origins
		Matcher matcher = RESOURCE.matcher(source.getName());
		if (!matcher.find()) {
			return null;
		}
		String scheme = matcher.group(1).equals("file") ? "file:" : "classpath:";
		return new DefaultResourceLoader().getResource(scheme + matcher.group(2));
	}

	/**
	 * The documents of a YAML file.
	 */
	private static final class Documents extends YamlProcessor {

		Documents(Resource resource) {
			setResources(resource);
			setResolutionMethod(ResolutionMethod.OVERRIDE_AND_IGNORE);
		}

		List<List<String>> emptyMaps() {
			List<List<String>> documents = new ArrayList<>();
			try {
				process((properties, map) -> {
					List<String> names = new ArrayList<>();
					collect("", map, names);
					documents.add(names);
				});
			}
			catch (RuntimeException ex) {
				return List.of(); // not YAML, or no longer what was loaded
			}
			return documents;
		}

		private static void collect(String name, @Nullable Object value, List<String> names) {
			if (value instanceof Map<?, ?> map) {
				if (map.isEmpty()) {
					names.add(name);
				}
				map.forEach((key, nested) -> collect(append(name, Objects.toString(key)), nested, names));
			}
		}

		// keys other than strings have brackets already
		private static String append(String name, String key) {
			return (name.isEmpty() || key.startsWith("[")) ? name + key : name + "." + key;
		}

	}

}
