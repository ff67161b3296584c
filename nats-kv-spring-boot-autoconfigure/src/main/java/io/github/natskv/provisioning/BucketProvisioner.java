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
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValueManagement;
import io.nats.client.api.ServerInfo;
import io.nats.client.api.StreamConfiguration;
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

	private final Connection connection;

	private final JetStreamManagement management;

	private final KeyValueManagement keyValueManagement;

	private final Map<String, BucketDefinition> definitions = new LinkedHashMap<>();

	private @Nullable BucketRestoration restoration;

	/**
	 * Create a provisioner.
	 * @param connection the connection
	 * @param management for reading and changing streams
	 * @param keyValueManagement for making buckets
	 * @param definitions the declared buckets
	 */
	public BucketProvisioner(Connection connection, JetStreamManagement management,
			KeyValueManagement keyValueManagement, Collection<BucketDefinition> definitions) {
		this.connection = connection;
		this.management = management;
		this.keyValueManagement = keyValueManagement;
		definitions.forEach(this::add);
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
		wanted.forEach(this::checkServerVersion);
		ExecutorService executor = Executors.newFixedThreadPool(Math.min(wanted.size(), MAX_REQUESTS),
				new CustomizableThreadFactory("nats-provisioning-"));
		try {
			List<Optional<StreamConfiguration>> found = all(executor, wanted, this::find);
			List<Runnable> changes = new ArrayList<>();
			for (int i = 0; i < wanted.size(); i++) {
				changes.add(plan(wanted.get(i), found.get(i).orElse(null)));
			}
			all(executor, changes, (change) -> {
				change.run();
				return true;
			});
		}
		finally {
			executor.shutdownNow();
		}
		if (this.restoration == null) {
			this.restoration = new BucketRestoration(this.connection,
					() -> this.definitions.keySet().forEach(this::restore));
		}
	}

	/**
	 * Stop making buckets again.
	 */
	@Override
	public void close() {
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
			create(definition);
		}
	}

	private void checkServerVersion(BucketDefinition definition) {
		ServerInfo server = this.connection.getServerInfo();
		for (BucketOption option : BucketOption.values()) {
			String version = option.getServerVersion();
			if (version != null && definition.declared().contains(option) && server.isOlderThanVersion(version)) {
				throw new BucketProvisioningException(definition.name(),
						"'%s.%s' needs nats-server %s or newer, but the server is %s.".formatted(definition.origin(),
								option.getProperty(), version, server.getVersion()),
						"Upgrade the server, or remove '%s.%s'.".formatted(definition.origin(), option.getProperty()),
						null);
			}
		}
	}

	private Runnable plan(BucketDefinition definition, @Nullable StreamConfiguration found) {
		if (found == null) {
			if (!definition.policy().creates()) {
				throw new BucketProvisioningException(definition.name(),
						"Bucket '%s', declared by %s, is not on the server.".formatted(definition.name(),
								definition.origin()),
						"Make the bucket, or set '%s.provisioning' to 'create'.".formatted(definition.origin()), null);
			}
			return () -> create(definition);
		}
		List<BucketDifference> differences = definition.differences(found);
		if (differences.isEmpty()) {
			return () -> logger.debug("Bucket '%s' is as declared".formatted(definition.name()));
		}
		return switch (definition.policy()) {
			case CREATE, NONE -> () -> logger.warn(
					"Bucket '%s' differs from its declaration by %s, and is used as it is: %s. Set '%s.provisioning' to 'update' to change it."
						.formatted(definition.name(), definition.origin(), join(differences), definition.origin()));
			case VALIDATE -> throw differs(definition, differences,
					"Change the bucket or the declaration, or set '%s.provisioning' to 'update' or 'create'."
						.formatted(definition.origin()));
			case UPDATE -> planUpdate(definition, found, differences);
		};
	}

	private Runnable planUpdate(BucketDefinition definition, StreamConfiguration found,
			List<BucketDifference> differences) {
		StreamConfiguration wanted = definition.configuration().getBackingConfig();
		List<BucketDifference> refused = differences.stream()
			.filter((difference) -> !difference.option().isChangeable(wanted))
			.toList();
		if (!refused.isEmpty()) {
			throw differs(definition, refused,
					"The server cannot change this on an existing bucket: change the declaration, or copy the values to a new bucket.");
		}
		StreamConfiguration.Builder builder = StreamConfiguration.builder(found);
		differences.forEach((difference) -> difference.option().apply(builder, wanted));
		return () -> {
			call(definition, () -> this.management.updateStream(builder.build()));
			logger.info("Bucket '%s' updated: %s".formatted(definition.name(), join(differences)));
		};
	}

	private void create(BucketDefinition definition) {
		call(definition, () -> {
			try {
				return this.keyValueManagement.create(definition.configuration());
			}
			catch (JetStreamApiException ex) {
				// another instance was faster, with another configuration
				if (ex.getApiErrorCode() == JetStreamErrors.STREAM_NAME_IN_USE) {
					return this.management.getStreamInfo(STREAM_PREFIX + definition.name());
				}
				throw ex;
			}
		});
		logger.info("Bucket '%s' created".formatted(definition.name()));
	}

	private Optional<StreamConfiguration> find(BucketDefinition definition) {
		return call(definition, () -> {
			try {
				return Optional.of(this.management.getStreamInfo(STREAM_PREFIX + definition.name()).getConfiguration());
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
