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

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.util.Assert;

/**
 * A payload with its generic type, for publishing, requesting and replying. The type
 * matters where it says more than the class of the value, as of a {@code List<Shape>}
 * whose elements are written with their type identifiers:
 * {@snippet :
 * nats.publish("shapes", new TypedPayload<>(shapes, new ParameterizedTypeReference<List<Shape>>() {
 * }));
 * }
 *
 * @param value the value
 * @param type the type it is written as; the value may be of a subtype
 * @param <T> the type of the value
 * @since 0.1.0
 */
public record TypedPayload<T>(T value, Type type) {

	public TypedPayload {
		Assert.notNull(value, "'value' must not be null, use an empty byte[] for an empty message");
		Assert.notNull(type, "'type' must not be null");
	}

	/**
	 * Create a payload.
	 * @param value the value
	 * @param type the type it is written as
	 */
	public TypedPayload(T value, ParameterizedTypeReference<T> type) {
		this(value, type.getType());
	}

}
