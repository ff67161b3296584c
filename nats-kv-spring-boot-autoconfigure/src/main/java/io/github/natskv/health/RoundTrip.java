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

package io.github.natskv.health;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.Statistics;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Measures how long the server takes to answer a ping. jnats ends a connection with too
 * many unanswered pings, and counts these; so while one is not answered, however long
 * that takes, there is no other.
 */
final class RoundTrip implements AutoCloseable {

	private final Connection connection;

	private final ExecutorService executor;

	private CompletableFuture<Optional<Duration>> latest = CompletableFuture.completedFuture(Optional.empty());

	RoundTrip(Connection connection) {
		this.connection = connection;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("nats-health-");
		threads.setDaemon(true);
		this.executor = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads,
				new ThreadPoolExecutor.DiscardPolicy());
	}

	/**
	 * Measure. Returns at once.
	 * @param timeout how long the server may take
	 * @return the time, none if there is no answer within the timeout
	 */
	synchronized CompletableFuture<Optional<Duration>> measure(Duration timeout) {
		if (this.latest.isDone()) {
			this.latest = CompletableFuture.supplyAsync(this::ping, this.executor);
		}
		return this.latest.copy().completeOnTimeout(Optional.empty(), timeout.toNanos(), TimeUnit.NANOSECONDS);
	}

	private Optional<Duration> ping() {
		Statistics statistics = this.connection.getStatistics();
		long pings = statistics.getPings();
		long start = System.nanoTime();
		try {
			this.connection.flush(Duration.ZERO);
		}
		catch (TimeoutException | RuntimeException ex) {
			return Optional.empty();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Optional.empty();
		}
		// it also returns after it has given up the connection instead of sending a ping;
		// statistics of the application may count none
		boolean sent = statistics.getPings() > pings || statistics.getPings() == 0;
		return sent ? Optional.of(Duration.ofNanos(System.nanoTime() - start)) : Optional.empty();
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
