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

package io.github.natskv.benchmarks.messaging;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.annotation.JetStreamListener;

/**
 * Listeners that count, each started by name.
 */
class StreamListeners {

	private final AtomicInteger handled = new AtomicInteger();

	@JetStreamListener(id = "BYTES", stream = "small", consumer = StreamOperations.CONSUMER + "2",
			autoStartup = "false")
	void bytes(byte[] payload) {
		verify(payload.length);
		this.handled.incrementAndGet();
	}

	@JetStreamListener(id = "JSON", stream = "orders", consumer = StreamOperations.CONSUMER + "2",
			autoStartup = "false")
	void json(Order order) {
		verify(order.id().length());
		this.handled.incrementAndGet();
	}

	int handled() {
		return this.handled.get();
	}

	static void verify(int length) {
		if (length == 0) {
			throw new IllegalStateException("Nothing received");
		}
	}

}
