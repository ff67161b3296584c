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

import java.util.function.Consumer;

/**
 * A consumer that has its watch wait until somebody wants the next change. A watch that
 * waits is not stuck.
 *
 * @param <T> what is consumed
 */
public interface PacedConsumer<T> extends Consumer<T> {

	/** Whether it waits for somebody who wants what it was given. */
	boolean isWaiting();

	static boolean isWaiting(Consumer<?> consumer) {
		return consumer instanceof PacedConsumer<?> paced && paced.isWaiting();
	}

}
