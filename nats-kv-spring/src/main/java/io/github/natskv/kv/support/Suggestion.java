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

package io.github.natskv.kv.support;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Proposes a name for one that does not exist.
 */
public final class Suggestion {

	private static final int SHORTEST_PREFIX = 3;

	private Suggestion() {
	}

	/**
	 * Return the name that was probably meant.
	 * @param wrong the name that does not exist
	 * @return the most similar one, if any is similar
	 */
	public static @Nullable String closest(String wrong, Collection<String> known) {
		return known.stream()
			.filter((name) -> isSimilar(uniform(wrong), uniform(name)))
			.min(Comparator.comparingInt((name) -> distance(uniform(wrong), uniform(name))))
			.orElse(null);
	}

	/**
	 * Return a question for messages.
	 * @param wrong the name that does not exist
	 * @param known the names that do
	 * @return the question followed by a space, or nothing if no name is similar
	 */
	public static String question(String wrong, Collection<String> known) {
		String closest = closest(wrong, known);
		return (closest != null) ? "Did you mean '" + closest + "'? " : "";
	}

	public static String uniform(String name) {
		return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

	private static boolean isSimilar(String wrong, String name) {
		if (Math.min(wrong.length(), name.length()) >= SHORTEST_PREFIX
				&& (wrong.startsWith(name) || name.startsWith(wrong))) {
			return true;
		}
		return distance(wrong, name) <= (Math.max(wrong.length(), name.length()) + 1) / 3;
	}

	// Levenshtein's, with transpositions of neighbours counted once
	private static int distance(String one, String other) {
		int[][] distances = new int[one.length() + 1][other.length() + 1];
		for (int i = 0; i <= one.length(); i++) {
			for (int j = 0; j <= other.length(); j++) {
				if (i == 0 || j == 0) {
					distances[i][j] = i + j;
					continue;
				}
				boolean same = one.charAt(i - 1) == other.charAt(j - 1);
				int distance = Math.min(distances[i - 1][j - 1] + (same ? 0 : 1),
						1 + Math.min(distances[i - 1][j], distances[i][j - 1]));
				if (i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2)
						&& one.charAt(i - 2) == other.charAt(j - 1)) {
					distance = Math.min(distance, distances[i - 2][j - 2] + 1);
				}
				distances[i][j] = distance;
			}
		}
		return distances[one.length()][other.length()];
	}

}
