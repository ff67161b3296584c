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

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of one type from messages, prepared once for many of them.
 *
 * @param <T> the type
 * @since 0.1.0
 * @see PayloadConverter#messageReader(java.lang.reflect.Type)
 */
@FunctionalInterface
public interface MessageReader<T extends @Nullable Object> {

	/**
	 * Read a message.
	 * @param message the message
	 * @return the value of its payload
	 * @throws PayloadConversionException if the payload is not such a value
	 */
	T read(Message message);

}
