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
import java.util.Base64;

import org.jspecify.annotations.Nullable;

/**
 * Writes tokens as URL-safe Base64.
 */
class Base64Tokens extends KeyTokens {

	@Override
	String encodeToken(String token, String key) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(toUtf8(token, key));
	}

	@Override
	@Nullable String decodeToken(String token) {
		try {
			return fromUtf8(ByteBuffer.wrap(Base64.getUrlDecoder().decode(token)));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
