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

package io.github.natskv.benchmarks.bucket;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.github.natskv.embedded.EmbeddedNatsServer;
import io.github.natskv.kv.KeyValueBuckets;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.Nats;
import io.nats.client.api.PublishAck;

import org.springframework.boot.Banner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * Compares operations on buckets, listings and watches with those of jnats, in one
 * process, and prints a table. The contestants take turns.
 */
public final class BucketBenchmarks {

	private static final int VALUE_SIZE = 128;

	private static final int WINDOW = 1000;

	private final EmbeddedNatsServer server;

	private final BucketOperations operations;

	private final JetStream jetStream;

	private final boolean quick;

	private final Pattern selected;

	private final List<Row> rows = new ArrayList<>();

	private BucketBenchmarks(EmbeddedNatsServer server, ConfigurableApplicationContext context, Connection raw,
			Connection again, List<String> arguments) throws Exception {
		this.server = server;
		this.operations = new BucketOperations(
				Map.of(Side.RAW, raw, Side.RAW_AGAIN, again, Side.NATS_KV, context.getBean(Connection.class)),
				context.getBean(KeyValueBuckets.class));
		this.jetStream = raw.jetStream();
		this.quick = arguments.contains("--quick");
		this.selected = Pattern
			.compile(arguments.stream().filter((text) -> !text.startsWith("--")).findFirst().orElse(""));
	}

	public static void main(String[] args) throws Exception {
		String binary = System.getenv("NATS_SERVER_BINARY");
		try (EmbeddedNatsServer server = EmbeddedNatsServer.builder()
			.binary((binary != null) ? Path.of(binary) : null)
			.start();
				Connection raw = Nats.connect(server.getUrl());
				Connection again = Nats.connect(server.getUrl());
				ConfigurableApplicationContext context = application(server)) {
			new BucketBenchmarks(server, context, raw, again, List.of(args)).run();
		}
	}

	private static ConfigurableApplicationContext application(EmbeddedNatsServer server) {
		return new SpringApplicationBuilder(Application.class).bannerMode(Banner.Mode.OFF)
			.properties("nats.servers=" + server.getUrl(), "logging.level.root=warn",
					"nats.kv.buckets.orders.history=1", "nats.kv.buckets.small.history=1",
					"nats.kv.buckets.revised.history=5", "nats.kv.buckets.large.history=1",
					"nats.kv.buckets.large-revised.history=5", "nats.kv.buckets.huge.history=1",
					"nats.kv.buckets.idle.history=1")
			.run();
	}

	private void run() throws Exception {
		int count = this.quick ? 2000 : 10_000;
		measure("Put, typed", "operation", count, 5, (side) -> this.operations.put(side, "orders", count));
		measure("Get, typed", "operation", count, 5, (side) -> this.operations.get(side, "orders", count));
		listing("Listing 10,000 keys", "small", 10_000, 1, 10, 5);
		listing("Listing 10,000 keys of 5 revisions", "revised", 10_000, 5, 10, 5);
		listing("Listing 100,000 keys", "large", 100_000, 1, 1, 5);
		listing("Listing 100,000 keys of 5 revisions", "large-revised", 100_000, 5, 1, 5);
		if (isSelected("Snapshot")) {
			fill("large", 100_000, 1);
			measure("Snapshot of a watch, 100,000 keys", "watch", 1, 5,
					(side) -> this.operations.snapshot(side, "large", 100_000));
		}
		idle(50);
		idle(100);
		System.out.println("| | raw jnats | raw jnats again | this project |\n|---|---|---|---|");
		this.rows.forEach((row) -> System.out.println(row.text()));
	}

	private boolean isSelected(String label) {
		return this.selected.matcher(label).find();
	}

	private void listing(String label, String bucket, int keys, int revisions, int times, int turns) throws Exception {
		if (isSelected(label)) {
			fill(bucket, keys, revisions);
			measure(label, "listing", times, turns, (side) -> this.operations.keys(side, bucket, keys, times));
		}
	}

	private void idle(int watches) throws Exception {
		String label = watches + " idle watches";
		if (isSelected(label)) {
			fill("idle", 100, 1);
			Row row = row(label + ": messages per second", 1);
			for (Side side : Side.values()) {
				row.add(side, this.operations.idle(side, "idle", watches, Duration.ofSeconds(this.quick ? 10 : 30)));
			}
		}
	}

	private void measure(String label, String unit, int count, int turns, Function<Side, Operation> operations)
			throws Exception {
		if (!isSelected(label)) {
			return;
		}
		Scenario scenario = Scenario.of(label, unit, count, turns, operations);
		Row wall = row(label + ": µs per " + unit, 1);
		Row cpu = row(label + ": CPU µs per " + unit, 1);
		Row allocated = row(label + ": bytes allocated per " + unit, 0);
		Row serverCpu = row(label + ": CPU µs of the server per " + unit, 1);
		// warms up
		round(scenario, 0);
		for (int round = 0; round < (this.quick ? 3 : 5); round++) {
			round(scenario, round).forEach((side, cost) -> {
				double total = (double) scenario.count() * scenario.turns();
				wall.add(side, cost.wallNanos() / 1000.0 / total);
				cpu.add(side, cost.usage().cpuNanos() / 1000.0 / total);
				allocated.add(side, cost.usage().allocatedBytes() / total);
				serverCpu.add(side, cost.serverCpuNanos() / 1000.0 / total);
			});
		}
		for (Row row : List.of(wall, cpu, allocated, serverCpu)) {
			System.err.println(row.text());
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

	private Row row(String label, int decimals) {
		Row row = new Row(label, decimals);
		this.rows.add(row);
		return row;
	}

	private void fill(String bucket, int keys, int revisions) throws Exception {
		byte[] value = new byte[VALUE_SIZE];
		List<CompletableFuture<PublishAck>> underway = new ArrayList<>();
		for (int revision = 0; revision < revisions; revision++) {
			for (int i = 0; i < keys; i++) {
				underway.add(this.jetStream.publishAsync("$KV." + bucket + ".keys.number-" + i, value));
				if (underway.size() == WINDOW) {
					for (CompletableFuture<PublishAck> acknowledgement : underway) {
						acknowledgement.get();
					}
					underway.clear();
				}
			}
		}
		for (CompletableFuture<PublishAck> acknowledgement : underway) {
			acknowledgement.get();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
