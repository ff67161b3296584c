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

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

/**
 * The format in which a {@link PayloadConverter} reads and writes payloads that are
 * neither bytes nor plain text.
 *
 * @since 0.1.0
 * @see JacksonPayloadFormat
 */
public interface PayloadFormat {

	/**
	 * Prepare reading a type.
	 * @param type the type
	 * @return the reader, which returns {@code null} where the payload says so
	 */
	PayloadReader<@Nullable Object> reader(Type type);

	/**
	 * Prepare writing a type.
	 * @param type the declared type; values may be of a subtype
	 * @return the writer
	 */
	PayloadWriter writer(Type type);

}
