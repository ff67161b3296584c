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

package io.github.natskv.testsupport;

import java.time.Duration;

import io.nats.client.Connection;
import org.awaitility.Awaitility;

/**
 * Publishes more than a server takes that does not read.
 */
public final class Flood {

	private Flood() {
	}

	/**
	 * Publish until the thread is interrupted.
	 * @param connection the connection
	 * @return the thread, once it waits as no more messages may wait to be sent
	 */
	public static Thread start(Connection connection) {
		byte[] message = new byte[100_000];
		Thread publisher = new Thread(() -> {
			while (!Thread.currentThread().isInterrupted()) {
				try {
					connection.publish("nobody", message);
				}
				catch (IllegalStateException ex) {
					// none was sent for a while
				}
			}
		});
		publisher.start();
		Awaitility.await()
			.during(Duration.ofMillis(300))
			.atMost(Duration.ofSeconds(30))
			.until(() -> publisher.getState() != Thread.State.RUNNABLE);
		return publisher;
	}

}
