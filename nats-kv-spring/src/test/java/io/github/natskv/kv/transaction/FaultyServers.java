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

package io.github.natskv.kv.transaction;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.natskv.testsupport.NatsCluster;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.awaitility.Awaitility;

/**
 * A server, or three, to which something happens from time to time.
 */
final class FaultyServers implements AutoCloseable {

	private static final Duration RECONNECT_WAIT = Duration.ofMillis(50);

	private final Fault fault;

	private final NatsCluster cluster;

	private final NatsServer server;

	private final NetworkProxy proxy;

	private final List<Connection> connections = new ArrayList<>();

	FaultyServers(Fault fault) throws IOException {
		this.fault = fault;
		this.cluster = fault.replicated ? NatsCluster.start() : null;
		this.server = fault.replicated ? null : NatsServer.start();
		this.proxy = fault.replicated ? null : NetworkProxy.to(this.server.port());
	}

	int replicas() {
		return this.fault.replicated ? 3 : 1;
	}

	Duration pause() {
		return this.fault.pause();
	}

	/** A connection that has to do with the fault. */
	Connection connect() {
		return (this.fault == Fault.CUT) ? remember(List.of(this.proxy.url())) : direct();
	}

	/** A connection that has nothing to do with the network between. */
	Connection direct() {
		return remember(this.fault.replicated ? this.cluster.urls() : List.of(this.server.url()));
	}

	private Connection remember(List<String> urls) {
		try {
			Connection connection = Nats.connect(Options.builder()
				.servers(urls.toArray(String[]::new))
				.maxReconnects(-1)
				.reconnectWait(RECONNECT_WAIT)
				.reconnectBufferSize(0)
				.errorListener(new ErrorListener() {
				})
				.build());
			this.connections.add(connection);
			return connection;
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	void inject(String stream) throws Exception {
		switch (this.fault) {
			case NONE -> {
			}
			case CUT -> this.proxy.cut();
			case KILL -> {
				this.server.kill();
				this.server.restart();
			}
			case KILL_LEADER -> {
				int leader = this.cluster.leaderOf(stream);
				this.cluster.killNode(leader);
				Thread.sleep(500);
				this.cluster.node(leader).restart();
			}
			case STEP_DOWN -> {
				Connection connection = direct();
				connection.request("$JS.API.STREAM.LEADER.STEPDOWN." + stream, null);
				connection.close();
			}
		}
	}

	void awaitConnected() {
		this.connections.stream()
			.filter((connection) -> connection.getStatus() != Connection.Status.CLOSED)
			.forEach((connection) -> Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> connection.getStatus() == Connection.Status.CONNECTED));
	}

	@Override
	public void close() throws Exception {
		for (Connection connection : this.connections) {
			connection.close();
		}
		if (this.proxy != null) {
			this.proxy.close();
			this.server.close();
		}
		else {
			this.cluster.close();
		}
	}

	enum Fault {

		NONE(false, Duration.ofSeconds(2), Duration.ZERO),

		/** The connections are cut. */
		CUT(false, Duration.ofSeconds(3), Duration.ofMillis(300)),

		/** SIGKILL of the only server. */
		KILL(false, Duration.ofSeconds(4), Duration.ofMillis(1500)),

		/** SIGKILL of the leader of three. */
		KILL_LEADER(true, Duration.ofSeconds(8), Duration.ofMillis(2500)),

		/** The leader of three hands over to another. */
		STEP_DOWN(true, Duration.ofSeconds(5), Duration.ofMillis(600));

		private final boolean replicated;

		private final Duration duration;

		private final Duration pause;

		Fault(boolean replicated, Duration duration, Duration pause) {
			this.replicated = replicated;
			this.duration = duration;
			this.pause = pause;
		}

		Duration duration() {
			return this.duration;
		}

		Duration pause() {
			return this.pause;
		}

	}

}
