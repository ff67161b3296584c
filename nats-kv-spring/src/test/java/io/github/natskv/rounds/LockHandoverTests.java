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

package io.github.natskv.rounds;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The time from the acknowledgement of a release to the next holder, of 16 threads in
 * four JVMs that contend for one lock, for the profile {@code rounds}.
 */
class LockHandoverTests {

	private static final int PROCESSES = 4;

	private static final String BUCKET = "locks";

	@Test
	void aReleasedLockIsHandedOnSoon() throws Exception {
		assumeTrue(StringUtils.hasText(System.getProperty("nats-kv.test.rounds")), "only in the profile 'rounds'");
		List<Contender> contenders = new ArrayList<>();
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.11.0"));
			connection.keyValueManagement()
				.create(KeyValueConfiguration.builder().name(BUCKET).limitMarker(Duration.ofSeconds(2)).build());
			for (int i = 0; i < PROCESSES; i++) {
				contenders.add(new Contender(server));
			}
			play(contenders, "cold", Duration.ofSeconds(10));
			List<Long> handovers = play(contenders, "warm", Duration.ofSeconds(15));
			// 50 ms is the aim, which a busy machine exceeds
			assertThat(handovers).hasSizeGreaterThan(1000);
			assertThat(handovers.get((int) (handovers.size() * 0.99))).isLessThan(Duration.ofSeconds(2).toNanos());
		}
		finally {
			contenders.forEach((contender) -> contender.process.destroyForcibly());
		}
	}

	private static List<Long> play(List<Contender> contenders, String lock, Duration time) throws IOException {
		TreeMap<Long, long[]> holdings = new TreeMap<>();
		for (Contender contender : contenders) {
			contender.out.println(lock + " " + time.toMillis());
		}
		for (int i = 0; i < contenders.size(); i++) {
			Contender contender = contenders.get(i);
			for (String line = contender.in.readLine(); !line.equals("end"); line = contender.in.readLine()) {
				if (line.startsWith("held ")) {
					long[] held = Arrays.stream((line.substring(5) + " " + i).split(" "))
						.mapToLong(Long::parseLong)
						.toArray();
					holdings.put(held[0], held);
				}
			}
		}
		List<Long> handovers = new ArrayList<>();
		List<Long> others = new ArrayList<>();
		long[] previous = null;
		for (long[] held : holdings.values()) {
			if (previous != null) {
				long nanos = Math.max(0, held[1] - previous[2]);
				handovers.add(nanos);
				if (held[3] != previous[3]) {
					others.add(nanos);
				}
			}
			previous = held;
		}
		handovers.sort(null);
		print(lock + ", all", handovers);
		others.sort(null);
		print(lock + ", to another JVM", others);
		return handovers;
	}

	private static void print(String title, List<Long> handovers) {
		System.out.printf("%s: %d hand-overs, median %.1f ms, p90 %.1f ms, p99 %.1f ms, max %.1f ms%n", title,
				handovers.size(), millis(handovers, 0.5), millis(handovers, 0.9), millis(handovers, 0.99),
				handovers.get(handovers.size() - 1) / 1e6);
	}

	private static double millis(List<Long> nanos, double quantile) {
		return nanos.get((int) (nanos.size() * quantile)) / 1e6;
	}

	/**
	 * A JVM with contenders.
	 */
	private static final class Contender {

		private final Process process;

		private final BufferedReader in;

		private final PrintWriter out;

		Contender(NatsServer server) throws IOException {
			this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xmx96m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
					LockHandovers.class.getName(), server.url(), BUCKET)
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start();
			this.in = new BufferedReader(new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8));
			this.out = new PrintWriter(this.process.getOutputStream(), true, StandardCharsets.UTF_8);
		}

	}

}
