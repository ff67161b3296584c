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
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Encodes keys token by token.
 */
abstract class KeyTokens {

	private static final String EMPTY_TOKEN = "=";

	/**
	 * Encode a token that is not empty.
	 * @param token the token
	 * @param key the whole key
	 * @return the encoded token
	 */
	abstract String encodeToken(String token, String key);

	/**
	 * Encode a token of a filter that is neither empty nor a wildcard.
	 * @param token the token
	 * @param filter the whole filter
	 * @return the encoded token
	 */
	String encodeFilterToken(String token, String filter) {
		return encodeToken(token, filter);
	}

	/**
	 * Decode a token.
	 * @param token the encoded token
	 * @return the token, or {@code null} if it is not an encoded one
	 */
	abstract @Nullable String decodeToken(String token);

	/**
	 * Encode an empty token.
	 * @param key the whole key
	 * @return the encoded token
	 */
	String encodeEmptyToken(String key) {
		return EMPTY_TOKEN;
	}

	String encode(@Nullable String key, boolean filter) {
		if (key == null || key.isEmpty()) {
			throw new InvalidBucketKeyException(key,
					"A %s must not be %s".formatted(filter ? "filter" : "key", (key != null) ? "empty" : "null"));
		}
		String[] tokens = key.split("\\.", -1);
		StringBuilder encoded = new StringBuilder(key.length() + 8);
		for (int i = 0; i < tokens.length; i++) {
			String token = tokens[i];
			if (i > 0) {
				encoded.append('.');
			}
			if (token.isEmpty()) {
				encoded.append(encodeEmptyToken(key));
			}
			else if (filter && (token.equals("*") || (token.equals(">") && i == tokens.length - 1))) {
				encoded.append(token);
			}
			else {
				encoded.append(filter ? encodeFilterToken(token, key) : encodeToken(token, key));
			}
		}
		return encoded.toString();
	}

	// Encode a key that is to be read: another application may have written it.
	String encodeExisting(String key) {
		return encode(key, false);
	}

	boolean isEncoded(String encoded) {
		try {
			return encodeExisting(decode(encoded)).equals(encoded);
		}
		catch (InvalidBucketKeyException ex) {
			return false;
		}
	}

	String decode(String encoded) {
		String[] tokens = encoded.split("\\.", -1);
		for (int i = 0; i < tokens.length; i++) {
			String token = tokens[i].equals(EMPTY_TOKEN) ? "" : decodeToken(tokens[i]);
			if (token == null) {
				return encoded;
			}
			tokens[i] = token;
		}
		String key = String.join(".", tokens);
		return isCanonical(key, encoded) ? key : encoded;
	}

	private boolean isCanonical(String key, String encoded) {
		try {
			return encode(key, false).equals(encoded);
		}
		catch (InvalidBucketKeyException ex) {
			return false;
		}
	}

	static boolean isPlain(int character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
				|| (character >= '0' && character <= '9') || character == '-' || character == '_' || character == '/';
	}

	static byte[] toUtf8(String token, String key) {
		try {
			ByteBuffer buffer = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(token));
			byte[] bytes = new byte[buffer.remaining()];
			buffer.get(bytes);
			return bytes;
		}
		catch (CharacterCodingException ex) {
			throw new InvalidBucketKeyException(key, "Key '%s' is not valid Unicode text".formatted(key));
		}
	}

	static @Nullable String fromUtf8(ByteBuffer bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

}
