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

package io.github.natskv.autoconfigure.container;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The options of a {@code nats-server} command line, which have one dash or two and their
 * value after a space or an equals sign.
 */
final class CommandLine {

	// A password may begin like an option.
	private static final Set<String> WITH_VALUE = Set.of("user", "pass", "auth");

	private final Map<String, String> options = new HashMap<>();

	private CommandLine() {
	}

	static CommandLine parse(String[] arguments) {
		CommandLine commandLine = new CommandLine();
		for (int i = 0; i < arguments.length; i++) {
			String argument = arguments[i];
			if (argument.startsWith("-")) {
				String option = argument.replaceFirst("--?", "");
				int equals = option.indexOf('=');
				if (equals >= 0) {
					commandLine.options.put(option.substring(0, equals), option.substring(equals + 1));
				}
				else {
					boolean valued = i + 1 < arguments.length
							&& (WITH_VALUE.contains(option) || !arguments[i + 1].startsWith("-"));
					commandLine.options.put(option, valued ? arguments[i + 1] : "");
				}
			}
		}
		return commandLine;
	}

	@Nullable String value(String option) {
		return this.options.get(option);
	}

	boolean hasAny(String... options) {
		for (String option : options) {
			if (this.options.containsKey(option) && !"false".equals(this.options.get(option))) {
				return true;
			}
		}
		return false;
	}

}
