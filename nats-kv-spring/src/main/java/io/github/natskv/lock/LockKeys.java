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

package io.github.natskv.lock;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

import org.springframework.util.Assert;

/**
 * Keys of locks. A name that is too long for a key is written as its digest, of two
 * tokens, so that it is not the name of another lock.
 */
final class LockKeys {

	private static final int MAX_LENGTH = 200;

	private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

	private LockKeys() {
	}

	static String of(String name) {
		Assert.hasLength(name, "The name of a lock must not be empty");
		byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
		return (bytes.length <= MAX_LENGTH) ? ENCODER.encodeToString(bytes)
				: "sha256." + ENCODER.encodeToString(digest(bytes));
	}

	private static byte[] digest(byte[] bytes) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(bytes);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
