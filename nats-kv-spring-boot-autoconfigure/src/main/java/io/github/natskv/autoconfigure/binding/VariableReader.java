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

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.natskv.autoconfigure.binding.OptionNode.Entries;
import io.github.natskv.autoconfigure.binding.OptionNode.Group;
import io.github.natskv.autoconfigure.binding.OptionNode.Items;
import io.github.natskv.autoconfigure.binding.OptionNode.OpenMap;
import io.github.natskv.kv.support.Suggestion;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * Reads the name of one environment variable from left to right.
 */
final class VariableReader {

	private static final Pattern INDEX = Pattern.compile("_([0-9]+)(|_.*)");

	private final Function<ConfigurationPropertyName, Map<String, ConfigurationPropertyName>> keys;

	// where reading got furthest
	private String rest = "";

	private @Nullable OptionNode node;

	private String name = "";

	private Collection<String> expected = List.of();

	VariableReader(Function<ConfigurationPropertyName, Map<String, ConfigurationPropertyName>> keys) {
		this.keys = keys;
	}

	/**
	 * Return the property a variable sets.
	 * @param node the structure
	 * @param rest what is to be read, in upper case and with underscores
	 */
	@Nullable String read(OptionNode node, ConfigurationPropertyName name, String rest) {
		return read(node, name.toString(), rest);
	}

	private @Nullable String read(OptionNode node, String name, String rest) {
		if (node instanceof Entries entries) {
			return readEntry(entries, name, rest);
		}
		if (node instanceof Group group) {
			return readOption(group, name, rest);
		}
		if (node instanceof OpenMap) {
			return (rest.length() > 1 && rest.charAt(0) == '_') ? name + rest.replace('_', '.').toLowerCase(Locale.ROOT)
					: null;
		}
		if (node instanceof Items items && rest.startsWith("_")) {
			Matcher index = INDEX.matcher(rest);
			return index.matches() ? read(items.element(), name + "[" + index.group(1) + "]", index.group(2)) : null;
		}
		return rest.isEmpty() ? name : null;
	}

	private @Nullable String readEntry(Entries entries, String name, String rest) {
		Map<String, ConfigurationPropertyName> declared = this.keys.apply(ConfigurationPropertyName.of(name));
		note(entries, name, rest, declared.keySet());
		// the longest first
		return declared.entrySet()
			.stream()
			.sorted(Comparator.comparingInt((entry) -> -entry.getKey().length()))
			.map((entry) -> {
				int end = endOf(entry.getKey(), rest);
				return (end == rest.length() || (end < rest.length() && rest.charAt(end) == '_'))
						? read(entries.options(), entry.getValue().toString(), rest.substring(end)) : null;
			})
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	private @Nullable String readOption(Group group, String name, String rest) {
		note(group, name, rest, group.options().keySet());
		return group.options().entrySet().stream().map((option) -> {
			int end = endOf(option.getKey(), rest);
			return (end <= rest.length()) ? read(option.getValue(), name + "." + option.getKey(), rest.substring(end))
					: null;
		}).filter(Objects::nonNull).findFirst().orElse(null);
	}

	private void note(OptionNode node, String name, String rest, Collection<String> expected) {
		if (this.node == null || rest.length() < this.rest.length()) {
			this.node = node;
			this.name = name;
			this.rest = rest;
			this.expected = expected;
		}
	}

	// Behind a name, however it is spelt, or beyond the end.
	private static int endOf(String name, String rest) {
		String uniform = Suggestion.uniform(name).toUpperCase(Locale.ROOT);
		int matched = 0;
		for (int i = 0; i < rest.length(); i++) {
			if (matched == uniform.length()) {
				return i;
			}
			if (rest.charAt(i) != '_') {
				if (rest.charAt(i) != uniform.charAt(matched)) {
					return Integer.MAX_VALUE;
				}
				matched++;
			}
		}
		return (matched == uniform.length()) ? rest.length() : Integer.MAX_VALUE;
	}

	String problem() {
		if (this.rest.isEmpty()) {
			return "it sets nothing below '%s'.".formatted(this.name);
		}
		if (this.node instanceof Entries entries) {
			String noun = entries.declared().noun();
			return "the %s this variable is for is not declared. Variables set options of what is declared elsewhere, and declare no %s."
				.formatted(noun, noun);
		}
		return "there is no such option below '%s'.".formatted(this.name);
	}

	String action() {
		String question = "";
		String what = this.rest.replaceFirst("^_", "").toLowerCase(Locale.ROOT);
		while (question.isEmpty() && !what.isEmpty()) {
			question = Suggestion.question(what, this.expected);
			what = what.substring(0, Math.max(what.lastIndexOf('_'), 0));
		}
		return question
				+ ((this.node instanceof Entries) ? "Correct or remove the variable, or declare the %s in a file."
					.formatted(((Entries) this.node).declared().noun()) : "Correct or remove the variable.");
	}

}
