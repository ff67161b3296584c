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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ClusterInfo;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;

/**
 * Three real {@code nats-server}s with JetStream, clustered on loopback.
 */
public final class NatsCluster implements AutoCloseable {

	private static final int SIZE = 3;

	private final List<NatsServer> nodes = new ArrayList<>();

	private NatsCluster() {
	}

	/** Start, and wait until replicated streams can be made. */
	public static NatsCluster start() {
		NatsCluster cluster = new NatsCluster();
		try {
			List<Integer> routePorts = freePorts();
			String routes = routePorts.stream()
				.map((port) -> "\"nats://127.0.0.1:" + port + "\"")
				.collect(Collectors.joining(", "));
			for (int node = 0; node < SIZE; node++) {
				cluster.nodes.add(NatsServer.start("""
						server_name: "node%d"
						cluster { name: "test", listen: "127.0.0.1:%d", routes: [%s] }
						""".formatted(node, routePorts.get(node), routes)));
			}
			cluster.awaitReplication();
			return cluster;
		}
		catch (RuntimeException ex) {
			cluster.close();
			throw ex;
		}
	}

	private void awaitReplication() {
		try (Connection connection = connect()) {
			Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
				StreamConfiguration probe = StreamConfiguration.builder()
					.name("cluster-probe")
					.subjects("cluster-probe")
					.replicas(SIZE)
					.build();
				connection.jetStreamManagement().addStream(probe);
				return connection.jetStreamManagement().deleteStream("cluster-probe");
			});
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Route ports below the ephemeral range, so that no client takes one meanwhile. */
	private static List<Integer> freePorts() {
		return ThreadLocalRandom.current()
			.ints(15_000, 30_000)
			.filter(NatsCluster::isFree)
			.distinct()
			.limit(SIZE)
			.boxed()
			.toList();
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** The URLs of all nodes. */
	public List<String> urls() {
		return this.nodes.stream().map(NatsServer::url).toList();
	}

	/** The node at this index, from 0 to 2. */
	public NatsServer node(int index) {
		return this.nodes.get(index);
	}

	/** SIGKILL a node, which {@code node(index).restart()} brings back. */
	public void killNode(int index) {
		node(index).kill();
	}

	/** The index of the node that leads this stream, as soon as there is one. */
	public int leaderOf(String stream) {
		try (Connection connection = connect()) {
			return Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.ignoreExceptions()
				.until(() -> leaderOf(connection, stream), (index) -> index >= 0);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int leaderOf(Connection connection, String stream) throws IOException, JetStreamApiException {
		ClusterInfo cluster = connection.jetStreamManagement().getStreamInfo(stream).getClusterInfo();
		return IntStream.range(0, SIZE)
			.filter((index) -> ("node" + index).equals(cluster.getLeader()))
			.findFirst()
			.orElse(-1);
	}

	public Connection connect() {
		try {
			return Nats.connect(Options.builder().servers(urls().toArray(String[]::new)).maxReconnects(-1).build());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.nodes.forEach(NatsServer::close);
	}

}
