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

package io.github.natskv.core.connection;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * User, password and token in the URLs of servers, which are not to be shown.
 *
 * @since 0.1.0
 */
public final class UserInfo {

	private static final Pattern URL = Pattern.compile("(?=\\b(?:nats|tls|opentls|wss?)://)", Pattern.CASE_INSENSITIVE);

	/** A password may contain anything, so this goes up to the last {@code @}. */
	private static final Pattern OF_URL = Pattern.compile("//\\S*@");

	private static final Pattern WITHOUT_SCHEME = Pattern.compile("(^|\\s)(?!\\w+://)\\S*@");

	private UserInfo() {
	}

	/**
	 * Replace user and password in each URL of a text, with or without a scheme.
	 * @param text the text, such as a URL or an error message
	 * @return the text with {@code ***} in their place
	 */
	public static String mask(String text) {
		if (text.indexOf('@') < 0) {
			return text;
		}
		return URL.splitAsStream(text).map(UserInfo::maskOne).collect(Collectors.joining());
	}

	// the text has at most one URL with a scheme, at the beginning
	private static String maskOne(String text) {
		String masked = OF_URL.matcher(text).replaceAll("//***@");
		return WITHOUT_SCHEME.matcher(masked).replaceAll("$1***@");
	}

}
