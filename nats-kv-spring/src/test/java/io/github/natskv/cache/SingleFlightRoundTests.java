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

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import io.github.natskv.kv.support.Buckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A value that the threads of several processes ask for, in the profile {@code rounds}.
 */
@Timeout(120)
@EnabledIfSystemProperty(named = "nats-kv.test.rounds", matches = "\\d+")
class SingleFlightRoundTests {

	private static final int PROCESSES = 3;

	private static final int THREADS = 34;

	private final String bucket = "c" + UUID.randomUUID();

	private final List<Process> processes = new ArrayList<>();

	private final AtomicInteger asking = new AtomicInteger();

	private final List<String> loading = new CopyOnWriteArrayList<>();

	private final List<String> got = new CopyOnWriteArrayList<>();

	@Test
	void oneProcessLoadsAndAnotherTakesOverWhenItIsKilled() throws Exception {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			Buckets.create(connection, Buckets.configuration(this.bucket).build());
			listen(connection);
			for (int i = 0; i < PROCESSES; i++) {
				this.processes.add(application(server));
			}
			try {
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> this.asking.get() == PROCESSES * THREADS && this.loading.size() == 1);
				// longer than a lease, which is renewed
				Awaitility.await()
					.during(SingleFlight.LEASE.plusSeconds(2))
					.atMost(Duration.ofSeconds(30))
					.until(() -> this.loading.size() == 1);
				long killed = System.nanoTime();
				kill(Long.parseLong(this.loading.get(0)));
				Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.loading.size() == 2);
				assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(SingleFlight.LEASE.plusSeconds(5));
				connection.publish("may-load", null);
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> this.got.size() == (PROCESSES - 1) * THREADS);
			}
			finally {
				this.processes.forEach(Process::destroyForcibly);
			}
			assertThat(this.loading).hasSize(2).doesNotHaveDuplicates();
			assertThat(this.got.stream().collect(Collectors.groupingBy((value) -> value, Collectors.counting())))
				.isEqualTo(Map.of(this.loading.get(1), (long) (PROCESSES - 1) * THREADS));
		}
	}

	private void listen(Connection connection) throws Exception {
		Dispatcher dispatcher = connection.createDispatcher();
		dispatcher.subscribe("asking", (message) -> this.asking.incrementAndGet());
		dispatcher.subscribe("loading", (message) -> this.loading.add(text(message)));
		dispatcher.subscribe("got", (message) -> this.got.add(text(message)));
		connection.flush(Duration.ofSeconds(10));
	}

	private static String text(Message message) {
		return new String(message.getData(), StandardCharsets.UTF_8);
	}

	private void kill(long pid) throws InterruptedException {
		for (Process process : this.processes) {
			if (process.pid() == pid) {
				process.destroyForcibly().waitFor();
			}
		}
	}

	private Process application(NatsServer server) throws IOException {
		String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
		return new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				SingleFlightApplication.class.getName(), server.url(), this.bucket, Integer.toString(THREADS))
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
	}

}
