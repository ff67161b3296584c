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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Provisions in the background, until all is as declared: what could not be provisioned
 * at the start, once the connection is there or JetStream answers, and those that are
 * missing after a reconnect. What cannot be provisioned does not stop the others, nor the
 * application.
 */
final class ProvisioningTask implements ConnectionListener, AutoCloseable {

	private static final Log logger = LogFactory.getLog(ProvisioningTask.class);

	private static final int MAX_REQUESTS = 64;

	/** The time that whoever waits for the connection waits for a first round. */
	private static final Duration FIRST_ROUND = Duration.ofSeconds(10);

	/** The time that something may be missing before that is said. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Duration MISSING_PAUSE = Duration.ofMillis(100);

	private static final Duration PAUSE = Duration.ofSeconds(1);

	/**
	 * The interval at which refused objects, which wait for somebody to change them, are
	 * tried.
	 */
	private static final Duration LONG_PAUSE = Duration.ofSeconds(5);

	private final Connection connection;

	private final List<Definition> definitions;

	private final Consumer<Definition> provision;

	private final Consumer<Definition> restore;

	private final Duration patience;

	private final ThreadPoolExecutor executor;

	private final CompletableFuture<Boolean> firstRound = new CompletableFuture<>();

	/** The objects that are not provisioned. */
	private final Set<Definition> pending = ConcurrentHashMap.newKeySet();

	private final Map<Definition, ProvisioningException> failures = new ConcurrentHashMap<>();

	/** The objects that may be missing since a reconnect, and why they are. */
	private final Map<Definition, String> missing = new ConcurrentHashMap<>();

	private final Object monitor = new Object();

	private int reconnects;

	private volatile long patientUntil;

	private volatile boolean reported;

	/**
	 * Create the task, with nothing to do.
	 * @param connection the connection
	 * @param definitions what is declared, in the order in which they are made
	 * @param provision makes one as declared, and throws if it could not
	 * @param restore makes one if it is missing, and throws if it could not
	 */
	ProvisioningTask(Connection connection, List<Definition> definitions, Consumer<Definition> provision,
			Consumer<Definition> restore) {
		this(connection, definitions, provision, restore, PATIENCE);
	}

	ProvisioningTask(Connection connection, List<Definition> definitions, Consumer<Definition> provision,
			Consumer<Definition> restore, Duration patience) {
		this.connection = connection;
		this.definitions = List.copyOf(definitions);
		this.provision = provision;
		this.restore = restore;
		this.patience = patience;
		this.executor = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				threads("nats-provisioning-"), new ThreadPoolExecutor.DiscardPolicy());
	}

	private static CustomizableThreadFactory threads(String prefix) {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(prefix);
		threads.setDaemon(true);
		return threads;
	}

	// Look at all after each reconnect.
	void watchReconnects() {
		this.connection.addConnectionListener(this);
	}

	// Provision when there is a connection, and wait until each was tried once.
	void provision(List<Definition> wanted) {
		this.pending.addAll(wanted);
		watchReconnects();
		if (this.connection.getStatus() == Connection.Status.CONNECTED) {
			provisionOnceConnected();
		}
	}

	// Provision what got no answer at first.
	void provisionLater(List<Definition> wanted, ProvisioningException failure) {
		this.pending.addAll(wanted);
		failed(failure);
		this.firstRound.complete(true);
		watchReconnects();
		this.executor.execute(() -> work(true));
	}

	// Whether it is left to this.
	boolean isPending(Definition definition) {
		return this.pending.contains(definition);
	}

	// By what messages call it.
	Map<String, ProvisioningException> failures() {
		return this.failures.entrySet()
			.stream()
			.collect(Collectors.toUnmodifiableMap((failure) -> failure.getKey().label(), Map.Entry::getValue));
	}

	@Override
	@SuppressWarnings("deprecation")
	public void connectionEvent(Connection source, Events event) {
		if (event == Events.CONNECTED && !this.pending.isEmpty()) {
			provisionOnceConnected();
		}
		else if (event == Events.RECONNECTED) {
			synchronized (this.monitor) {
				this.reconnects++;
				this.definitions.forEach((definition) -> this.missing.put(definition, ""));
				this.patientUntil = System.nanoTime() + this.patience.toNanos();
				this.reported = false;
				this.monitor.notifyAll();
			}
			this.executor.execute(() -> work(false));
		}
	}

	// Listeners that start next are to find what they need.
	private void provisionOnceConnected() {
		this.executor.execute(() -> work(false));
		try {
			// without a time limit of its own, so that closing the context interrupts it
			if (!this.firstRound.copy().completeOnTimeout(false, FIRST_ROUND.toNanos(), TimeUnit.NANOSECONDS).get()) {
				logger.warn("Buckets and streams are not provisioned yet after %d s; going on"
					.formatted(FIRST_ROUND.toSeconds()));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void work(boolean tried) {
		try {
			if (tried) {
				pause(this.reconnects);
			}
			while (!this.executor.isShutdown() && !(this.pending.isEmpty() && this.missing.isEmpty())) {
				int reconnect = this.reconnects;
				if (this.connection.getStatus() == Connection.Status.CONNECTED) {
					round();
					this.firstRound.complete(true);
					reportMissing();
				}
				pause(reconnect);
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Provisioning ends with the application", ex);
		}
		finally {
			this.firstRound.complete(true);
		}
	}

	private void round() throws InterruptedException {
		List<Definition> due = this.definitions.stream()
			.filter((definition) -> isPending(definition) || this.missing.containsKey(definition))
			.toList();
		ExecutorService requests = Executors.newFixedThreadPool(Math.min(due.size(), MAX_REQUESTS),
				threads("nats-provisioning-request-"));
		try {
			for (List<Definition> group : ProvisioningOrder.independent(due)) {
				CompletableFuture
					.allOf(group.stream()
						.map((definition) -> CompletableFuture.runAsync(() -> make(definition), requests))
						.toArray(CompletableFuture[]::new))
					.get();
			}
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			requests.shutdownNow();
		}
	}

	private void make(Definition definition) {
		if (isPending(definition)) {
			if (definition instanceof ConsumerDefinition consumer && isStreamPending(consumer)) {
				return;
			}
			provision(definition);
		}
		else {
			restore(definition);
		}
	}

	private boolean isStreamPending(ConsumerDefinition consumer) {
		return this.pending.stream()
			.anyMatch((other) -> other instanceof StreamDefinition && other.name().equals(consumer.stream()));
	}

	private void provision(Definition definition) {
		try {
			this.provision.accept(definition);
			this.failures.remove(definition);
			this.pending.remove(definition);
			this.missing.remove(definition);
		}
		catch (ProvisioningException ex) {
			failed(ex);
		}
		catch (RuntimeException ex) {
			failed(new ProvisioningException(
					definition, "%s, declared by %s, could not be provisioned: %s"
						.formatted(Reconciler.title(definition), definition.declaredBy(), ex),
					"Check '%s'.".formatted(definition.declaredBy()), ex));
		}
	}

	private void restore(Definition definition) {
		int reconnect = this.reconnects;
		try {
			this.restore.accept(definition);
			synchronized (this.monitor) {
				if (reconnect == this.reconnects) {
					this.missing.remove(definition);
				}
			}
		}
		catch (RuntimeException ex) {
			this.missing.put(definition, String.valueOf(ex.getMessage()));
		}
	}

	private void failed(ProvisioningException failure) {
		ProvisioningException before = this.failures.put(failure.getDefinition(), failure);
		boolean known = before != null && String.valueOf(before.getMessage()).equals(failure.getMessage());
		// interrupted at the end, which JetStream did nothing for
		if (known || this.executor.isShutdown()) {
			logger.debug(failure.getMessage());
		}
		else if (ProvisioningErrors.isTransient(failure)) {
			logger.warn("%s %s Trying again in the background".formatted(failure.getMessage(), failure.getAction()));
		}
		else {
			logger.error("%s %s".formatted(failure.getMessage(), failure.getAction()));
		}
	}

	private void reportMissing() {
		if (!this.missing.isEmpty() && !this.reported && System.nanoTime() - this.patientUntil >= 0) {
			this.reported = true;
			logger.warn(
					"Buckets, streams or consumers that are gone could not be recreated, which is tried once more every %d s: %s"
						.formatted(LONG_PAUSE.toSeconds(),
								this.missing.entrySet()
									.stream()
									.sorted(Comparator.comparing((missed) -> missed.getKey().label()))
									.map(Map.Entry::getValue)
									.collect(Collectors.joining(" "))));
		}
	}

	// Ends with the next reconnect, after which all is looked at.
	private void pause(int reconnect) throws InterruptedException {
		if (this.pending.isEmpty() && this.missing.isEmpty()) {
			return;
		}
		boolean hurry = !this.missing.isEmpty() && !this.reported;
		boolean soon = this.failures.values().stream().anyMatch(ProvisioningErrors::isTransient);
		synchronized (this.monitor) {
			if (reconnect == this.reconnects) {
				this.monitor.wait((hurry ? MISSING_PAUSE : soon ? PAUSE : LONG_PAUSE).toMillis());
			}
		}
	}

	@Override
	public void close() {
		this.connection.removeConnectionListener(this);
		this.executor.shutdownNow();
		this.firstRound.complete(true);
	}

}
