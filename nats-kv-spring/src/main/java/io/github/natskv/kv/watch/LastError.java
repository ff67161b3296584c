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

package io.github.natskv.kv.watch;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The last error of a watch or a listener.
 *
 * @param error the error
 * @param at when it occurred
 */
public record LastError(Throwable error, Instant at) {

	public static LastError now(Throwable error) {
		return new LastError(error, Instant.now());
	}

	public static @Nullable Throwable error(@Nullable LastError last) {
		return (last != null) ? last.error() : null;
	}

	public static @Nullable Instant at(@Nullable LastError last) {
		return (last != null) ? last.at() : null;
	}

}
