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

package io.github.natskv.autoconfigure.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.connection.DeferredConnection;
import io.github.natskv.connection.NatsConnectionFailedException;
import io.github.natskv.core.connection.ServerSilence;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.AbstractFactoryBean;

/**
 * Creates the connection, now or in the background, and sends what still waits to be sent
 * before closing it, which jnats' own close does not.
 */
class NatsConnectionFactoryBean extends AbstractFactoryBean<Connection> {

	private static final Duration WRITE_POLL = Duration.ofMillis(10);

	private static final int WRITE_POLLS = 10;

	private final ConnectionName connection;

	private final Options options;

	private final NatsConnectionMonitor monitor;

	private final NatsConnectionProperties.Startup startup;

	NatsConnectionFactoryBean(ConnectionName connection, Options options, NatsConnectionMonitor monitor,
			NatsConnectionProperties.Startup startup) {
		this.connection = connection;
		this.options = options;
		this.monitor = monitor;
		this.startup = startup;
	}

	@Override
	public Class<?> getObjectType() {
		return Connection.class;
	}

	@Override
	protected Connection createInstance() throws InterruptedException {
		if (TrainingRun.isActive()) {
			return DeferredConnection.unopened(this.connection, this.options, this.monitor.failures());
		}
		if (this.startup == NatsConnectionProperties.Startup.RETRY) {
			return DeferredConnection.open(this.connection, this.options, this.monitor.failures());
		}
		try {
			return Nats.connect(this.options);
		}
		catch (IOException ex) {
			throw NatsConnectionFailedException.of(this.connection, this.options, ex,
					this.monitor.failures().collect());
		}
	}

	@Override
	protected void destroyInstance(@Nullable Connection connection) throws InterruptedException {
		if (connection == null) {
			return;
		}
		try {
			if (connection.getStatus() == Connection.Status.CONNECTED) {
				flush(connection);
			}
		}
		catch (TimeoutException | IllegalStateException ex) {
			this.logger.warn(this.connection.logPrefix()
					+ "What was published last may not have reached the NATS server: " + ex);
		}
		finally {
			this.monitor.closing();
			close(connection);
		}
	}

	private void flush(Connection connection) throws InterruptedException, TimeoutException {
		if (!ServerSilence.isKnown(connection)) {
			connection.flush(this.options.getConnectionTimeout());
			return;
		}
		// nothing says when the server has read it, but it is to be written at least
		for (int i = 0; i < WRITE_POLLS && connection.outgoingPendingMessageCount() > 0; i++) {
			Thread.sleep(WRITE_POLL.toMillis());
		}
	}

	// On a thread of its own, as jnats interrupts those of handlers, one of which may be
	// closing the application.
	private static void close(Connection connection) {
		boolean interrupted = Thread.currentThread().isInterrupted();
		CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
		new Thread(() -> {
			try {
				connection.close();
				closed.complete(null);
			}
			catch (Throwable ex) {
				closed.completeExceptionally(ex);
			}
		}, "nats-close").start();
		closed.join();
		if (!interrupted) {
			Thread.interrupted();
		}
	}

}
