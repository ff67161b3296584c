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

package io.github.natskv.core;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The rules for subjects.
 *
 * @since 0.1.0
 */
public final class Subjects {

	private Subjects() {
	}

	/**
	 * Check a subject to publish to: no wildcards, no empty tokens, no white space.
	 * @param subject the subject
	 * @throws IllegalArgumentException if it is none
	 */
	public static void checkPublishable(String subject) {
		Assert.notNull(subject, "'subject' must not be null");
		String problem = findProblem(subject);
		if (problem == null && hasWildcard(subject)) {
			problem = "a wildcard cannot be published to";
		}
		if (problem != null) {
			throw new IllegalArgumentException("Invalid subject '" + subject + "': " + problem);
		}
	}

	/**
	 * Find what is wrong with a subject, wildcards being allowed where a subscription may
	 * have them.
	 * @param subject the subject
	 * @return the problem, or {@code null}
	 */
	public static @Nullable String findProblem(String subject) {
		if (subject.isEmpty()) {
			return "it is empty";
		}
		int start = 0;
		int length = subject.length();
		for (int i = 0; i <= length; i++) {
			char ch = (i < length) ? subject.charAt(i) : '.';
			if (ch <= ' ' || ch == 127) {
				return "it contains white space or a control character";
			}
			if (ch == '.') {
				String problem = findTokenProblem(subject, start, i);
				if (problem != null) {
					return problem;
				}
				start = i + 1;
			}
		}
		return null;
	}

	private static @Nullable String findTokenProblem(String subject, int start, int end) {
		if (start == end) {
			return "it has an empty token; it must not start or end with a dot, nor have two in a row";
		}
		if (end - start == 1) {
			return (subject.charAt(start) == '>' && end < subject.length()) ? "'>' must be the last token" : null;
		}
		for (int i = start; i < end; i++) {
			if (subject.charAt(i) == '*' || subject.charAt(i) == '>') {
				return "'*' and '>' must be whole tokens";
			}
		}
		return null;
	}

	private static boolean hasWildcard(String subject) {
		return subject.indexOf('*') >= 0 || subject.indexOf('>') >= 0;
	}

	/**
	 * Whether a subject matches another one, which may have wildcards.
	 * @param filter the subject with wildcards
	 * @param subject the subject
	 * @return {@code true} if it does
	 */
	public static boolean matches(String filter, String subject) {
		String[] wanted = filter.split("\\.", -1);
		String[] tokens = subject.split("\\.", -1);
		for (int i = 0; i < wanted.length; i++) {
			if (i == tokens.length) {
				return false;
			}
			if (wanted[i].equals(">")) {
				return true;
			}
			if (!wanted[i].equals("*") && !wanted[i].equals(tokens[i])) {
				return false;
			}
		}
		return wanted.length == tokens.length;
	}

}
