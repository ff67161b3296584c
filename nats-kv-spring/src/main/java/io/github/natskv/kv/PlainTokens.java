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

package io.github.natskv.kv;

import org.jspecify.annotations.Nullable;

/**
 * Keys as NATS takes them.
 */
class PlainTokens extends KeyTokens {

	/** Characters that no subject has, that jnats does not find, and wildcards. */
	private static final String UNADDRESSABLE = " \t\n\f\r\u007F*>";

	@Override
	String encode(@Nullable String key, boolean filter) {
		return (key != null && isPlainKey(key)) ? key : super.encode(key, filter);
	}

	private static boolean isPlainKey(String key) {
		char before = '.';
		for (int i = 0; i < key.length(); i++) {
			char character = key.charAt(i);
			if ((character == '.') ? before == '.' : !isPlain(character) && character != '=') {
				return false;
			}
			before = character;
		}
		return before != '.';
	}

	@Override
	String encodeToken(String token, String key) {
		for (int i = 0; i < token.length(); i++) {
			char character = token.charAt(i);
			if (!isPlain(character) && character != '=') {
				throw new InvalidBucketKeyException(key,
						("Key '%s' has the character '%s' (U+%04X), NATS allows A-Z, a-z, 0-9, '-', '_', '/', '='"
								+ " and dots between tokens only. The bucket option key-codec: escape (or base64)"
								+ " makes any character usable")
							.formatted(key, Character.toString(token.codePointAt(i)), token.codePointAt(i)));
			}
		}
		return token;
	}

	@Override
	String encodeFilterToken(String token, String filter) {
		if (token.indexOf('*') >= 0 || token.indexOf('>') >= 0) {
			throw new InvalidBucketKeyException(filter,
					("Filter '%s' has a wildcard where NATS knows none: '*' stands for one whole token between dots, and"
							+ " '>' as the last token for all that follow. List the keys of a wider filter and"
							+ " choose among them")
						.formatted(filter));
		}
		return encodeToken(token, filter);
	}

	// other clients may write what a server takes for a subject
	@Override
	String encodeExisting(String key) {
		return (key != null && isEncoded(key)) ? key : encode(key, false);
	}

	@Override
	boolean isEncoded(String encoded) {
		char before = '.';
		for (int i = 0; i < encoded.length(); i++) {
			char character = encoded.charAt(i);
			if (!isPlain(character) || Character.isHighSurrogate(before)) {
				boolean unpaired = Character.isLowSurrogate(character) != Character.isHighSurrogate(before);
				if (unpaired || (character == '.' && before == '.') || UNADDRESSABLE.indexOf(character) >= 0) {
					return false;
				}
			}
			before = character;
		}
		return before != '.' && !Character.isHighSurrogate(before);
	}

	@Override
	String decode(String encoded) {
		return encoded;
	}

	@Override
	String encodeEmptyToken(String key) {
		throw new InvalidBucketKeyException(key,
				("Key '%s' starts or ends with a dot or has two dots in a row, which NATS does not allow. The bucket"
						+ " option key-codec: escape (or base64) makes it usable")
					.formatted(key));
	}

	@Override
	String decodeToken(String token) {
		return token;
	}

}
