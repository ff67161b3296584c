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

package io.github.natskv.test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import io.github.natskv.embedded.EmbeddedNatsServer;
import io.github.natskv.embedded.EmbeddedNatsServerException;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The embedded servers of this JVM: each has one context at a time. Those without
 * configuration of their own are kept for the next one, and go with the JVM.
 */
final class ServerPool {

	private static final Log logger = LogFactory.getLog(ServerPool.class);

	/** By the program. */
	private static final Map<String, Deque<EmbeddedNatsServer>> idle = new HashMap<>();

	private ServerPool() {
	}

	/**
	 * Lend a server with an empty store.
	 * @param binary the program, empty to look for one
	 * @param configuration further configuration, may be empty
	 * @return the server, to be given back
	 */
	static Lease lease(String binary, String configuration) {
		EmbeddedNatsServer server = (configuration.isBlank()) ? takeIdle(binary) : null;
		return new Lease((server != null) ? server : start(binary, configuration), binary, configuration.isBlank());
	}

	private static EmbeddedNatsServer start(String binary, String configuration) {
		return EmbeddedNatsServer.builder().binary(program(binary)).configuration(configuration).start();
	}

	private static @Nullable Path program(String binary) {
		ServerArchive archive = (binary.isBlank()) ? ServerArchive.configured() : null;
		if (archive != null) {
			return archive.program();
		}
		return (binary.isBlank()) ? null : Path.of(binary);
	}

	private static @Nullable EmbeddedNatsServer takeIdle(String binary) {
		while (true) {
			EmbeddedNatsServer server;
			synchronized (idle) {
				server = idle.computeIfAbsent(binary, (key) -> new ArrayDeque<>()).poll();
			}
			if (server == null || empty(server)) {
				return server;
			}
			server.close();
		}
	}

	private static boolean empty(EmbeddedNatsServer server) {
		try {
			try (Connection connection = Nats
				.connect(Options.builder().server(server.getUrl()).noReconnect().build())) {
				JetStreamManagement management = connection.jetStreamManagement();
				for (String stream : management.getStreamNames()) {
					management.deleteStream(stream);
				}
				return true;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (IOException | JetStreamApiException | EmbeddedNatsServerException ex) {
			logger.debug("%s is not used again".formatted(server), ex);
			return false;
		}
	}

	/**
	 * A server while it is lent.
	 *
	 * @param server the server
	 * @param binary the program
	 * @param reusable whether it can be lent again
	 */
	record Lease(EmbeddedNatsServer server, String binary, boolean reusable) implements AutoCloseable {

		@Override
		public void close() {
			// only a running one has a watchdog that removes its store with the JVM
			if (!this.reusable || !this.server.isRunning()) {
				this.server.close();
				return;
			}
			synchronized (idle) {
				idle.computeIfAbsent(this.binary, (key) -> new ArrayDeque<>()).add(this.server);
			}
		}

	}

}
