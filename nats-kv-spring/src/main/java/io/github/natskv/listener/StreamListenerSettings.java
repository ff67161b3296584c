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

package io.github.natskv.listener;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Defaults for the {@code @JetStreamListener} methods of one connection.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @param backoff how long to wait before a message that failed is delivered again: the
 * first time, the second time, and so on, the last one for all others
 * @param prefetch how many messages a listener asks for in advance, {@code null} for as
 * many as it handles at a time
 * @since 0.1.0
 */
public record StreamListenerSettings(List<Duration> backoff, @Nullable Integer prefetch) {

	public StreamListenerSettings {
		Assert.isTrue(prefetch == null || prefetch > 0, "The prefetch must be at least 1");
		backoff = List.copyOf(backoff);
	}

	/**
	 * Return the defaults: backoff of 1 s, 5 s and 30 s, and no prefetch.
	 * @return the defaults
	 */
	public static StreamListenerSettings defaults() {
		return new StreamListenerSettings(List.of(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30)),
				null);
	}

}
