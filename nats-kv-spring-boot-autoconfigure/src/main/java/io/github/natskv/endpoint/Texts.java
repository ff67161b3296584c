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

import java.time.Instant;
import java.util.Locale;

import io.github.natskv.core.connection.UserInfo;
import org.jspecify.annotations.Nullable;

/**
 * The texts of endpoints.
 */
final class Texts {

	private Texts() {
	}

	static String lowerCase(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	static @Nullable String describe(@Nullable Instant time) {
		return (time != null) ? time.toString() : null;
	}

	static @Nullable String describe(@Nullable Throwable error) {
		return (error != null) ? UserInfo.mask(error.toString()) : null;
	}

}
