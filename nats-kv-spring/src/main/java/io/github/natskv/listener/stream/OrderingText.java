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

package io.github.natskv.listener.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.natskv.listener.invocation.SubjectPattern;

/**
 * The text by which messages are handled in order, with variables of subjects.
 */
public final class OrderingText {

	private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");

	private final String text;

	private final List<String> literals = new ArrayList<>();

	private final List<String> variables = new ArrayList<>();

	// create a text
	public OrderingText(String text, List<SubjectPattern> subjects) {
		this.text = text;
		Matcher matcher = VARIABLE.matcher(text);
		int end = 0;
		while (matcher.find()) {
			String name = matcher.group(1);
			if (!subjects.stream().allMatch((subject) -> subject.variableNames().contains(name))) {
				throw new IllegalArgumentException("not every one of its subjects has a token {" + name + "}");
			}
			this.literals.add(text.substring(end, matcher.start()));
			this.variables.add(name);
			end = matcher.end();
		}
		this.literals.add(text.substring(end));
	}

	String of(SubjectPattern pattern, String subject) {
		StringBuilder value = new StringBuilder();
		for (int i = 0; i < this.variables.size(); i++) {
			value.append(this.literals.get(i)).append(pattern.variable(this.variables.get(i), subject));
		}
		return value.append(this.literals.get(this.variables.size())).toString();
	}

	@Override
	public String toString() {
		return this.text;
	}

}
