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
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The consumer of a listener as it is declared.
 *
 * @param stream the server's name of the stream
 * @param name the name of the consumer
 * @param maxDeliver how often a message is delivered at most, {@code null} if that is not
 * declared
 * @param backoff how long to wait before deliveries after the first, empty if that is not
 * declared
 * @param defaultBackoff how long to wait where neither the declaration nor the server
 * says so
 * @param restoration makes it where it is missing
 */
public record DeclaredConsumer(String stream, String name, @Nullable Long maxDeliver, List<Duration> backoff,
		List<Duration> defaultBackoff, Restoration restoration) {

	String label() {
		return "consumer '%s' of stream '%s'".formatted(this.name, this.stream);
	}

}
