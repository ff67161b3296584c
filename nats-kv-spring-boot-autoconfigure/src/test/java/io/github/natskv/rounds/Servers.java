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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.github.natskv.testsupport.NatsCluster;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * The servers of a round, and the network between them and the application.
 */
final class Servers implements AutoCloseable {

	private final Path directory;

	private final @Nullable NatsCluster cluster;

	private final List<NatsServer> nodes;

	private final List<NetworkProxy> networks;

	private Servers(Path directory, @Nullable NatsCluster cluster, List<NatsServer> nodes, Duration roundTrip) {
		this.directory = directory;
		this.cluster = cluster;
		this.nodes = nodes;
		this.networks = nodes.stream().map((node) -> NetworkProxy.to(node.port(), roundTrip)).toList();
	}

	static Servers start(RoundPlan plan) throws IOException {
		Path directory = Files.createTempDirectory("nats-round-");
		if (plan.topology().isCluster()) {
			NatsCluster cluster = NatsCluster.start();
			return new Servers(directory, cluster, IntStream.range(0, 3).mapToObj(cluster::node).toList(),
					plan.roundTrip());
		}
		return new Servers(directory, null, List.of(NatsServer.startOn(store(directory))), plan.roundTrip());
	}

	private static Path store(Path directory) {
		return directory.resolve("store");
	}

	List<NatsServer> nodes() {
		return this.nodes;
	}

	/** The node that leads this stream, or the only one. */
	NatsServer leaderOf(String stream) {
		return this.nodes.get((this.cluster != null) ? this.cluster.leaderOf(stream) : 0);
	}

	/** Where the application reaches them. */
	List<NetworkProxy> networks() {
		return this.networks;
	}

	/** Keep what the killed server has stored. */
	void saveStore() throws IOException {
		FileSystemUtils.copyRecursively(jetStream(), saved());
	}

	/** Replace what the killed server has stored by what was kept. */
	void restoreStore() throws IOException {
		FileSystemUtils.deleteRecursively(jetStream());
		FileSystemUtils.copyRecursively(saved(), jetStream());
		FileSystemUtils.deleteRecursively(saved());
	}

	private Path jetStream() {
		return store(this.directory).resolve("jetstream");
	}

	private Path saved() {
		return this.directory.resolve("saved");
	}

	@Override
	public void close() {
		this.networks.forEach(Servers::close);
		if (this.cluster != null) {
			this.cluster.close();
		}
		else {
			this.nodes.forEach(NatsServer::close);
		}
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void close(NetworkProxy network) {
		try {
			network.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
