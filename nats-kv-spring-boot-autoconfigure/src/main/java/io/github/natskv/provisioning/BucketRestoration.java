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

package io.github.natskv.provisioning;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Makes buckets that are gone again after a reconnect, as soon as JetStream answers.
 */
final class BucketRestoration implements ConnectionListener, AutoCloseable {

	private static final Log logger = LogFactory.getLog(BucketRestoration.class);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Duration PAUSE = Duration.ofMillis(100);

	private final Connection connection;

	private final Runnable restore;

	private final ThreadPoolExecutor executor;

	/**
	 * Create an instance, which begins to listen to the connection.
	 * @param connection the connection
	 * @param restore makes what is gone, and throws if it could not
	 */
	BucketRestoration(Connection connection, Runnable restore) {
		this.connection = connection;
		this.restore = restore;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("nats-restoration-");
		threads.setDaemon(true);
		this.executor = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads,
				new ThreadPoolExecutor.DiscardPolicy());
		connection.addConnectionListener(this);
	}

	@Override
	@SuppressWarnings("deprecation")
	public void connectionEvent(Connection source, Events event) {
		if (event == Events.RECONNECTED) {
			this.executor.execute(this::restore);
		}
	}

	private void restore() {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (this.connection.getStatus() == Connection.Status.CONNECTED && !this.executor.isShutdown()) {
			try {
				this.restore.run();
				return;
			}
			catch (RuntimeException ex) {
				if (System.nanoTime() - end >= 0) {
					logger.warn("Buckets that are gone could not be made again: " + ex.getMessage());
					return;
				}
			}
			try {
				Thread.sleep(PAUSE.toMillis());
			}
			catch (InterruptedException ex) {
				return;
			}
		}
	}

	@Override
	public void close() {
		this.connection.removeConnectionListener(this);
		this.executor.shutdownNow();
	}

}
