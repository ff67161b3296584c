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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Provisions buckets when the connection is there at last, or JetStream answers. A bucket
 * that cannot be had as declared does not stop the others, nor the application, which has
 * started long before.
 */
final class DeferredProvisioning implements ConnectionListener, AutoCloseable {

	private static final Log logger = LogFactory.getLog(DeferredProvisioning.class);

	private static final int MAX_REQUESTS = 64;

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration PAUSE = Duration.ofSeconds(1);

	/**
	 * A refused bucket waits for somebody to change it, and is looked at less often.
	 */
	private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

	private final Connection connection;

	private final List<BucketDefinition> definitions;

	private final Consumer<BucketDefinition> provision;

	private final ExecutorService executor;

	private volatile boolean closed;

	private final AtomicBoolean begun = new AtomicBoolean();

	private final CompletableFuture<Boolean> firstRound = new CompletableFuture<>();

	/** By name, those that are not provisioned. */
	private final Set<String> pending = ConcurrentHashMap.newKeySet();

	private final Map<String, BucketProvisioningException> failures = new ConcurrentHashMap<>();

	DeferredProvisioning(Connection connection, List<BucketDefinition> definitions,
			Consumer<BucketDefinition> provision) {
		this.connection = connection;
		this.definitions = definitions;
		this.provision = provision;
		definitions.forEach((definition) -> this.pending.add(definition.name()));
		this.executor = Executors.newSingleThreadExecutor(threads("nats-provisioning-"));
	}

	private static CustomizableThreadFactory threads(String prefix) {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(prefix);
		threads.setDaemon(true);
		return threads;
	}

	// Provision when the connection is told to be there.
	void start() {
		this.connection.addConnectionListener(this);
		if (this.connection.getStatus() == Connection.Status.CONNECTED) {
			begin(false);
		}
	}

	// Try again in the background what did not get an answer at first.
	void startAfter(BucketProvisioningException failure) {
		failed(failure);
		this.firstRound.complete(true);
		begin(true);
	}

	// Whether a bucket is left to this.
	boolean isPending(String name) {
		return this.pending.contains(name);
	}

	// By the server's name of the bucket.
	Map<String, BucketProvisioningException> failures() {
		return Map.copyOf(this.failures);
	}

	@Override
	@SuppressWarnings("deprecation")
	public void connectionEvent(Connection source, Events event) {
		if (event == Events.CONNECTED) {
			begin(false);
		}
	}

	// Waits until each bucket was tried once, so that listeners find them.
	private void begin(boolean tried) {
		if (this.begun.compareAndSet(false, true)) {
			this.executor.execute(() -> provisionAll(tried));
			this.executor.shutdown();
		}
		try {
			// without a time limit of its own, so that closing the context interrupts it
			if (!this.firstRound.copy().completeOnTimeout(false, PATIENCE.toNanos(), TimeUnit.NANOSECONDS).get()) {
				logger.warn("Buckets are not provisioned yet after %d s; going on".formatted(PATIENCE.toSeconds()));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void provisionAll(boolean tried) {
		try {
			List<BucketDefinition> left = tried ? this.definitions : provision(this.definitions);
			this.firstRound.complete(true);
			while (!left.isEmpty()) {
				Thread.sleep((isAnyTransient() ? PAUSE : REFUSED_PAUSE).toMillis());
				if (this.connection.getStatus() == Connection.Status.CONNECTED) {
					left = provision(left);
				}
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Provisioning ends with the application", ex);
		}
		finally {
			this.firstRound.complete(true);
		}
	}

	// returns what is to be tried again
	private List<BucketDefinition> provision(List<BucketDefinition> wanted) throws InterruptedException {
		ExecutorService requests = Executors.newFixedThreadPool(Math.min(wanted.size(), MAX_REQUESTS),
				threads("nats-provisioning-request-"));
		try {
			for (List<BucketDefinition> group : BucketOrder.independent(wanted)) {
				CompletableFuture
					.allOf(group.stream()
						.map((definition) -> CompletableFuture.runAsync(() -> provision(definition), requests))
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
		return wanted.stream().filter((definition) -> isPending(definition.name())).toList();
	}

	private boolean isAnyTransient() {
		return this.failures.values().stream().anyMatch(ProvisioningErrors::isTransient);
	}

	private void provision(BucketDefinition definition) {
		try {
			this.provision.accept(definition);
			this.failures.remove(definition.name());
			this.pending.remove(definition.name());
		}
		catch (BucketProvisioningException ex) {
			failed(ex);
		}
		catch (RuntimeException ex) {
			failed(new BucketProvisioningException(
					definition.name(), "Bucket '%s', declared by %s, could not be provisioned: %s"
						.formatted(definition.name(), definition.origin(), ex),
					"Check '%s'.".formatted(definition.origin()), ex));
		}
	}

	private void failed(BucketProvisioningException failure) {
		BucketProvisioningException before = this.failures.put(failure.getBucket(), failure);
		if (this.closed) {
			// interrupted, which JetStream did nothing for
			logger.debug(failure.getMessage());
		}
		else if (before != null && String.valueOf(before.getMessage()).equals(failure.getMessage())) {
			logger.debug(failure.getMessage());
		}
		else if (ProvisioningErrors.isTransient(failure)) {
			logger.warn("%s %s Trying again in the background".formatted(failure.getMessage(), failure.getAction()));
		}
		else {
			logger.error("%s %s".formatted(failure.getMessage(), failure.getAction()));
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.connection.removeConnectionListener(this);
		this.executor.shutdownNow();
		this.firstRound.complete(true);
	}

}
