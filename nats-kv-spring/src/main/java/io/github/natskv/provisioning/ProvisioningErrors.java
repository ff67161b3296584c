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

import io.github.natskv.core.connection.PermissionViolation;
import io.github.natskv.jetstream.JetStreamError;
import io.nats.client.JetStreamApiException;
import io.nats.client.RequestFailureException;
import io.nats.client.RequestFailureReason;
import io.nats.client.api.StreamConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.util.StringUtils;

/**
 * Translates the server's refusals, by the codes of NATS ADR-7.
 */
final class ProvisioningErrors {

	private ProvisioningErrors() {
	}

	// Whether nobody has refused anything: no connection, no answer, or no leader yet.
	static boolean isTransient(ProvisioningException ex) {
		Throwable cause = ex.getCause();
		return cause instanceof IOException || cause instanceof IllegalStateException
				|| (cause instanceof JetStreamApiException refusal
						&& JetStreamError.of(refusal).kind() == JetStreamError.Kind.TRANSIENT);
	}

	static boolean isUnchangeable(JetStreamApiException ex) {
		return ex.getApiErrorCode() == JetStreamError.INVALID_CONFIGURATION
				|| ex.getApiErrorCode() == JetStreamError.MIRROR_NOT_UPDATABLE
				|| String.valueOf(ex.getMessage()).contains("can not be updated");
	}

	static ProvisioningException translate(Definition definition, Exception ex,
			@Nullable PermissionViolation violation) {
		if (ex instanceof JetStreamApiException apiException) {
			return refused(definition, apiException);
		}
		if (ex instanceof RequestFailureException failure
				&& failure.getReason() == RequestFailureReason.NO_RESPONDERS) {
			return jetStreamDisabled(definition, ex);
		}
		if (violation != null) {
			return notAllowed(definition, violation, ex);
		}
		return new ProvisioningException(definition,
				"JetStream did not answer about %s, declared by %s: %s".formatted(definition.label(),
						definition.declaredBy(), ex.getMessage()),
				"Check that JetStream is enabled for the account, that the user may use the subjects $JS.API.>, and that the server is not overloaded ('%s.jetstream.request-timeout')."
					.formatted(definition.prefix()),
				ex);
	}

	private static ProvisioningException refused(Definition definition, JetStreamApiException ex) {
		return switch (ex.getApiErrorCode()) {
			case JetStreamError.NOT_ENABLED -> jetStreamDisabled(definition, ex);
			case JetStreamError.NOT_ENABLED_FOR_ACCOUNT -> new ProvisioningException(definition,
					"%s, declared by %s, needs JetStream, which the account the application logs in to does not have."
						.formatted(Reconciler.title(definition), definition.declaredBy()),
					"Enable JetStream for the account, or log in to another one.", ex);
			case JetStreamError.NO_SUITABLE_PEERS, JetStreamError.REPLICAS_NOT_SUPPORTED ->
				refused(definition, ", with %d replicas".formatted(replicas(definition)), ex,
						"Set %s to no more than the servers of the cluster, or check %s."
							.formatted(definition.property("replicas"), definition.property("placement")));
			case JetStreamError.ACCOUNT_RESOURCES_EXCEEDED, JetStreamError.INSUFFICIENT_RESOURCES,
					JetStreamError.MEMORY_EXCEEDED, JetStreamError.STORAGE_EXCEEDED,
					JetStreamError.STREAM_BYTES_EXCEEDED ->
				refused(definition, storage(definition), ex,
						"Free space on the server, raise its JetStream limits or those of the account, or lower %s."
							.formatted(definition.property("max-bytes")));
			case JetStreamError.MAX_BYTES_REQUIRED -> refused(definition, ", with unlimited bytes", ex,
					"Set %s.".formatted(definition.property("max-bytes")));
			case JetStreamError.MAXIMUM_STREAMS -> refused(definition, "", ex,
					"Remove a bucket or stream that is not needed any more, or raise 'max_streams' of the account on the server.");
			case JetStreamError.SUBJECTS_OVERLAP -> refused(definition, "", ex,
					"Change %s, or those of the stream that has some of them already: a message is stored by one stream only. If that stream is meant, set %s to its name."
						.formatted(definition.property("subjects"), definition.property("name")));
			case JetStreamError.STREAM_NOT_FOUND -> refused(definition, "", ex,
					"Make the stream, or declare it in '%s.streams.definitions'.".formatted(definition.prefix()));
			case JetStreamError.CONSUMER_NOT_UNIQUE, JetStreamError.CONSUMER_WITHOUT_FILTER -> refused(definition, "",
					ex,
					"A work queue gives each message to one consumer only: give its consumers %s that do not overlap, share one consumer, or set 'retention' of the stream to 'limits' or 'interest'."
						.formatted(definition.property("filter-subjects")));
			default ->
				refused(definition, "", ex, "Check '%s' against the server's log.".formatted(definition.declaredBy()));
		};
	}

	private static int replicas(Definition definition) {
		return (definition instanceof ConsumerDefinition consumer) ? consumer.configuration().getNumReplicas()
				: stream(definition).getReplicas();
	}

	private static String storage(Definition definition) {
		if (definition instanceof ConsumerDefinition) {
			return "";
		}
		StreamConfiguration stream = stream(definition);
		return ", with %s bytes of %s storage"
			.formatted((stream.getMaxBytes() > 0) ? stream.getMaxBytes() : "unlimited", stream.getStorageType());
	}

	private static StreamConfiguration stream(Definition definition) {
		return (definition instanceof BucketDefinition bucket) ? bucket.stream()
				: ((StreamDefinition) definition).configuration();
	}

	private static ProvisioningException refused(Definition definition, String wanted, JetStreamApiException ex,
			String action) {
		return new ProvisioningException(definition, "The server refused %s, declared by %s%s: %s."
			.formatted(definition.label(), definition.declaredBy(), wanted, found(ex)), action, ex);
	}

	private static String found(JetStreamApiException ex) {
		String found = switch (ex.getApiErrorCode()) {
			case JetStreamError.NO_SUITABLE_PEERS -> "there are not that many servers it could be placed on";
			case JetStreamError.REPLICAS_NOT_SUPPORTED -> "it is not part of a cluster";
			case JetStreamError.MAXIMUM_STREAMS -> "the account has as many streams as it may have";
			case JetStreamError.MAX_BYTES_REQUIRED -> "the account requires a limit";
			case JetStreamError.STREAM_BYTES_EXCEEDED -> "the account allows less for one stream";
			case JetStreamError.ACCOUNT_RESOURCES_EXCEEDED -> "the account may not use that much";
			case JetStreamError.INSUFFICIENT_RESOURCES, JetStreamError.MEMORY_EXCEEDED,
					JetStreamError.STORAGE_EXCEEDED ->
				"there is not that much left";
			default -> null;
		};
		return (found != null) ? found + " [" + ex.getApiErrorCode() + "]"
				: StringUtils.trimTrailingCharacter(String.valueOf(ex.getMessage()), '.');
	}

	private static ProvisioningException notAllowed(Definition definition, PermissionViolation violation,
			Exception ex) {
		return new ProvisioningException(definition,
				"%s, declared by %s, cannot be provisioned: the server does not allow the user to %s to '%s'."
					.formatted(Reconciler.title(definition), definition.declaredBy(), violation.operation(),
							violation.subject()),
				"Allow it in the permissions of the user" + alternative(definition, violation),
				new PermissionDeniedDataAccessException(violation.describe(), ex));
	}

	private static String alternative(Definition definition, PermissionViolation violation) {
		if (!violation.operation().equals("publish")) {
			return ": the answers of the server arrive there.";
		}
		String policies = violation.subject().matches(".*(STREAM|CONSUMER)\\.INFO\\..*") ? "'none', which asks nothing"
				: "'validate', which changes nothing";
		return ", or set '%s' to %s.".formatted(definition.policyProperty(), policies);
	}

	private static ProvisioningException jetStreamDisabled(Definition definition, Exception ex) {
		return new ProvisioningException(definition,
				"%s, declared by %s, needs JetStream, which the server does not have enabled."
					.formatted(Reconciler.title(definition), definition.declaredBy()),
				"Start the server with '-js' (the command of a container), or with a 'jetstream' block in its configuration.",
				ex);
	}

}
