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

package io.github.natskv.openfeature;

import java.util.function.Function;

import dev.openfeature.sdk.Value;
import org.jspecify.annotations.Nullable;

/**
 * A type flags are evaluated as.
 *
 * @param name the name of the type
 * @param reader returns the value of a variant as this type, {@code null} if it is of
 * another one
 * @param <T> the type
 */
record FlagType<T>(String name, Function<Variant, @Nullable T> reader) {

	static final FlagType<Boolean> BOOLEAN = new FlagType<>("boolean",
			(variant) -> (variant.value() instanceof Boolean value) ? value : null);

	static final FlagType<String> STRING = new FlagType<>("string",
			(variant) -> (variant.value() instanceof String value) ? value : null);

	static final FlagType<Integer> INTEGER = new FlagType<>("integer",
			(variant) -> (variant.value() instanceof Long value && value == value.intValue()) ? value.intValue()
					: null);

	static final FlagType<Long> LONG = new FlagType<>("long",
			(variant) -> (variant.value() instanceof Long value) ? value : null);

	static final FlagType<Double> DOUBLE = new FlagType<>("double",
			(variant) -> (variant.value() instanceof Number value) ? value.doubleValue() : null);

	static final FlagType<Value> OBJECT = new FlagType<>("object",
			(variant) -> (variant.value() instanceof Value value) ? value : null);

}
