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

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.github.natskv.embedded.EmbeddedNatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;

/**
 * Runs all contestants and prints one table. In each round every contestant has a fresh
 * process, and they take turns within the round.
 */
public final class Benchmarks {

	private static final int TURNS = 10;

	private static final int WARM_UP_MESSAGES = 600_000;

	private static final int WARM_UP_REQUESTS = 10_000;

	private static final int CALLERS = 16;

	private final Connection connection;

	private final int rounds;

	private final int messages;

	private final int requests;

	private final List<Measurement<Contestant>> measurements = new ArrayList<>();

	private final Pattern selected;

	private Benchmarks(Connection connection, List<String> arguments) {
		boolean quick = arguments.contains("--quick");
		this.connection = connection;
		this.selected = Pattern
			.compile(arguments.stream().filter((text) -> !text.startsWith("--")).findFirst().orElse(""));
		this.rounds = (quick) ? 3 : 5;
		this.messages = (quick) ? 200_000 : 1_000_000;
		this.requests = (quick) ? 10_000 : 20_000;
	}

	public static void main(String[] args) throws Exception {
		String binary = System.getenv("NATS_SERVER_BINARY");
		try (EmbeddedNatsServer server = EmbeddedNatsServer.builder()
			.binary((binary != null) ? Path.of(binary) : null)
			.start();
				Connection connection = Nats.connect(
						new Options.Builder().server(server.getUrl()).maxMessagesInOutgoingQueue(50_000).build())) {
			new Benchmarks(connection, List.of(args)).run();
		}
	}

	private void run() throws Exception {
		for (Payload payload : Payload.values()) {
			if (this.selected.matcher(payload.toString()).find()) {
				floods(payload);
			}
		}
		if (this.selected.matcher("Request-reply").find()) {
			requests();
		}
		StringBuilder table = new StringBuilder("|");
		StringBuilder line = new StringBuilder("|---|");
		for (Contestant contestant : Contestant.values()) {
			table.append(" | ").append(contestant.label());
			line.append("---|");
		}
		System.out.println(table + " |");
		System.out.println(line);
		this.measurements.forEach((measurement) -> System.out.println(measurement.row()));
	}

	private void floods(Payload payload) throws Exception {
		Measurement<Contestant> cpu = measurement(payload + ": CPU µs per message", 3);
		Measurement<Contestant> allocated = measurement(payload + ": bytes allocated per message", 0);
		for (int round = 0; round < this.rounds; round++) {
			Map<Contestant, Usage> usages = new EnumMap<>(Contestant.class);
			try (Consumers consumers = new Consumers(this.connection)) {
				for (Contestant contestant : order(payload, round)) {
					consumers.get(contestant).flood(payload, WARM_UP_MESSAGES);
				}
				for (int turn = 0; turn < TURNS; turn++) {
					for (Contestant contestant : order(payload, round + turn)) {
						Usage usage = consumers.get(contestant).flood(payload, this.messages / TURNS);
						usages.merge(contestant, usage, Usage::plus);
					}
				}
			}
			usages.forEach((contestant, usage) -> {
				cpu.add(contestant, usage.cpuNanos() / 1000.0 / this.messages);
				allocated.add(contestant, (double) usage.allocatedBytes() / this.messages);
			});
			log("%s, round %d: %s".formatted(payload, round + 1, usages));
		}
	}

	private void requests() throws Exception {
		Measurement<Contestant> one = measurement("Request-reply, 1 caller: median µs", 1);
		Measurement<Contestant> oneCpu = measurement("Request-reply, 1 caller: CPU µs of who replies", 1);
		Measurement<Contestant> many = measurement("Request-reply, " + CALLERS + " callers: median µs", 1);
		Measurement<Contestant> manyCpu = measurement("Request-reply, " + CALLERS + " callers: CPU µs of who replies",
				1);
		for (int round = 0; round < this.rounds; round++) {
			try (Consumers consumers = new Consumers(this.connection)) {
				requests(consumers, round, 1, one, oneCpu);
				requests(consumers, round, CALLERS, many, manyCpu);
			}
		}
	}

	private void requests(Consumers consumers, int round, int callers, Measurement<Contestant> measurement,
			Measurement<Contestant> cpu) throws Exception {
		Map<Contestant, double[]> times = new EnumMap<>(Contestant.class);
		Map<Contestant, Usage> usages = new EnumMap<>(Contestant.class);
		for (Contestant contestant : order(round)) {
			Requests.run(consumers.get(contestant), callers, WARM_UP_REQUESTS);
		}
		for (int turn = 0; turn < TURNS; turn++) {
			for (Contestant contestant : order(round + turn)) {
				Usage before = consumers.get(contestant).usage();
				double[] micros = Requests.run(consumers.get(contestant), callers, this.requests / TURNS);
				times.merge(contestant, micros, Benchmarks::concat);
				usages.merge(contestant, consumers.get(contestant).usage().minus(before), Usage::plus);
			}
		}
		usages.forEach((contestant, usage) -> cpu.add(contestant, usage.cpuNanos() / 1000.0 / this.requests));
		times.forEach((contestant, micros) -> {
			measurement.add(contestant, Measurement.median(micros));
			log("%d callers, round %d: %s %.1f µs".formatted(callers, round + 1, contestant,
					Measurement.median(micros)));
		});
	}

	private Measurement<Contestant> measurement(String label, int decimals) {
		Measurement<Contestant> measurement = new Measurement<>(Contestant.class, label, decimals);
		this.measurements.add(measurement);
		return measurement;
	}

	private static List<Contestant> order(Payload payload, int turn) {
		return order(turn).stream().filter((contestant) -> contestant.handles(payload)).toList();
	}

	private static List<Contestant> order(int turn) {
		List<Contestant> order = new ArrayList<>(List.of(Contestant.values()));
		Collections.rotate(order, turn);
		return order;
	}

	private static double[] concat(double[] first, double[] second) {
		double[] all = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, all, first.length, second.length);
		return all;
	}

	private static void log(String text) {
		System.err.println(text);
	}

}
