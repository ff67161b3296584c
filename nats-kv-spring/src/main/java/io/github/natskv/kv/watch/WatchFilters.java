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

package io.github.natskv.kv.watch;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The filters of a watch as they are on the server: checked, and matched where the server
 * cannot.
 *
 * @since 0.1.0
 */
public final class WatchFilters {

	private static final Pattern TOKEN = Pattern.compile("\\*|[-/_=a-zA-Z0-9]+");

	private final List<String> filters;

	private final List<String[]> tokens;

	/**
	 * Check filters.
	 * @throws IllegalArgumentException if one is invalid, or two overlap
	 */
	public WatchFilters(List<String> filters) {
		this.filters = List.copyOf(filters);
		this.tokens = this.filters.stream().map(WatchFilters::tokens).toList();
		for (int i = 0; i < this.tokens.size(); i++) {
			for (int j = 0; j < i; j++) {
				if (overlap(this.tokens.get(j), this.tokens.get(i))) {
					throw new IllegalArgumentException(
							("The filters '%s' and '%s' of a watch overlap, so a change could match both. Use filters"
									+ " that have no key in common, or two watches")
								.formatted(this.filters.get(j), this.filters.get(i)));
				}
			}
		}
	}

	private static String[] tokens(String filter) {
		String[] tokens = filter.split("\\.", -1);
		for (int i = 0; i < tokens.length; i++) {
			boolean rest = tokens[i].equals(">") && i == tokens.length - 1;
			if (!rest && !TOKEN.matcher(tokens[i]).matches()) {
				throw new IllegalArgumentException(
						("The filter '%s' of a watch is invalid: between dots there must be letters, digits, '-', '_',"
								+ " '/' or '=', or a single '*'; '>' may only be the last token")
							.formatted(filter));
			}
		}
		return tokens;
	}

	private static boolean overlap(String[] one, String[] other) {
		int common = Math.min(one.length, other.length);
		for (int i = 0; i < common; i++) {
			if (one[i].equals(">") || other[i].equals(">")) {
				return true;
			}
			if (!one[i].equals(other[i]) && !one[i].equals("*") && !other[i].equals("*")) {
				return false;
			}
		}
		return one.length == other.length;
	}

	List<String> list() {
		return this.filters;
	}

	/** Whether a key matches one of the filters. */
	public boolean matches(String key) {
		return indexOf(key) >= 0;
	}

	/**
	 * Find the filter a key matches, of which there is one at most.
	 * @return the index of the filter, -1 if there is none
	 */
	public int indexOf(String key) {
		String[] keyTokens = key.split("\\.", -1);
		for (int i = 0; i < this.tokens.size(); i++) {
			if (overlap(this.tokens.get(i), keyTokens)) {
				return i;
			}
		}
		return -1;
	}

}
