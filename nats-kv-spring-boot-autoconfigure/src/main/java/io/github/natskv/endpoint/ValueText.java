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

package io.github.natskv.endpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Shows a value as text.
 */
final class ValueText {

	private ValueText() {
	}

	static String of(byte[] value) {
		try {
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
			if (text.chars().noneMatch(ValueText::isBinary)) {
				return text;
			}
		}
		catch (CharacterCodingException ex) {
			// not text
		}
		return "base64:" + Base64.getEncoder().encodeToString(value);
	}

	private static boolean isBinary(int character) {
		return Character.isISOControl(character) && !Character.isWhitespace(character);
	}

}
