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

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * Escapes what NATS does not allow in keys, byte by byte.
 */
class EscapedTokens extends KeyTokens {

	private static final String DIGITS = "0123456789ABCDEF";

	@Override
	String encodeToken(String token, String key) {
		StringBuilder encoded = new StringBuilder(token.length() + 8);
		for (byte octet : toUtf8(token, key)) {
			if (isPlain(octet)) {
				encoded.append((char) octet);
			}
			else {
				encoded.append('=').append(DIGITS.charAt((octet >> 4) & 0xF)).append(DIGITS.charAt(octet & 0xF));
			}
		}
		return encoded.toString();
	}

	@Override
	@Nullable String decodeToken(String token) {
		ByteBuffer bytes = ByteBuffer.allocate(token.length());
		for (int i = 0; i < token.length(); i++) {
			char character = token.charAt(i);
			if (isPlain(character)) {
				bytes.put((byte) character);
			}
			else if (character == '=' && i + 2 < token.length()) {
				int high = DIGITS.indexOf(token.charAt(++i));
				int low = DIGITS.indexOf(token.charAt(++i));
				if (high < 0 || low < 0) {
					return null;
				}
				bytes.put((byte) ((high << 4) | low));
			}
			else {
				return null;
			}
		}
		return fromUtf8(bytes.flip());
	}

}
