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

import java.util.function.Predicate;

import dev.openfeature.sdk.Value;
import org.jspecify.annotations.Nullable;

/**
 * A condition on an attribute of the evaluation context.
 *
 * @param attribute the name of the attribute
 * @param test given the value as {@code String}, {@code Boolean} or {@code Double}
 * @param whenAbsent whether it holds where there is no such value
 */
record Condition(String attribute, Predicate<Object> test, boolean whenAbsent) {

	boolean holds(@Nullable Value value) {
		Object plain = (value != null) ? plain(value) : null;
		return (plain != null) ? this.test.test(plain) : this.whenAbsent;
	}

	private static @Nullable Object plain(Value value) {
		Object object = value.asObject();
		if (object instanceof Number number) {
			return number.doubleValue();
		}
		return (object instanceof String || object instanceof Boolean) ? object : null;
	}

}
