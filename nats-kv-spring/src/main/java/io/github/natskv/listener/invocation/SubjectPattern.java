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

package io.github.natskv.listener.invocation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.natskv.core.Subjects;

/**
 * A subject to subscribe, or a filter for keys, whose tokens may have names.
 */
public final class SubjectPattern {

	private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

	private final String subject;

	private final Map<String, Integer> variables;

	private SubjectPattern(String subject, Map<String, Integer> variables) {
		this.subject = subject;
		this.variables = variables;
	}

	public static SubjectPattern parse(String pattern) {
		String problem = Subjects.findProblem(pattern);
		if (problem != null) {
			throw new IllegalArgumentException(problem);
		}
		return parseTokens(pattern);
	}

	// Which characters a key may have is up to the bucket's key codec.
	public static SubjectPattern parseKeys(String pattern) {
		if (pattern.isEmpty()) {
			throw new IllegalArgumentException("it is empty");
		}
		return parseTokens(pattern);
	}

	private static SubjectPattern parseTokens(String pattern) {
		Map<String, Integer> variables = new LinkedHashMap<>();
		String[] tokens = pattern.split("\\.", -1);
		for (int i = 0; i < tokens.length; i++) {
			String token = tokens[i];
			if (token.indexOf('{') < 0 && token.indexOf('}') < 0) {
				continue;
			}
			String name = (token.length() > 2) ? token.substring(1, token.length() - 1) : "";
			if (!token.startsWith("{") || !token.endsWith("}") || !NAME.matcher(name).matches()) {
				throw new IllegalArgumentException(
						"token '" + token + "' is not a variable; a variable is a whole token of the form {name}");
			}
			if (variables.put(name, i) != null) {
				throw new IllegalArgumentException("variable {" + name + "} is there twice");
			}
			tokens[i] = "*";
		}
		return new SubjectPattern(String.join(".", tokens), variables);
	}

	public String subject() {
		return this.subject;
	}

	public Set<String> variableNames() {
		return this.variables.keySet();
	}

	// Get the value a variable has in the subject of a message.
	public String variable(String name, String messageSubject) {
		Integer index = this.variables.get(name);
		if (index == null) {
			throw new IllegalArgumentException("No variable {" + name + "} in subject '" + this.subject + "'");
		}
		int start = 0;
		for (int i = 0; i < index; i++) {
			start = messageSubject.indexOf('.', start) + 1;
		}
		int end = messageSubject.indexOf('.', start);
		return (end < 0) ? messageSubject.substring(start) : messageSubject.substring(start, end);
	}

	@Override
	public String toString() {
		return this.subject;
	}

}
