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

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.natskv.core.connection.MockedConnection;
import io.github.natskv.provisioning.BucketProvisionedEvent.Action;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.StreamInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Makes the buckets of the server match their definitions, each by its
 * {@link ProvisioningPolicy}. Nothing is changed before all definitions have been
 * checked, and the server is asked about all buckets at the same time.
 *
 * @since 0.1.0
 */
public class BucketProvisioner implements AutoCloseable {

	private static final int MAX_REQUESTS = 64;

	private final Connection connection;

	private final StreamRequests requests;

	private final BucketReconciler reconciler;

	/** How many names are logged. */
	private static final int MAX_NAMES = 10;

	private static final Log logger = LogFactory.getLog(BucketProvisioner.class);

	private final Queue<String> created = new ConcurrentLinkedQueue<>();

	private final boolean patient;

	private final Map<String, BucketDefinition> definitions = new LinkedHashMap<>();

	private @Nullable ProvisioningTask task;

	/**
	 * Create a provisioner.
	 * @param connection the connection
	 * @param management for reading, making and changing streams
	 * @param definitions the declared buckets
	 */
	public BucketProvisioner(Connection connection, JetStreamManagement management,
			Collection<BucketDefinition> definitions) {
		this(connection, management, definitions, (event) -> {
		});
	}

	/**
	 * Create a provisioner.
	 * @param connection the connection
	 * @param management for reading, making and changing streams
	 * @param definitions the declared buckets
	 * @param events told of each bucket that was made or changed, and not to block
	 */
	public BucketProvisioner(Connection connection, JetStreamManagement management,
			Collection<BucketDefinition> definitions, Consumer<BucketProvisionedEvent> events) {
		this(connection, management, definitions, events, false, JetStreamOptions.DEFAULT_JS_OPTIONS);
	}

	/**
	 * Create a provisioner.
	 * @param connection the connection
	 * @param management for reading, making and changing streams
	 * @param definitions the declared buckets
	 * @param events told of each bucket that was made or changed, and not to block
	 * @param patient whether buckets JetStream does not answer about are provisioned
	 * later ({@code nats.startup=retry}), instead of failing
	 * @param options the domain or prefix of JetStream
	 */
	public BucketProvisioner(Connection connection, JetStreamManagement management,
			Collection<BucketDefinition> definitions, Consumer<BucketProvisionedEvent> events, boolean patient,
			JetStreamOptions options) {
		this.connection = connection;
		this.patient = patient;
		this.requests = new StreamRequests(connection, management, options.getPrefix());
		this.reconciler = new BucketReconciler(connection, this.requests, (event) -> tell(event, events));
		BucketOrder.originsFirst(definitions).forEach(this::add);
	}

	private void add(BucketDefinition definition) {
		BucketDefinition other = this.definitions.putIfAbsent(definition.name(), definition);
		if (other != null) {
			throw new BucketProvisioningException(
					definition.name(), "Bucket '%s' is declared twice: by %s and by %s.".formatted(definition.name(),
							other.declaredBy(), definition.declaredBy()),
					"Declare it once, or give one of them another name.", null);
		}
	}

	/**
	 * Make the buckets of the server match their definitions. From then on, buckets whose
	 * policy allows that are recreated when they are gone after a reconnect.
	 * <p>
	 * Where the connection is still being made ({@code nats.startup=retry}), this is done
	 * once it is there, each bucket for itself. What fails then is logged and is among
	 * the {@linkplain #getFailures() failures} until it succeeds: it is tried again. So
	 * is, with {@code nats.startup=retry}, what JetStream does not answer about; what it
	 * refuses fails.
	 * @throws BucketProvisioningException if one cannot be had as declared
	 */
	public void provision() {
		List<BucketDefinition> wanted = this.definitions.values()
			.stream()
			.filter((definition) -> definition.policy() != ProvisioningPolicy.NONE)
			.toList();
		if (wanted.isEmpty() || MockedConnection.is(this.connection)) {
			return;
		}
		if (this.connection.getStatus() != Connection.Status.CONNECTING) {
			provisionOrDefer(wanted);
		}
		else if (this.task == null) {
			createTask().provision(wanted);
		}
	}

	private void provisionOrDefer(List<BucketDefinition> wanted) {
		try {
			provision(wanted);
			if (this.task == null) {
				createTask().watchReconnects();
			}
		}
		catch (BucketProvisioningException ex) {
			if (!this.patient || !ProvisioningErrors.isTransient(ex)) {
				throw ex;
			}
			if (this.task == null) {
				createTask().provisionLater(wanted, ex);
			}
		}
	}

	private ProvisioningTask createTask() {
		ProvisioningTask created = new ProvisioningTask(this.connection, List.copyOf(this.definitions.values()),
				this::provision, this::restore);
		this.task = created;
		return created;
	}

	private void provision(List<BucketDefinition> wanted) {
		wanted.forEach(this.reconciler::checkServerVersion);
		ExecutorService executor = Executors.newFixedThreadPool(Math.min(wanted.size(), MAX_REQUESTS),
				new CustomizableThreadFactory("nats-provisioning-"));
		try {
			List<Optional<StreamInfo>> found = all(executor, wanted, this.requests::find);
			Map<BucketDefinition, Runnable> changes = new LinkedHashMap<>();
			for (int i = 0; i < wanted.size(); i++) {
				changes.put(wanted.get(i), this.reconciler.plan(wanted.get(i), found.get(i).orElse(null)));
			}
			for (List<BucketDefinition> group : BucketOrder.independent(changes.keySet())) {
				all(executor, group, (definition) -> {
					Objects.requireNonNull(changes.get(definition)).run();
					return true;
				});
			}
			logSummary(wanted.size());
		}
		finally {
			executor.shutdownNow();
		}
	}

	private void logSummary(int count) {
		List<String> names = new ArrayList<>();
		this.created.removeIf(names::add);
		Collections.sort(names);
		int shown = Math.min(names.size(), MAX_NAMES);
		String made = names.isEmpty() ? "" : ", %d created: %s%s".formatted(names.size(),
				String.join(", ", names.subList(0, shown)), (shown < names.size()) ? ", …" : "");
		logger.info("Buckets are provisioned: %d existed%s".formatted(count - names.size(), made));
	}

	private void tell(BucketProvisionedEvent event, Consumer<BucketProvisionedEvent> events) {
		if (event.getAction() == Action.CREATED) {
			this.created.add(event.getBucketName());
		}
		else if (event.getAction() == Action.RESTORED) {
			logger.info("Bucket '%s' recreated".formatted(event.getBucketName()));
		}
		events.accept(event);
	}

	private void provision(BucketDefinition definition) {
		this.reconciler.checkServerVersion(definition);
		this.reconciler.plan(definition, this.requests.find(definition).orElse(null)).run();
		if (this.created.remove(definition.name())) {
			logger.info("Bucket '%s' created".formatted(definition.name()));
		}
	}

	/**
	 * Return the buckets that could not be provisioned yet, after a start without a
	 * connection or an answer of JetStream ({@code nats.startup=retry}). Empty after any
	 * other start, which such a bucket fails.
	 * @return what was wanted, what was found and what to do, by the server's name of the
	 * bucket
	 */
	public Map<String, BucketProvisioningException> getFailures() {
		return (this.task != null) ? this.task.failures() : Map.of();
	}

	/**
	 * Stop making buckets, also again.
	 */
	@Override
	public void close() {
		if (this.task != null) {
			this.task.close();
		}
	}

	/**
	 * Make a bucket again that is gone, if its policy allows that and it has been
	 * provisioned before.
	 * @param name the server's name of the bucket
	 */
	public void restore(String name) {
		BucketDefinition definition = this.definitions.get(name);
		boolean pending = this.task != null && this.task.isPending(name);
		if (definition != null && !pending) {
			restore(definition);
		}
	}

	private void restore(BucketDefinition definition) {
		if (definition.policy().creates() && this.requests.find(definition).isEmpty()) {
			this.reconciler.create(definition, Action.RESTORED);
		}
	}

	private static <S, T> List<T> all(Executor executor, List<S> items, Function<S, T> function) {
		List<CompletableFuture<T>> futures = items.stream()
			.map((item) -> CompletableFuture.supplyAsync(() -> function.apply(item), executor))
			.toList();
		List<T> results = new ArrayList<>();
		RuntimeException failure = null;
		for (CompletableFuture<T> future : futures) {
			try {
				results.add(future.join());
			}
			catch (CompletionException ex) {
				RuntimeException cause = (ex.getCause() instanceof RuntimeException runtime) ? runtime : ex;
				failure = (failure == null || isTransient(failure)) ? cause : failure;
			}
		}
		if (failure != null) {
			throw failure;
		}
		return results;
	}

	private static boolean isTransient(RuntimeException failure) {
		return failure instanceof BucketProvisioningException ex && ProvisioningErrors.isTransient(ex);
	}

}
