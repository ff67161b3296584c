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

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamStatusException;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SigtermTests {

	private static final int IN_FLIGHT = 200;

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@ParameterizedTest
	@ValueSource(ints = { 1, 4 })
	void noRequestThatWasReceivedIsLost(int concurrency) throws Exception {
		try (Connection connection = Nats
			.connect(Options.builder().server(server.url()).reportNoResponders().build())) {
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-cp", System.getProperty("java.class.path"), SigtermApplication.class.getName(),
					"--nats.servers=" + server.url(), "--nats.listener.concurrency=" + concurrency,
					"--spring.docker.compose.enabled=false", "--spring.main.web-application-type=none")
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			try {
				Awaitility.await()
					.atMost(Duration.ofSeconds(60))
					.until(() -> connection.request("work", null, Duration.ofSeconds(5)) != null);
				assertNothingLost(connection, process);
			}
			finally {
				process.destroyForcibly();
			}
		}
	}

	private static void assertNothingLost(Connection connection, Process process) throws Exception {
		Semaphore window = new Semaphore(IN_FLIGHT);
		AtomicInteger replies = new AtomicInteger();
		AtomicInteger repliesBefore = new AtomicInteger(-1);
		AtomicInteger refused = new AtomicInteger();
		List<CompletableFuture<?>> requests = new ArrayList<>();
		while (process.isAlive()) {
			if (!window.tryAcquire(100, TimeUnit.MILLISECONDS)) {
				continue;
			}
			CompletableFuture<Message> request = connection.request("work", new byte[0]);
			requests.add(request.handle((reply, failure) -> {
				window.release();
				((failure instanceof JetStreamStatusException) ? refused : replies).incrementAndGet();
				return null;
			}));
			if (replies.get() > 1000 && repliesBefore.compareAndSet(-1, replies.get())) {
				process.destroy();
			}
		}
		assertThat(process.exitValue()).isEqualTo(143);
		assertThat(CompletableFuture.allOf(requests.toArray(CompletableFuture[]::new)))
			.as("%d requests, %d replies, %d without responder", requests.size(), replies.get(), refused.get())
			.succeedsWithin(Duration.ofSeconds(2));
		assertThat(replies.get() - repliesBefore.get()).isGreaterThan(IN_FLIGHT / 2);
		assertThat(refused.get()).isPositive();
		assertThat(replies.get() + refused.get()).isEqualTo(requests.size());
	}

}
