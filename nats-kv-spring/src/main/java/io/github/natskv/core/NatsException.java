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

package io.github.natskv.core;

import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedRuntimeException;

/**
 * Root of the exceptions of this library, but for those of operations on buckets, which
 * are {@code DataAccessException}s of Spring.
 *
 * @since 0.1.0
 */
public class NatsException extends NestedRuntimeException {

	public NatsException(String message) {
		super(message);
	}

	public NatsException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
