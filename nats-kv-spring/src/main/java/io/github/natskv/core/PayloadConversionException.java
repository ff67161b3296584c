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
 * A payload could not be read as, or written from, the wanted type.
 *
 * @since 0.1.0
 */
public class PayloadConversionException extends NatsException {

	private final transient Type type;

	public PayloadConversionException(Type type, String problem, @Nullable Throwable cause) {
		super("Payload cannot be converted, wanted type " + type.getTypeName() + ": " + problem, cause);
		this.type = type;
	}

	/**
	 * Return the wanted type.
	 * @return the type
	 */
	public Type getType() {
		return this.type;
	}

}
