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

package io.github.natskv.test;

/**
 * Compares subjects with those that have wildcards.
 */
final class SubjectMatcher {

	private SubjectMatcher() {
	}

	static boolean matches(String pattern, String subject) {
		String[] wanted = pattern.split("\\.", -1);
		String[] tokens = subject.split("\\.", -1);
		for (int i = 0; i < wanted.length; i++) {
			if (i == tokens.length) {
				return false;
			}
			if (wanted[i].equals(">") && i == wanted.length - 1) {
				return true;
			}
			if (!wanted[i].equals("*") && !wanted[i].equals(tokens[i])) {
				return false;
			}
		}
		return wanted.length == tokens.length;
	}

}
