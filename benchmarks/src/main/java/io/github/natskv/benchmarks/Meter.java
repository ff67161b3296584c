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

package io.github.natskv.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

import io.nats.client.Connection;
import io.nats.client.Nats;

/**
 * Measures a consuming process from within. It has a connection of its own, by which it
 * tells the driver how many messages were handled and what they cost.
 */
public final class Meter {

	static final int STEP = 10_000;

	private static final AtomicLong handled = new AtomicLong();

	private static volatile Runnable progress = () -> {
	};

	private Meter() {
	}

	/**
	 * Tell the driver that this process is ready.
	 * @param contestant the name of the contestant
	 * @param url the URL of the server
	 */
	public static void start(String contestant, String url) throws IOException, InterruptedException {
		Connection connection = Nats.connect(url);
		String subject = progressSubject(contestant);
		progress = () -> connection.publish(subject, String.valueOf(handled.get()).getBytes(StandardCharsets.UTF_8));
		connection
			.createDispatcher((message) -> connection.publish(message.getReplyTo(), Usage.ofThisProcess().toBytes()))
			.subscribe(usageSubject(contestant));
	}

	/**
	 * Count a message, always by the same thread.
	 */
	public static void count() {
		long count = handled.get() + 1;
		handled.lazySet(count);
		if (count % STEP == 0) {
			progress.run();
		}
	}

	/**
	 * Count a message, by any thread.
	 */
	public static void countConcurrently() {
		if (handled.incrementAndGet() % STEP == 0) {
			progress.run();
		}
	}

	static String progressSubject(String contestant) {
		return contestant + ".progress";
	}

	static String usageSubject(String contestant) {
		return contestant + ".usage";
	}

}
