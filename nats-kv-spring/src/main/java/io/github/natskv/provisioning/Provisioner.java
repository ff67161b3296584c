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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import io.github.natskv.core.NatsEvent;
import io.github.natskv.core.connection.MockedConnection;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Makes the buckets, streams and consumers of the server match their definitions, each by
 * its {@link ProvisioningPolicy}. Nothing is changed before all definitions have been
 * checked, and the server is asked about all at the same time.
 *
 * @since 0.1.0
 */
public class Provisioner implements AutoCloseable {

	private static final int MAX_REQUESTS = 64;

	private final Connection connection;

	private final ServerRequests requests;

	private final Reconciler reconciler;

	/** The number of names that are logged. */
	private static final int MAX_NAMES = 10;

	private static final Log logger = LogFactory.getLog(Provisioner.class);

	private final Set<Definition> created = ConcurrentHashMap.newKeySet();

	private final Consumer<NatsEvent> events;

	private final boolean patient;

	private final Map<String, Definition> definitions = new LinkedHashMap<>();

	private @Nullable ProvisioningTask task;

	/**
	 * Create a provisioner.
	 * @param connection the connection
	 * @param management for reading, making and changing streams
	 * @param definitions the declared buckets, streams and consumers
	 */
	public Provisioner(Connection connection, JetStreamManagement management,
			Collection<? extends Definition> definitions) {
		this(connection, management, definitions, (event) -> {
		});
	}

	/**
	 * Create a provisioner.
	 * @param connection the connection
	 * @param management for reading, making and changing streams
	 * @param definitions the declared buckets, streams and consumers
	 * @param events told of all that was made or changed, and not to block
	 */
	public Provisioner(Connection connection, JetStreamManagement management,
			Collection<? extends Definition> definitions, Consumer<NatsEvent> events) {
		this(connection, management, definitions, events, false, JetStreamOptions.DEFAULT_JS_OPTIONS);
	}

	/**
	 * Create a provisioner.
	 * @param connection the connection
	 * @param management for reading, making and changing streams
	 * @param definitions the declared buckets, streams and consumers
	 * @param events told of all that was made or changed, and not to block
	 * @param patient whether what JetStream does not answer about is provisioned later
	 * ({@code nats.startup=retry}), instead of failing
	 * @param options the domain or prefix of JetStream
	 */
	public Provisioner(Connection connection, JetStreamManagement management,
			Collection<? extends Definition> definitions, Consumer<NatsEvent> events, boolean patient,
			JetStreamOptions options) {
		this.connection = connection;
		this.patient = patient;
		this.requests = new ServerRequests(connection, management, options.getPrefix());
		this.events = events;
		this.reconciler = new Reconciler(this::changed);
		ProvisioningOrder.neededFirst(List.copyOf(definitions)).forEach(this::add);
	}

	private void add(Definition definition) {
		Definition other = this.definitions.putIfAbsent(definition.label(), definition);
		if (other != null) {
			throw new ProvisioningException(
					definition, "%s is declared twice: by %s and by %s.".formatted(Reconciler.title(definition),
							other.declaredBy(), definition.declaredBy()),
					"Declare it once, or give one of them another name.", null);
		}
	}

	/**
	 * Make the server match all definitions. From then on, what its policy allows is
	 * recreated when it is gone after a reconnect.
	 * <p>
	 * Where the connection is still being made ({@code nats.startup=retry}), this is done
	 * once it is there, each definition for itself. What fails then is logged and is
	 * among the {@linkplain #getFailures() failures} until it succeeds: it is tried
	 * again. So is, with {@code nats.startup=retry}, what JetStream does not answer
	 * about; what it refuses fails.
	 * @throws ProvisioningException if one cannot be had as declared
	 */
	public void provision() {
		List<Definition> wanted = this.definitions.values()
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

	private void provisionOrDefer(List<Definition> wanted) {
		try {
			provision(wanted);
			if (this.task == null) {
				createTask().watchReconnects();
			}
		}
		catch (ProvisioningException ex) {
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
				this::provision, this::restoreMissing);
		this.task = created;
		return created;
	}

	private void provision(List<Definition> wanted) {
		List<Resource<?, ?, ?, ?>> resources = new ArrayList<>();
		wanted.forEach((definition) -> resources.add(resource(definition)));
		resources.forEach(Resource::checkServerVersion);
		ExecutorService executor = Executors.newFixedThreadPool(Math.min(wanted.size(), MAX_REQUESTS),
				new CustomizableThreadFactory("nats-provisioning-"));
		try {
			List<Optional<Comparison>> found = all(executor, resources, Resource::find);
			Map<Definition, Runnable> changes = new LinkedHashMap<>();
			for (int i = 0; i < wanted.size(); i++) {
				changes.put(wanted.get(i), this.reconciler.plan(resources.get(i), found.get(i).orElse(null)));
			}
			for (List<Definition> group : ProvisioningOrder.independent(changes.keySet())) {
				all(executor, group, (definition) -> {
					Objects.requireNonNull(changes.get(definition)).run();
					return true;
				});
			}
			logSummary("Buckets", wanted, BucketDefinition.class::isInstance);
			logSummary("Streams and consumers", wanted, (definition) -> !(definition instanceof BucketDefinition));
		}
		finally {
			executor.shutdownNow();
		}
	}

	private Resource<?, ?, ?, ?> resource(Definition definition) {
		return Resource.of(definition, this.requests);
	}

	private void logSummary(String nouns, List<Definition> wanted, Predicate<Definition> kind) {
		List<Definition> provisioned = wanted.stream().filter(kind).toList();
		List<String> names = provisioned.stream()
			.filter(this.created::remove)
			.map(Provisioner::shortName)
			.sorted()
			.toList();
		if (provisioned.isEmpty()) {
			return;
		}
		int shown = Math.min(names.size(), MAX_NAMES);
		String made = names.isEmpty() ? "" : ", %d created: %s%s".formatted(names.size(),
				String.join(", ", names.subList(0, shown)), (shown < names.size()) ? ", …" : "");
		logger.info("%s are provisioned: %d existed%s".formatted(nouns, provisioned.size() - names.size(), made));
	}

	private static String shortName(Definition definition) {
		return (definition instanceof ConsumerDefinition consumer) ? consumer.stream() + "/" + consumer.name()
				: definition.name();
	}

	private void changed(Resource<?, ?, ?, ?> resource, ProvisioningAction action, List<OptionDifference> changes) {
		if (action == ProvisioningAction.CREATED) {
			this.created.add(resource.definition());
		}
		else if (action == ProvisioningAction.RESTORED) {
			logger.info("%s recreated".formatted(Reconciler.title(resource.definition())));
		}
		this.events.accept(resource.event(this.connection, action, changes));
	}

	/**
	 * Make one definition true on the server, whether it is among those this was created
	 * with or not, by its policy.
	 * @param definition what is declared
	 * @throws ProvisioningException if it cannot be had as declared
	 */
	public void provision(Definition definition) {
		if (definition.policy() == ProvisioningPolicy.NONE) {
			return;
		}
		Resource<?, ?, ?, ?> resource = resource(definition);
		resource.checkServerVersion();
		this.reconciler.plan(resource, resource.find().orElse(null)).run();
		if (this.created.remove(definition)) {
			logger.info("%s created".formatted(Reconciler.title(definition)));
		}
	}

	/**
	 * Return what could not be provisioned yet, after a start without a connection or an
	 * answer of JetStream ({@code nats.startup=retry}). Empty after any other start,
	 * which fails instead.
	 * @return what was wanted, what was found and what to do, by
	 * {@linkplain Definition#label() what messages call it}
	 */
	public Map<String, ProvisioningException> getFailures() {
		return (this.task != null) ? this.task.failures() : Map.of();
	}

	/**
	 * Stop making buckets, streams and consumers, also again.
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
	public void restoreBucket(String name) {
		Definition definition = this.definitions.get(BucketDefinition.label(name));
		if (definition != null) {
			restore(definition);
		}
	}

	/**
	 * Make something again that is gone, if its policy allows that and it has been
	 * provisioned before; of a consumer, its stream first.
	 * @param definition what is declared
	 * @throws ProvisioningException if it could not be made
	 */
	public void restore(Definition definition) {
		if (this.task != null && this.task.isPending(definition)) {
			return;
		}
		if (definition instanceof ConsumerDefinition consumer
				&& this.definitions.get(StreamDefinition.label(consumer.stream())) instanceof StreamDefinition stream) {
			restore(stream);
		}
		restoreMissing(definition);
	}

	private void restoreMissing(Definition definition) {
		if (definition.policy().creates()) {
			Resource<?, ?, ?, ?> resource = resource(definition);
			// several listeners may miss it
			synchronized (definition) {
				if (resource.find().isEmpty()) {
					this.reconciler.create(resource, ProvisioningAction.RESTORED);
				}
			}
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
		return failure instanceof ProvisioningException ex && ProvisioningErrors.isTransient(ex);
	}

}
