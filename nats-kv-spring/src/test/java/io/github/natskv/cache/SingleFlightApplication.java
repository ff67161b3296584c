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

package io.github.natskv.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Subscription;

/**
 * An application whose threads ask for one value at the same time. It tells
 * {@code asking} before, {@code loading} in the loader, which waits for {@code may-load},
 * and {@code got} with the value.
 */
public final class SingleFlightApplication {

	private SingleFlightApplication() {
	}

	/**
	 * Run the application.
	 * @param args the address of the server, the bucket, the number of threads
	 */
	public static void main(String[] args) throws Exception {
		try (Connection connection = Nats.connect(args[0]);
				CacheNode node = new CacheNode(connection, Duration.ofSeconds(10), args[1],
						NatsCacheConfiguration.defaults().singleFlight(true))) {
			NatsCache cache = node.cache("orders");
			List<Thread> threads = new ArrayList<>();
			for (int i = 0; i < Integer.parseInt(args[2]); i++) {
				Thread thread = new Thread(() -> ask(connection, cache));
				thread.start();
				threads.add(thread);
			}
			for (Thread thread : threads) {
				thread.join();
			}
			connection.flush(Duration.ofSeconds(10));
		}
	}

	private static void ask(Connection connection, NatsCache cache) {
		tell(connection, "asking", "");
		String value = cache.get("a", () -> {
			String pid = Long.toString(ProcessHandle.current().pid());
			Subscription permission = connection.subscribe("may-load");
			tell(connection, "loading", pid);
			permission.nextMessage(Duration.ofMinutes(1));
			return pid;
		});
		tell(connection, "got", String.valueOf(value));
	}

	private static void tell(Connection connection, String subject, String text) {
		connection.publish(subject, text.getBytes(StandardCharsets.UTF_8));
	}

}
