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

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.natskv.provisioning.BucketProvisionedEvent.Action;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do about one bucket, by its policy and what the server has.
 */
final class BucketReconciler {

	private static final Log logger = LogFactory.getLog(BucketProvisioner.class);

	private static final String UNCHANGEABLE = "The server cannot change this on an existing bucket: change the declaration to what was found, or copy the values to a new bucket.";

	private static final String NO_DIRECT_GET = "Bucket '%s' does not answer direct gets, because 'allow_direct' of its stream is false: each read waits for the leader of the stream. It is used as it is; allow it with the tools of the server if that is not on purpose";

	private final StreamRequests requests;

	private final Connection connection;

	private final Consumer<BucketProvisionedEvent> events;

	BucketReconciler(Connection connection, StreamRequests requests, Consumer<BucketProvisionedEvent> events) {
		this.connection = connection;
		this.requests = requests;
		this.events = events;
	}

	// Refuses what the server would ignore silently.
	void checkServerVersion(BucketDefinition definition) {
		StreamConfiguration wanted = definition.stream();
		for (BucketOption option : BucketOption.values()) {
			String version = option.getServerVersion(wanted);
			if (version != null && definition.declared().contains(option) && !this.requests.level().has(version)) {
				String property = definition.property(option.getProperty());
				throw new BucketProvisioningException(
						definition.name(), "%s needs nats-server %s or newer, but the server is %s.".formatted(property,
								version, this.requests.level()),
						"Upgrade the server, or remove %s.".formatted(property), null);
			}
		}
	}

	// Refuses what cannot be had; what is to be changed is left to the result.
	Runnable plan(BucketDefinition definition, @Nullable StreamInfo found) {
		if (found == null) {
			return planCreation(definition);
		}
		Map<BucketOption, OptionDifference> differences = definition.differences(found.getConfiguration());
		if (differences.isEmpty()) {
			return () -> logger.debug("Bucket '%s' is as declared".formatted(definition.name()));
		}
		Map<BucketOption, OptionDifference> blocking = new TreeMap<>(differences);
		blocking.remove(BucketOption.DIRECT_GET);
		if (blocking.isEmpty()) {
			return () -> logger.warn(NO_DIRECT_GET.formatted(definition.name()));
		}
		return switch (definition.policy()) {
			case CREATE, NONE -> () -> logger.warn(
					"Bucket '%s' differs from its declaration by %s, and is used as it is: %s. Set '%s' to 'update' to change it."
						.formatted(definition.name(), definition.declaredBy(), join(differences),
								definition.policyProperty()));
			case VALIDATE -> throw differs(definition, differences,
					"Change the bucket or the declaration, or set '%s' to 'update' or 'create'."
						.formatted(definition.policyProperty()));
			case UPDATE -> planUpdate(definition, found, blocking, differences.size() > blocking.size());
		};
	}

	private Runnable planCreation(BucketDefinition definition) {
		if (!definition.policy().creates()) {
			throw new BucketProvisioningException(definition.name(),
					"Bucket '%s', declared by %s, is not on the server.".formatted(definition.name(),
							definition.declaredBy()),
					"Make the bucket, or set '%s' to 'create'.".formatted(definition.policyProperty()), null);
		}
		if (BucketOrigins.hidesKeysOfItsOrigin(definition.stream())) {
			throw new BucketProvisioningException(definition.name(),
					("%s is a part of bucket '%s', or has other subjects. The server would answer some of the reads of"
							+ " '%s' from it, and keys would seem to be missing there.")
						.formatted(definition.property(BucketOption.MIRROR.getProperty()),
								BucketOrigins.name(definition.stream()), BucketOrigins.name(definition.stream())),
					"Mirror the whole bucket, or use 'sources' instead of 'mirror': it may have filter, start and subject transforms.",
					null);
		}
		return () -> create(definition, Action.CREATED);
	}

	private Runnable planUpdate(BucketDefinition definition, StreamInfo found,
			Map<BucketOption, OptionDifference> differences, boolean indirect) {
		StreamConfiguration wanted = definition.stream();
		Map<BucketOption, OptionDifference> refused = new TreeMap<>(differences);
		refused.keySet().removeIf((option) -> option.isChangeable(wanted, found.getConfiguration()));
		if (!refused.isEmpty()) {
			throw differs(definition, refused, UNCHANGEABLE);
		}
		StreamConfiguration.Builder builder = StreamConfiguration.builder(found.getConfiguration());
		differences.keySet().forEach((option) -> option.apply(builder, wanted));
		StreamConfiguration updated = this.requests.complete(builder.build());
		return () -> {
			update(definition, updated, found, differences);
			if (indirect) {
				logger.warn(NO_DIRECT_GET.formatted(definition.name()));
			}
		};
	}

	private void update(BucketDefinition definition, StreamConfiguration updated, StreamInfo found,
			Map<BucketOption, OptionDifference> differences) {
		try {
			this.requests.update(definition, updated);
		}
		catch (BucketProvisioningException ex) {
			throw (ex.getCause() instanceof JetStreamApiException cause)
					? refusedUpdate(definition, differences, ex, cause) : ex;
		}
		String message = "Bucket '%s' updated: %s".formatted(definition.name(),
				differences.values().stream().map(OptionDifference::change).collect(Collectors.joining(", ")));
		List<String> losses = UpdateLosses.of(updated, found);
		if (losses.isEmpty()) {
			logger.info(message);
		}
		else {
			logger.warn(message + ". What may be lost: " + String.join("; ", losses));
		}
		tell(definition, Action.UPDATED, List.copyOf(differences.values()));
	}

	private void tell(BucketDefinition definition, Action action, List<OptionDifference> changes) {
		this.events.accept(new BucketProvisionedEvent(this.connection, definition.connectionName(), definition.key(),
				definition.name(), definition.declaredBy(), action, changes));
	}

	private static BucketProvisioningException refusedUpdate(BucketDefinition definition,
			Map<BucketOption, OptionDifference> differences, BucketProvisioningException ex,
			JetStreamApiException cause) {
		return new BucketProvisioningException(definition.name(),
				"Bucket '%s' differs from its declaration by %s: %s. The server refused to change it and nothing was changed: %s"
					.formatted(definition.name(), definition.declaredBy(), join(differences), cause.getMessage()),
				ProvisioningErrors.isUnchangeable(cause) ? UNCHANGEABLE + " A newer server may allow it."
						: ex.getAction(),
				cause);
	}

	void create(BucketDefinition definition, Action action) {
		if (this.requests.create(definition)) {
			tell(definition, action, List.of());
		}
		else {
			// another instance was faster, with another configuration
			this.requests.find(definition).ifPresent((found) -> plan(definition, found).run());
		}
	}

	private static BucketProvisioningException differs(BucketDefinition definition,
			Map<BucketOption, OptionDifference> differences, String action) {
		return new BucketProvisioningException(definition.name(), "Bucket '%s' differs from its declaration by %s: %s."
			.formatted(definition.name(), definition.declaredBy(), join(differences)), action, null);
	}

	private static String join(Map<BucketOption, OptionDifference> differences) {
		return differences.values().stream().map(OptionDifference::toString).collect(Collectors.joining(", "));
	}

}
