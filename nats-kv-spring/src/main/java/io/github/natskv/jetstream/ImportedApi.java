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

package io.github.natskv.jetstream;

import java.util.regex.Pattern;

/**
 * JetStream's API of another account, imported with a prefix of its own. Unless its
 * export has {@code response_type: stream}, a service import passes on one answer to each
 * request, so there each message is asked for by a request of its own.
 */
public final class ImportedApi {

	/** The number of requests for one message each while there are messages. */
	public static final int UNDERWAY = 64;

	private static final Pattern OWN = Pattern.compile("\\$JS\\.([^.]+\\.)?API\\.");

	private ImportedApi() {
	}

	/**
	 * Whether a prefix is that of an import.
	 * @param prefix the prefix of the API, with a dot at the end
	 * @return whether it is neither the default one nor that of a domain
	 */
	public static boolean isImported(String prefix) {
		return !OWN.matcher(prefix).matches();
	}

}
