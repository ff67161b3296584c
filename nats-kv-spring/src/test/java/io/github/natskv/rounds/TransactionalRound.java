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

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.awaitility.Awaitility;

/**
 * Applications that transact on a bucket while each fault happens twice.
 */
abstract class TransactionalRound implements Round {

	private static final int TIMES = 2;

	private final RoundPlan<CommonFault> plan;

	private final String stream;

	private final RoundServers servers;

	private final List<NetworkProxy> networks;

	private final List<Connection> connections = new ArrayList<>();

	private volatile boolean ending;

	TransactionalRound(RoundPlan<CommonFault> plan, String bucket) throws IOException, InterruptedException {
		this.plan = plan;
		this.stream = "KV_" + bucket;
		this.servers = new RoundServers(plan.topology());
		this.networks = this.servers.networks(Duration.ZERO);
	}

	RoundPlan<CommonFault> plan() {
		return this.plan;
	}

	/** A connection through the network. */
	Connection connect() {
		return connect(this.networks.stream().map(NetworkProxy::url).toList());
	}

	/** A connection that has nothing to do with the network between. */
	Connection direct() {
		return connect(this.servers.nodes().stream().map(NatsServer::url).toList());
	}

	private Connection connect(List<String> urls) {
		try {
			Connection connection = Nats.connect(Options.builder()
				.servers(urls.toArray(String[]::new))
				.ignoreDiscoveredServers()
				.maxReconnects(-1)
				.reconnectWait(Duration.ofMillis(50))
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

	/** Let the faults happen, and have the applications end. */
	void disturb() throws Exception {
		Random random = this.plan.random(-3);
		Duration pause = Duration.ofMillis(this.plan.topology().isCluster() ? 2000 : 1200);
		try {
			for (CommonFault fault : this.plan.faults()) {
				for (int i = 0; i < TIMES; i++) {
					RoundFault.pause(pause.toMillis());
					fault.inflict(this, random);
				}
			}
			RoundFault.pause(pause.toMillis());
		}
		finally {
			this.ending = true;
		}
	}

	boolean isEnding() {
		return this.ending;
	}

	void awaitConnected() {
		this.connections.stream()
			.filter((connection) -> connection.getStatus() != Connection.Status.CLOSED)
			.forEach((connection) -> Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> connection.getStatus() == Connection.Status.CONNECTED));
	}

	@Override
	public RoundServers servers() {
		return this.servers;
	}

	@Override
	public String stream() {
		return this.stream;
	}

	@Override
	public List<NetworkProxy> networks(Random random) {
		return this.networks;
	}

	@Override
	public void close() throws Exception {
		for (Connection connection : this.connections) {
			connection.close();
		}
		for (NetworkProxy network : this.networks) {
			network.close();
		}
		this.servers.close();
	}

}
