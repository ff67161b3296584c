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

package io.github.natskv.listener.stream;

import java.time.Duration;

import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.invocation.DrainingListenerContainer;
import org.jspecify.annotations.Nullable;

/**
 * The work of a listener from one start to the next stop.
 */
interface StreamActivity extends DrainingListenerContainer.Activity {

	void start();

	int busy();

	// received and not begun
	long waiting();

	// for how long the handlers have made no progress, unless that may be on purpose
	Duration stalled();

	// why there is no consumer at present
	@Nullable LastError trouble();

}
