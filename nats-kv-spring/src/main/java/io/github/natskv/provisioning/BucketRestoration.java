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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Makes buckets that are gone again after a reconnect, as soon as JetStream answers. A
 * bucket that cannot be made does not stop the others.
 */
final class BucketRestoration implements ConnectionListener, AutoCloseable {

	private static final Log logger = LogFactory.getLog(BucketRestoration.class);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Duration PAUSE = Duration.ofMillis(100);

	private static final Duration LONG_PAUSE = Duration.ofSeconds(5);

	private final Connection connection;

	private final Collection<String> buckets;

	private final Consumer<String> restore;

	private final Duration patience;

	private final ThreadPoolExecutor executor;

	private final Object monitor = new Object();

	private volatile int reconnects;

	/**
	 * Create an instance, which begins to listen to the connection.
	 * @param connection the connection
	 * @param buckets the names of the buckets, in the order in which they are made
	 * @param restore makes a bucket if it is gone, and throws if it could not
	 */
	BucketRestoration(Connection connection, Collection<String> buckets, Consumer<String> restore) {
		this(connection, buckets, restore, PATIENCE);
	}

	/**
	 * Create an instance, which begins to listen to the connection.
	 * @param connection the connection
	 * @param buckets the names of the buckets, in the order in which they are made
	 * @param restore makes a bucket if it is gone, and throws if it could not
	 * @param patience after which time it is said what could not be made, and tried again
	 * less often
	 */
	BucketRestoration(Connection connection, Collection<String> buckets, Consumer<String> restore, Duration patience) {
		this.connection = connection;
		this.buckets = List.copyOf(buckets);
		this.restore = restore;
		this.patience = patience;
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
			int reconnect;
			synchronized (this.monitor) {
				reconnect = ++this.reconnects;
				this.monitor.notifyAll();
			}
			this.executor.execute(() -> restore(reconnect));
		}
	}

	private void restore(int reconnect) {
		long end = System.nanoTime() + this.patience.toNanos();
		boolean patient = true;
		Collection<String> left = this.buckets;
		try {
			while (isCurrent(reconnect)) {
				Map<String, String> failures = restore(left);
				left = left.stream().filter(failures::containsKey).toList();
				if (left.isEmpty()) {
					return;
				}
				if (patient && System.nanoTime() - end >= 0 && isCurrent(reconnect)) {
					patient = false;
					logger.warn("Buckets that are gone could not be made again, which is tried once more every %d s: %s"
						.formatted(LONG_PAUSE.toSeconds(), String.join(" ", failures.values())));
				}
				pause(reconnect, patient ? PAUSE : LONG_PAUSE);
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Making buckets again ends with the application", ex);
		}
	}

	// Returns why, by the names of the buckets that could not be made.
	private Map<String, String> restore(Collection<String> names) {
		Map<String, String> failures = new TreeMap<>();
		for (String name : names) {
			try {
				this.restore.accept(name);
			}
			catch (RuntimeException ex) {
				failures.put(name, String.valueOf(ex.getMessage()));
			}
		}
		return failures;
	}

	private boolean isCurrent(int reconnect) {
		return reconnect == this.reconnects && this.connection.getStatus() == Connection.Status.CONNECTED
				&& !this.executor.isShutdown();
	}

	// Ends with the next reconnect, after which all buckets are looked at.
	private void pause(int reconnect, Duration pause) throws InterruptedException {
		synchronized (this.monitor) {
			if (isCurrent(reconnect)) {
				this.monitor.wait(pause.toMillis());
			}
		}
	}

	@Override
	public void close() {
		this.connection.removeConnectionListener(this);
		this.executor.shutdownNow();
	}

}
