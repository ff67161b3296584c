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

package io.github.natskv.embedded;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Has the further listeners of a server's configuration listen on loopback, as its own
 * one does: without a host, servers take all interfaces for {@code websocket} and
 * {@code mqtt}.
 */
final class LoopbackListeners {

	private static final Pattern BLOCK = Pattern.compile("(?im)^\\s*(?:websocket|ws|mqtt)\\s*[:=]?\\s*\\{");

	private static final Pattern HOST = Pattern.compile("(?i)[\\s{,;](?:host|net|listen)\\s*[:=\\s]");

	private LoopbackListeners() {
	}

	static String in(String configuration) {
		Matcher blocks = BLOCK.matcher(configuration);
		StringBuilder result = new StringBuilder();
		int copied = 0;
		while (blocks.find()) {
			result.append(configuration, copied, blocks.end());
			copied = blocks.end();
			if (!HOST.matcher(configuration.substring(copied - 1, end(configuration, copied))).find()) {
				result.append(" host: \"127.0.0.1\"\n");
			}
		}
		return result.append(configuration, copied, configuration.length()).toString();
	}

	// Where the block that has begun before an index ends
	private static int end(String configuration, int from) {
		int depth = 1;
		for (int i = from; i < configuration.length(); i++) {
			char character = configuration.charAt(i);
			depth += (character == '{') ? 1 : (character == '}') ? -1 : 0;
			if (depth == 0) {
				return i;
			}
		}
		return configuration.length();
	}

}
