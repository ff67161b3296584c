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

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.natskv.provisioning.BucketProvisionedEvent.Action;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ServerInfo;
import io.nats.client.api.StreamConfiguration;
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

	private static final Log logger = LogFactory.getLog(BucketProvisioner.class);

	private static final String STREAM_PREFIX = "KV_";

	private static final int MAX_REQUESTS = 64;

	private static final String UNCHANGEABLE = "The server cannot change this on an existing bucket: change the declaration to what was found, or copy the values to a new bucket.";

	private final Connection connection;

	private final JetStreamManagement management;

	private final Map<String, BucketDefinition> definitions = new LinkedHashMap<>();

	private final Consumer<BucketProvisionedEvent> events;

	private @Nullable BucketRestoration restoration;

	private @Nullable DeferredProvisioning deferred;

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
		this.connection = connection;
		this.management = management;
		this.events = events;
		BucketOrder.originsFirst(definitions).forEach(this::add);
	}

	private void add(BucketDefinition definition) {
		BucketDefinition other = this.definitions.putIfAbsent(definition.name(), definition);
		if (other != null) {
			throw new BucketProvisioningException(
					definition.name(), "Bucket '%s' is declared twice: by %s and by %s.".formatted(definition.name(),
							other.origin(), definition.origin()),
					"Declare it once, or give one of them another name.", null);
		}
	}

	/**
	 * Make the buckets of the server match their definitions. From then on, buckets whose
	 * policy allows that are made again when they are gone after a reconnect.
	 * <p>
	 * Where the connection is still being made ({@code nats.startup=retry}), this is done
	 * once it is there, each bucket for itself. What fails then is logged and is among
	 * the {@linkplain #getFailures() failures} until it succeeds: it is tried again.
	 * @throws BucketProvisioningException if one cannot be had as declared
	 */
	public void provision() {
		List<BucketDefinition> wanted = this.definitions.values()
			.stream()
			.filter((definition) -> definition.policy() != ProvisioningPolicy.NONE)
			.toList();
		if (wanted.isEmpty()) {
			return;
		}
		if (this.connection.getStatus() != Connection.Status.CONNECTING) {
			provision(wanted);
		}
		else if (this.deferred == null) {
			this.deferred = new DeferredProvisioning(this.connection, wanted, this::provision);
			this.deferred.start();
		}
		if (this.restoration == null) {
			this.restoration = new BucketRestoration(this.connection,
					() -> this.definitions.keySet().forEach(this::restore));
		}
	}

	private void provision(List<BucketDefinition> wanted) {
		wanted.forEach(this::checkServerVersion);
		ExecutorService executor = Executors.newFixedThreadPool(Math.min(wanted.size(), MAX_REQUESTS),
				new CustomizableThreadFactory("nats-provisioning-"));
		try {
			List<Optional<StreamInfo>> found = all(executor, wanted, this::find);
			Map<BucketDefinition, Runnable> changes = new LinkedHashMap<>();
			for (int i = 0; i < wanted.size(); i++) {
				changes.put(wanted.get(i), plan(wanted.get(i), found.get(i).orElse(null)));
			}
			for (List<BucketDefinition> group : BucketOrder.independent(changes.keySet())) {
				all(executor, group, (definition) -> {
					Objects.requireNonNull(changes.get(definition)).run();
					return true;
				});
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private void provision(BucketDefinition definition) {
		checkServerVersion(definition);
		plan(definition, find(definition).orElse(null)).run();
	}

	/**
	 * Return the buckets that could not be provisioned once the connection was there,
	 * after a start without one. Empty after any other start, which such a bucket fails.
	 * @return what was wanted, what was found and what to do, by the server's name of the
	 * bucket
	 */
	public Map<String, BucketProvisioningException> getFailures() {
		return (this.deferred != null) ? this.deferred.failures() : Map.of();
	}

	/**
	 * Stop making buckets, also again.
	 */
	@Override
	public void close() {
		if (this.deferred != null) {
			this.deferred.close();
		}
		if (this.restoration != null) {
			this.restoration.close();
		}
	}

	/**
	 * Make a bucket again that is gone, if its policy allows that.
	 * @param name the server's name of the bucket
	 */
	public void restore(String name) {
		BucketDefinition definition = this.definitions.get(name);
		if (definition != null && definition.policy().creates() && find(definition).isEmpty()) {
			create(definition, Action.RESTORED);
		}
	}

	private void checkServerVersion(BucketDefinition definition) {
		StreamConfiguration wanted = definition.stream();
		ServerInfo server = this.connection.getServerInfo();
		for (BucketOption option : BucketOption.values()) {
			String version = option.getServerVersion(wanted);
			if (version != null && definition.declared().contains(option) && server.isOlderThanVersion(version)) {
				String property = definition.property(option.getProperty());
				throw new BucketProvisioningException(
						definition.name(), "%s needs nats-server %s or newer, but the server is %s.".formatted(property,
								version, server.getVersion()),
						"Upgrade the server, or remove %s.".formatted(property), null);
			}
		}
	}

	private Runnable plan(BucketDefinition definition, @Nullable StreamInfo found) {
		if (found == null) {
			return planCreation(definition);
		}
		List<BucketDifference> differences = definition.differences(found.getConfiguration());
		if (differences.isEmpty()) {
			return () -> logger.debug("Bucket '%s' is as declared".formatted(definition.name()));
		}
		return switch (definition.policy()) {
			case CREATE, NONE -> () -> logger.warn(
					"Bucket '%s' differs from its declaration by %s, and is used as it is: %s. Set '%s' to 'update' to change it."
						.formatted(definition.name(), definition.origin(), join(differences),
								definition.policyProperty()));
			case VALIDATE -> throw differs(definition, differences,
					"Change the bucket or the declaration, or set '%s' to 'update' or 'create'."
						.formatted(definition.policyProperty()));
			case UPDATE -> planUpdate(definition, found, differences);
		};
	}

	private Runnable planCreation(BucketDefinition definition) {
		if (!definition.policy().creates()) {
			throw new BucketProvisioningException(definition.name(),
					"Bucket '%s', declared by %s, is not on the server.".formatted(definition.name(),
							definition.origin()),
					"Make the bucket, or set '%s' to 'create'.".formatted(definition.policyProperty()), null);
		}
		if (BucketOrigins.hidesKeysOfItsOrigin(definition.stream())) {
			throw new BucketProvisioningException(definition.name(),
					("%s is a part of bucket '%s', or has other subjects. The server would answer some of the reads of"
							+ " '%s' from it, and keys would seem to be missing there.")
						.formatted(definition.property(BucketOption.MIRROR.getProperty()),
								BucketOrigins.names(definition.stream()).get(0),
								BucketOrigins.names(definition.stream()).get(0)),
					"Mirror the whole bucket, or use 'sources' instead of 'mirror': it may have filter, start and subject transforms.",
					null);
		}
		return () -> create(definition, Action.CREATED);
	}

	private Runnable planUpdate(BucketDefinition definition, StreamInfo found, List<BucketDifference> differences) {
		StreamConfiguration wanted = definition.stream();
		List<BucketDifference> refused = differences.stream()
			.filter((difference) -> !difference.option().isChangeable(wanted))
			.toList();
		if (!refused.isEmpty()) {
			throw differs(definition, refused, UNCHANGEABLE);
		}
		StreamConfiguration.Builder builder = StreamConfiguration.builder(found.getConfiguration());
		differences.forEach((difference) -> difference.option().apply(builder, wanted));
		StreamConfiguration updated = builder.build();
		return () -> update(definition, updated, found, differences);
	}

	private void update(BucketDefinition definition, StreamConfiguration updated, StreamInfo found,
			List<BucketDifference> differences) {
		try {
			call(definition, () -> this.management.updateStream(updated));
		}
		catch (BucketProvisioningException ex) {
			throw (ex.getCause() instanceof JetStreamApiException cause)
					? refusedUpdate(definition, differences, ex, cause) : ex;
		}
		String message = "Bucket '%s' updated: %s".formatted(definition.name(),
				differences.stream().map(BucketDifference::change).collect(Collectors.joining(", ")));
		List<String> losses = UpdateLosses.of(updated, found);
		if (losses.isEmpty()) {
			logger.info(message);
		}
		else {
			logger.warn(message + ". What may be lost: " + String.join("; ", losses));
		}
		tell(definition, Action.UPDATED, differences);
	}

	private void tell(BucketDefinition definition, Action action, List<BucketDifference> changes) {
		this.events.accept(new BucketProvisionedEvent(definition.name(), definition.origin(), action, changes));
	}

	private static BucketProvisioningException refusedUpdate(BucketDefinition definition,
			List<BucketDifference> differences, BucketProvisioningException ex, JetStreamApiException cause) {
		return new BucketProvisioningException(definition.name(),
				"Bucket '%s' differs from its declaration by %s: %s. The server refused to change it and nothing was changed: %s"
					.formatted(definition.name(), definition.origin(), join(differences), cause.getMessage()),
				JetStreamErrors.isUnchangeable(cause) ? UNCHANGEABLE + " A newer server may allow it." : ex.getAction(),
				cause);
	}

	private void create(BucketDefinition definition, Action action) {
		boolean created = call(definition, () -> {
			try {
				this.management.addStream(definition.stream());
				return true;
			}
			catch (JetStreamApiException ex) {
				if (ex.getApiErrorCode() == JetStreamErrors.STREAM_NAME_IN_USE) {
					return false;
				}
				throw ex;
			}
		});
		if (created) {
			logger.info("Bucket '%s' created".formatted(definition.name()));
			tell(definition, action, List.of());
		}
		else {
			// another instance was faster, with another configuration
			find(definition).ifPresent((found) -> plan(definition, found).run());
		}
	}

	private Optional<StreamInfo> find(BucketDefinition definition) {
		return call(definition, () -> {
			try {
				return Optional.of(this.management.getStreamInfo(STREAM_PREFIX + definition.name()));
			}
			catch (JetStreamApiException ex) {
				if (ex.getApiErrorCode() == JetStreamErrors.STREAM_NOT_FOUND) {
					return Optional.empty();
				}
				throw ex;
			}
		});
	}

	private static BucketProvisioningException differs(BucketDefinition definition, List<BucketDifference> differences,
			String action) {
		return new BucketProvisioningException(definition.name(), "Bucket '%s' differs from its declaration by %s: %s."
			.formatted(definition.name(), definition.origin(), join(differences)), action, null);
	}

	private static String join(List<BucketDifference> differences) {
		return differences.stream().map(BucketDifference::toString).collect(Collectors.joining(", "));
	}

	private <T> T call(BucketDefinition definition, JetStreamCall<T> call) {
		try {
			return call.execute();
		}
		catch (IOException | JetStreamApiException | IllegalStateException ex) {
			throw JetStreamErrors.translate(definition, ex, this.connection.getLastError());
		}
	}

	private static <S, T> List<T> all(Executor executor, List<S> items, Function<S, T> function) {
		List<CompletableFuture<T>> futures = items.stream()
			.map((item) -> CompletableFuture.supplyAsync(() -> function.apply(item), executor))
			.toList();
		try {
			CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
			return futures.stream().map(CompletableFuture::join).toList();
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : ex;
		}
	}

	/**
	 * A call to the server.
	 *
	 * @param <T> the type of the result
	 */
	private interface JetStreamCall<T> {

		T execute() throws IOException, JetStreamApiException;

	}

}
