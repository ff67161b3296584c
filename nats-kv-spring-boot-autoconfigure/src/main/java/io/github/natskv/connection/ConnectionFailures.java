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

package io.github.natskv.connection;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.nats.client.Connection;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

/**
 * The attempts to connect that failed since there was a connection. jnats tells only its
 * listeners about them, in the order of the attempts but on another thread.
 */
public final class ConnectionFailures {

	private static final int MAX_FAILURES = 100;

	private final Queue<NatsDataPort> started = new ConcurrentLinkedQueue<>();

	private final List<ConnectionFailure> failures = new ArrayList<>();

	private volatile @Nullable NatsDataPort latest;

	private @Nullable String serverError;

	private volatile @Nullable Instant lastErrorAt;

	private CountDownLatch ended = new CountDownLatch(1);

	void started(NatsDataPort port) {
		this.latest = port;
		if (this.started.size() == MAX_FAILURES) {
			this.started.poll();
		}
		this.started.add(port);
	}

	/**
	 * Return whether a connection sends something at the moment.
	 * @return whether it does, as far as is known: its error listener and socket may be
	 * those of the application
	 */
	public static boolean isWriting(Connection connection) {
		NatsDataPort port = (connection.getOptions().getErrorListener() instanceof Source source)
				? source.failures().latest : null;
		return port != null && port.isWriting();
	}

	/**
	 * Return when a connection had its last error.
	 * @return the time of {@link Connection#getLastError()}, {@code null} if there was
	 * none or its error listener is one of the application
	 */
	public static @Nullable Instant lastErrorAt(Connection connection) {
		return (connection.getLastError() != null
				&& connection.getOptions().getErrorListener() instanceof Source source) ? source.failures().lastErrorAt
						: null;
	}

	public void errorOccurred() {
		this.lastErrorAt = Instant.now();
	}

	public synchronized void serverError(String error) {
		this.serverError = error;
	}

	// Each attempt ends with this or with succeeded()
	public synchronized void failed(Exception exception, Options options) {
		if (this.failures.size() == MAX_FAILURES) {
			this.failures.remove(0);
		}
		this.failures.add(ConnectionFailure.of(this.started.poll(), this.serverError, exception, options));
		this.serverError = null;
	}

	public synchronized void succeeded() {
		this.started.poll();
		this.failures.clear();
		this.serverError = null;
	}

	public synchronized void closed() {
		this.ended.countDown();
	}

	public synchronized @Nullable ConnectionFailure last() {
		return this.failures.isEmpty() ? null : this.failures.get(this.failures.size() - 1);
	}

	// The last failure of each server since the last success, without secrets
	public synchronized @Nullable String describe() {
		Map<String, String> reasons = new LinkedHashMap<>();
		for (ConnectionFailure failure : this.failures) {
			String address = String.valueOf(failure.address());
			reasons.remove(address);
			reasons.put(address, failure.describe());
		}
		return reasons.isEmpty() ? null
				: reasons.entrySet()
					.stream()
					.map((reason) -> reason.getKey() + ": " + reason.getValue())
					.collect(Collectors.joining("; "));
	}

	// What failed since the last success or call of this, once jnats has told everything
	public List<ConnectionFailure> collect() throws InterruptedException {
		CountDownLatch latch;
		synchronized (this) {
			latch = this.ended;
		}
		latch.await(1, TimeUnit.SECONDS);
		synchronized (this) {
			List<ConnectionFailure> collected = List.copyOf(this.failures);
			this.failures.clear();
			this.started.clear();
			this.ended = new CountDownLatch(1);
			return collected;
		}
	}

	/**
	 * Implemented by error listeners, by which a {@link NatsDataPort} finds where to
	 * announce itself.
	 */
	public interface Source {

		ConnectionFailures failures();

	}

}
