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
import java.util.List;

import io.github.natskv.kv.support.Suggestion;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.PropertySource;

/**
 * A property as it was written.
 *
 * @param source where it is from
 * @param text its name as it was written, if that is known
 * @param name its name as Spring Boot has it, without the characters no name can have
 */
record WrittenProperty(ConfigurationPropertySource source, String text, ConfigurationPropertyName name) {

	/**
	 * Return a part of the name as it was written, without brackets.
	 * @return the text
	 */
	String element(int index) {
		List<String> elements = elements();
		return (index < elements.size()) ? elements.get(index) : this.name.getElement(index, Form.ORIGINAL);
	}

	/**
	 * Return a part of the name that Spring Boot ignores, as it has no character a name
	 * can have.
	 * @return the text, or {@code null} if there is none
	 */
	@Nullable String ignored() {
		List<String> elements = elements();
		return (elements.size() <= this.name.getNumberOfElements()) ? null
				: elements.stream().filter((element) -> Suggestion.uniform(element).isEmpty()).findFirst().orElse(null);
	}

	private List<String> elements() {
		List<String> elements = new ArrayList<>();
		StringBuilder element = new StringBuilder();
		int depth = 0;
		char last = ']';
		for (char ch : this.text.isEmpty() ? new char[0] : (this.text + ".").toCharArray()) {
			depth += (ch == '[') ? 1 : (ch == ']') ? -1 : 0;
			boolean opens = ch == '[' && depth == 1;
			boolean closes = ch == ']' && depth == 0;
			if (!opens && !closes && (depth > 0 || ch != '.')) {
				element.append(ch);
			}
			else {
				if (closes || !element.isEmpty() || (ch == '.' && last != ']')) {
					elements.add(element.toString());
				}
				element.setLength(0);
			}
			last = ch;
		}
		return elements;
	}

	@Nullable Object value() {
		ConfigurationProperty property = this.source.getConfigurationProperty(this.name);
		return (property != null) ? property.getValue() : null;
	}

	@Nullable Origin origin() {
		return (this.source.getUnderlyingSource() instanceof PropertySource<?> propertySource)
				? PropertySourceOrigin.get(propertySource, this.text) : null;
	}

}
