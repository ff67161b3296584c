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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.github.natskv.testsupport.NatsCluster;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * The servers of a round, and a client close to them.
 */
final class RoundServers implements AutoCloseable {

	static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Path directory;

	private final @Nullable NatsCluster cluster;

	private final List<NatsServer> nodes;

	private final Connection connection;

	RoundServers(Topology topology) throws IOException, InterruptedException {
		this.directory = Files.createTempDirectory("nats-round-");
		this.cluster = topology.isCluster() ? NatsCluster.start() : null;
		this.nodes = (this.cluster != null) ? IntStream.range(0, 3).mapToObj(this.cluster::node).toList()
				: List.of(NatsServer.startOn(store()));
		this.connection = Nats.connect(Options.builder()
			.servers(this.nodes.stream().map(NatsServer::url).toArray(String[]::new))
			.maxReconnects(-1)
			.reconnectWait(Duration.ofMillis(10))
			.reconnectJitter(Duration.ofMillis(10))
			.reconnectBufferSize(0)
			.pingInterval(Duration.ofMillis(500))
			.build());
	}

	List<NatsServer> nodes() {
		return this.nodes;
	}

	NatsServer any(Random random) {
		return this.nodes.get(random.nextInt(this.nodes.size()));
	}

	/** The node that leads this stream, or the only one. */
	NatsServer leaderOf(String stream) {
		return this.nodes.get((this.cluster != null) ? this.cluster.leaderOf(stream) : 0);
	}

	/** A network to each of them, of the caller's own. */
	List<NetworkProxy> networks(Duration roundTrip) {
		return this.nodes.stream().map((node) -> NetworkProxy.to(node.port(), roundTrip)).toList();
	}

	Connection connection() {
		return this.connection;
	}

	JetStreamManagement management(Duration timeout) throws IOException {
		return this.connection.jetStreamManagement(JetStreamOptions.builder().requestTimeout(timeout).build());
	}

	/** Repeat a request: servers drop it while they have no leader. */
	void request(Request request) {
		AtomicReference<Exception> last = new AtomicReference<>();
		try {
			Awaitility.await().atMost(PATIENCE).until(() -> isDone(request, last));
		}
		catch (ConditionTimeoutException ex) {
			throw new IllegalStateException("A request failed again and again", last.get());
		}
	}

	private boolean isDone(Request request, AtomicReference<Exception> last) throws Exception {
		try {
			request.send(management(Duration.ofSeconds(2)));
			return true;
		}
		catch (IOException | JetStreamApiException ex) {
			if (!isTransient(ex)) {
				throw ex;
			}
			last.set(ex);
			return false;
		}
	}

	static boolean isTransient(Exception ex) {
		return ex instanceof IOException || ex instanceof JetStreamApiException api && api.getErrorCode() >= 500;
	}

	/** Delete something, which may be gone already. */
	void delete(Request deletion) {
		request((management) -> {
			try {
				deletion.send(management);
			}
			catch (JetStreamApiException ex) {
				if (ex.getErrorCode() != 404) {
					throw ex;
				}
			}
		});
	}

	/** Keep the store of the killed server. */
	void saveStore() throws IOException {
		FileSystemUtils.copyRecursively(jetStream(), saved());
	}

	/** Replace the store of the killed server by what was kept. */
	void restoreStore() throws IOException {
		FileSystemUtils.deleteRecursively(jetStream());
		FileSystemUtils.copyRecursively(saved(), jetStream());
		FileSystemUtils.deleteRecursively(saved());
	}

	private Path store() {
		return this.directory.resolve("store");
	}

	private Path jetStream() {
		return store().resolve("jetstream");
	}

	private Path saved() {
		return this.directory.resolve("saved");
	}

	@Override
	public void close() throws IOException, InterruptedException {
		this.connection.close();
		this.nodes.forEach(NatsServer::close);
		FileSystemUtils.deleteRecursively(this.directory);
	}

	/**
	 * A request to the servers.
	 */
	interface Request {

		void send(JetStreamManagement management) throws IOException, JetStreamApiException;

	}

}
