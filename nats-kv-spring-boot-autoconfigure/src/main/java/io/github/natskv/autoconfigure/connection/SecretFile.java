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

package io.github.natskv.autoconfigure.connection;

import java.io.IOException;
import java.util.regex.Pattern;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;

import org.springframework.core.io.Resource;

/**
 * Reads a file that holds a secret.
 */
final class SecretFile {

	// an NKey seed, even one with a mistake in it, a JWT, a credentials file
	private static final Pattern SECRET = Pattern
		.compile("S[A-Z2-7]{40,}|\\bS[A-Za-z0-9]{49,}\\b|eyJ[\\w-]{17,}|BEGIN ");

	private SecretFile() {
	}

	static byte[] read(String property, Resource file, String action) {
		// not opened, as what opens it may log its place
		if (SECRET.matcher(String.valueOf(file.getDescription())).find()) {
			throw secretItself(property, action);
		}
		try {
			return file.getContentAsByteArray();
		}
		catch (IOException ex) {
			String message = String.valueOf(ex.getMessage());
			if (SECRET.matcher(message).find()) {
				// not the cause, which quotes it
				throw secretItself(property, action);
			}
			throw new InvalidNatsPropertyException(property, "the file cannot be read: " + message, action, ex);
		}
	}

	private static InvalidNatsPropertyException secretItself(String property, String action) {
		return new InvalidNatsPropertyException(property,
				"it holds a secret itself, instead of the place of a file with it.", action);
	}

}
