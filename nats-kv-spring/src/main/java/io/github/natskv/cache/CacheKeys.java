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

package io.github.natskv.cache;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Keys of the bucket for the keys of one cache: {@code <cache>.s.<text>} for short texts,
 * {@code <cache>.i.<number>} and {@code <cache>.l.<number>} for integers,
 * {@code <cache>.h.<digest>} for all others.
 */
final class CacheKeys {

	private static final int MAX_PLAIN = 100;

	private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1," + MAX_PLAIN + "}");

	private final String cache;

	private final String prefix;

	private final String filter;

	CacheKeys(String cache) {
		this.cache = cache;
		this.prefix = prefix(cache);
		this.filter = this.prefix + ".>";
	}

	private static String prefix(String cache) {
		if (PLAIN.matcher(cache).matches() && !cache.equals("_kv")) {
			return cache;
		}
		byte[] text = cache.getBytes(StandardCharsets.UTF_8);
		return (text.length <= MAX_PLAIN) ? "=" + base64(text) : "==" + base64(KeyDigest.of(cache));
	}

	// has the revision from which on entries count
	String marker() {
		return this.prefix;
	}

	String filter() {
		return this.filter;
	}

	String of(Object key) {
		if (key instanceof String text && isPlain(text)) {
			return this.prefix + ".s." + text;
		}
		if (key instanceof Integer) {
			return this.prefix + ".i." + key;
		}
		if (key instanceof Long) {
			return this.prefix + ".l." + key;
		}
		try {
			return this.prefix + ".h." + base64(KeyDigest.of(key));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("A key of type '%s' cannot be used in cache '%s': %s"
				.formatted(key.getClass().getName(), this.cache, ex.getMessage()));
		}
	}

	private static boolean isPlain(String text) {
		int length = text.length();
		if (length == 0 || length > MAX_PLAIN) {
			return false;
		}
		for (int i = 0; i < length; i++) {
			char c = text.charAt(i);
			if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-')) {
				return false;
			}
		}
		return true;
	}

	private static String base64(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

}
