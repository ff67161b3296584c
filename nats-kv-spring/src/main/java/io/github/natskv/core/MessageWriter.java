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

import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Writes values of one type to messages, prepared once for many of them.
 *
 * @since 0.1.0
 * @see PayloadConverter#messageWriter(java.lang.reflect.Type)
 */
@FunctionalInterface
public interface MessageWriter {

	/**
	 * Write a value. The {@code Content-Type} of the headers is honoured where there is
	 * one, and added where a message converter says one.
	 * @param value the value
	 * @param headers the headers of the message, which may be added to, {@code null} for
	 * none
	 * @return payload and headers of the message
	 * @throws PayloadConversionException if the value cannot be written
	 */
	MessageContent write(Object value, @Nullable Headers headers);

}
