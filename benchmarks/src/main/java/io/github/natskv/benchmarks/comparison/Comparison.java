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

package io.github.natskv.benchmarks.comparison;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.natskv.benchmarks.Measurement;
import io.github.natskv.embedded.EmbeddedNatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.PublishAck;

import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A server, a connection of each contestant, and the rows of the table. The contestants
 * take turns.
 */
public final class Comparison implements AutoCloseable {

	private static final int WINDOW = 1000;

	private final EmbeddedNatsServer server;

	private final ConfigurableApplicationContext context;

	private final Map<Side, Connection> connections = new EnumMap<>(Side.class);

	private final boolean quick;

	private final Pattern selected;

	private final List<Measurement<Side>> rows = new ArrayList<>();

	private Comparison(EmbeddedNatsServer server, ConfigurableApplicationContext context, List<String> arguments)
			throws Exception {
		this.server = server;
		this.context = context;
		this.connections.put(Side.RAW, Nats.connect(options(server)));
		this.connections.put(Side.RAW_AGAIN, Nats.connect(options(server)));
		this.connections.put(Side.RAW_DEFAULTS, Nats.connect(server.getUrl()));
		this.connections.put(Side.NATS_KV, context.getBean(Connection.class));
		this.quick = arguments.contains("--quick");
		this.selected = Pattern
			.compile(arguments.stream().filter((text) -> !text.startsWith("--")).findFirst().orElse(""));
	}

	private static Options options(EmbeddedNatsServer server) {
		return new Options.Builder().server(server.getUrl())
			.subjectValidationType(Options.SubjectValidationType.Strict)
			.advancedRequestBehavior()
			.supportUTF8Subjects()
			.build();
	}

	/**
	 * Start a server, and an application that uses it.
	 * @param application the configuration of the application
	 * @param arguments {@code --quick} for few rounds, and a regular expression of the
	 * rows to measure
	 * @param properties the properties of the application besides {@code nats.servers}
	 * @return the comparison, to be closed
	 */
	public static Comparison start(Class<?> application, String[] arguments, String... properties) throws Exception {
		EmbeddedNatsServer server = server();
		List<String> all = new ArrayList<>(List.of(properties));
		all.addAll(List.of("nats.servers=" + server.getUrl(), "logging.level.root=warn"));
		ConfigurableApplicationContext context = new SpringApplicationBuilder(application).bannerMode(Banner.Mode.OFF)
			.properties(all.toArray(String[]::new))
			.run();
		return new Comparison(server, context, Arrays.asList(arguments));
	}

	/**
	 * Start the server that {@code NATS_SERVER_BINARY}, the path or the build has.
	 * @return the server, to be closed
	 */
	public static EmbeddedNatsServer server() {
		String binary = System.getenv("NATS_SERVER_BINARY");
		return EmbeddedNatsServer.builder().binary((binary != null) ? Path.of(binary) : null).start();
	}

	public boolean isQuick() {
		return this.quick;
	}

	public boolean isSelected(String label) {
		return this.selected.matcher(label).find();
	}

	public Connection connection(Side side) {
		Connection connection = this.connections.get(side);
		if (connection == null) {
			throw new IllegalStateException("No connection of " + side);
		}
		return connection;
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/**
	 * Send messages of the same text to a stream, by raw jnats.
	 */
	public void fill(IntFunction<String> subjects, byte[] data, int count) throws Exception {
		JetStream jetStream = connection(Side.RAW).jetStream();
		List<CompletableFuture<PublishAck>> underway = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			underway.add(jetStream.publishAsync(subjects.apply(i), data));
			if (underway.size() == WINDOW || i == count - 1) {
				for (CompletableFuture<PublishAck> acknowledgement : underway) {
					acknowledgement.get();
				}
				underway.clear();
			}
		}
	}

	public void measure(String label, String unit, int count, int turns, Function<Side, Operation> operations)
			throws Exception {
		measure(label, unit, (side) -> count, turns, operations);
	}

	public void measure(String label, String unit, ToIntFunction<Side> count, int turns,
			Function<Side, Operation> operations) throws Exception {
		measure(label, unit, count, turns, Side::isEverywhere, operations);
	}

	/**
	 * Measure what not all contestants do.
	 */
	public void measure(String label, String unit, ToIntFunction<Side> count, int turns, Predicate<Side> sides,
			Function<Side, Operation> operations) throws Exception {
		if (!isSelected(label)) {
			return;
		}
		Scenario scenario = Scenario.of(label, unit, count, turns, sides, operations);
		Measurement<Side> wall = row(label + ": µs per " + unit, 2);
		Measurement<Side> cpu = row(label + ": CPU µs per " + unit, 2);
		Measurement<Side> allocated = row(label + ": bytes allocated per " + unit, 0);
		Measurement<Side> serverCpu = row(label + ": CPU µs of the server per " + unit, 1);
		// warms up
		round(scenario, 0);
		for (int round = 0; round < (this.quick ? 3 : 5); round++) {
			round(scenario, round).forEach((side, cost) -> {
				double total = scenario.total(side);
				wall.add(side, cost.wallNanos() / 1000.0 / total);
				cpu.add(side, cost.usage().cpuNanos() / 1000.0 / total);
				allocated.add(side, cost.usage().allocatedBytes() / total);
				serverCpu.add(side, cost.serverCpuNanos() / 1000.0 / total);
			});
		}
		for (Measurement<Side> row : List.of(wall, cpu, allocated, serverCpu)) {
			System.err.println(row.row(row.contestants()));
		}
	}

	private Map<Side, Cost> round(Scenario scenario, int round) throws Exception {
		Map<Side, Cost> costs = new EnumMap<>(Side.class);
		for (int turn = 0; turn < scenario.turns(); turn++) {
			List<Side> order = new ArrayList<>(List.of(Side.values()));
			Collections.rotate(order, round + turn);
			for (Side side : order) {
				Operation operation = scenario.operations().get(side);
				if (operation != null) {
					costs.merge(side, Cost.of(operation, this.server.getPid()), Cost::plus);
				}
			}
		}
		return costs;
	}

	public Measurement<Side> row(String label, int decimals) {
		Measurement<Side> row = new Measurement<>(Side.class, label, decimals);
		this.rows.add(row);
		return row;
	}

	public void print() {
		Set<Side> sides = EnumSet.noneOf(Side.class);
		this.rows.forEach((row) -> sides.addAll(row.contestants()));
		System.out.println(sides.stream().map(Side::label).collect(Collectors.joining(" | ", "| | ", " |")));
		System.out.println("|" + "---|".repeat(sides.size() + 1));
		this.rows.forEach((row) -> System.out.println(row.row(sides)));
	}

	/**
	 * Wait for a condition.
	 */
	public static void await(String condition, BooleanSupplier reached) throws InterruptedException {
		long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
		while (!reached.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("Not within a minute: " + condition);
			}
			Thread.sleep(1);
		}
	}

	@Override
	public void close() throws InterruptedException {
		this.context.close();
		connection(Side.RAW).close();
		connection(Side.RAW_AGAIN).close();
		connection(Side.RAW_DEFAULTS).close();
		this.server.close();
	}

}
