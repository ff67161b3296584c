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

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.binding.OptionNode.Entries;
import io.github.natskv.autoconfigure.binding.OptionNode.Group;
import io.github.natskv.autoconfigure.binding.OptionNode.Items;
import io.github.natskv.autoconfigure.binding.OptionNode.OpenMap;
import io.github.natskv.autoconfigure.binding.OptionNode.Value;
import io.github.natskv.kv.support.Suggestion;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/**
 * Refuses lists and values where there should be maps, and keys that Spring Boot would
 * read as other ones: it drops the former without a word.
 */
final class ShapeCheck {

	private static final Pattern KEY = Pattern.compile("(?=.*[A-Za-z0-9])[A-Za-z0-9_][A-Za-z0-9_-]*");

	private final WrittenProperties properties;

	private final Predicate<@Nullable Object> blank;

	private final Set<ConfigurationPropertyName> empty = new HashSet<>();

	/**
	 * Create a check.
	 * @param blank whether a value counts as none
	 */
	ShapeCheck(WrittenProperties properties, Predicate<@Nullable Object> blank) {
		this.properties = properties;
		this.blank = blank;
	}

	void checkNames(ConfigurationPropertyName others) {
		for (WrittenProperty property : this.properties.all()) {
			String ignored = property.ignored();
			if (ignored != null && !others.isAncestorOf(property.name())) {
				throw invalid(property.text(), property,
						"'%s' cannot be a part of the name of a property: it has no letters and digits."
							.formatted(ignored),
						"Choose another name.");
			}
		}
	}

	void check(ConfigurationPropertyName name, OptionNode node) {
		if (node instanceof Entries entries) {
			refuseValueOrList(name, "a map of %ss by key is expected".formatted(entries.declared().noun()),
					"Write each %s as a key with its options below it, one without options as '%s.%s: {}'."
						.formatted(entries.declared().noun(), name, "example"));
			checkKeys(name, entries);
			this.properties.entries(name).forEach((key, entry) -> check(entry, entries.options()));
		}
		else if (node instanceof Group group) {
			refuseValueOrList(name, "options are expected",
					"Write the options below '%s', each with its name.".formatted(name));
			group.options().forEach((option, nested) -> {
				if (!(nested instanceof Value || nested instanceof Items)) {
					check(name.append(option), nested);
				}
			});
		}
		else if (node instanceof OpenMap) {
			refuseValueOrList(name, "a map is expected", "Write keys with values below '%s'.".formatted(name));
		}
	}

	/**
	 * Return the names of options and maps that were checked and have nothing in them in
	 * some file. Before 4.1, Spring Boot takes nothing for a value that it cannot
	 * convert.
	 */
	Set<ConfigurationPropertyName> empty() {
		return this.empty;
	}

	private void refuseValueOrList(ConfigurationPropertyName name, String expected, String action) {
		for (WrittenProperty property : this.properties.at(name)) {
			if (!this.blank.test(property.value())) {
				throw invalid(name.toString(), property, "is a single value, where %s.".formatted(expected), action);
			}
			this.empty.add(name);
		}
		int index = name.getNumberOfElements();
		for (WrittenProperty property : this.properties.below(name)) {
			// YAML has maps with numbers as keys, too
			if (property.name().isNumericIndex(index) && property.element(index).equals("0")) {
				throw invalid(name.toString(), property, "is a list, where %s.".formatted(expected), action);
			}
		}
	}

	private void checkKeys(ConfigurationPropertyName map, Entries entries) {
		Declared declared = entries.declared();
		int index = map.getNumberOfElements();
		Map<String, String> keys = new LinkedHashMap<>();
		for (WrittenProperty property : this.properties.below(map)) {
			String key = property.element(index);
			if (declared != Declared.CACHE && !KEY.matcher(key).matches()) {
				throw invalid(map + "." + key, property,
						"'%s' cannot be the key of a %s: it may have letters, digits, dashes and underscores, and does not begin with a dash."
							.formatted(key, declared.noun()),
						"Choose another key." + declared.remedy());
			}
			checkDots(map, key, property, entries);
			String other = keys.putIfAbsent(Suggestion.uniform(key), key);
			if (other != null && !other.equals(key)) {
				throw invalid(map + "." + key, property,
						"%s must differ in more than case, dashes and underscores, and there is '%s' already."
							.formatted(declared.keys(), other),
						"Rename one of them." + declared.remedy());
			}
		}
	}

	// com.acme.x.history is option acme.x.history of key com
	private void checkDots(ConfigurationPropertyName map, String key, WrittenProperty property, Entries entries) {
		ConfigurationPropertyName name = property.name();
		int first = map.getNumberOfElements() + 1;
		int count = name.getNumberOfElements();
		Map<String, OptionNode> options = entries.options().options();
		if (count < first + 2 || name.isNumericIndex(first)) {
			return;
		}
		String option = name.getElement(first, Form.UNIFORM);
		if (Suggestion.closest(option, options.keySet()) != null) {
			return; // an option, or one that is misspelt
		}
		int end = IntStream.range(first + 1, count)
			.filter((i) -> options.keySet()
				.stream()
				.anyMatch((other) -> Suggestion.uniform(other).equals(name.getElement(i, Form.UNIFORM))))
			.findFirst()
			.orElse(count);
		String dotted = IntStream.range(first - 1, end).mapToObj(property::element).collect(Collectors.joining("."));
		throw invalid(map + "." + dotted, property,
				"'%s' cannot be the key of a %s: keys have no dots.".formatted(dotted, entries.declared().noun()),
				"Call it '%s', for example.%s".formatted(dotted.replace('.', '-'), entries.declared().remedy()));
	}

	private static InvalidNatsPropertyException invalid(String name, WrittenProperty property, String problem,
			String action) {
		return new InvalidNatsPropertyException(name, problem, action).from(property.origin());
	}

}
