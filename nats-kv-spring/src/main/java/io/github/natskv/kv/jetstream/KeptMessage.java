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

package io.github.natskv.kv.jetstream;

import java.util.function.Supplier;

/**
 * A message that stays in memory, with its value once it was decoded.
 */
public interface KeptMessage {

	/**
	 * Return the value for a view of the bucket.
	 * @param view decodes the values of one type
	 * @param decoder decodes this one
	 */
	Object decoded(Object view, Supplier<Object> decoder);

}
