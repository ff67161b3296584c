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

package io.github.natskv.provisioning;

import java.util.function.BiConsumer;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;

/**
 * Reads and writes an option of the server's configuration.
 *
 * @param property the name of the option in the properties
 * @param reader reads a value that is equal for equal options, of what was found (first)
 * only what is declared (second) in some way
 * @param writer copies the value of what is declared, {@code null} if the server cannot
 * change it
 * @param <C> the type of the configuration
 * @param <B> the type of its builder
 */
record OptionAccess<C, B>(String property, BiFunction<C, C, @Nullable Object> reader,
		@Nullable BiConsumer<B, C> writer) {

	boolean isWritable() {
		return this.writer != null;
	}

	void write(B builder, C wanted) {
		if (this.writer != null) {
			this.writer.accept(builder, wanted);
		}
	}

}
