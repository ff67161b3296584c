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

import io.github.natskv.core.PermissionViolation;
import io.nats.client.JetStreamApiException;
import io.nats.client.RequestFailureException;
import io.nats.client.RequestFailureReason;
import io.nats.client.api.StreamConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.PermissionDeniedDataAccessException;

/**
 * What the server's refusals mean for a bucket, by the codes of NATS ADR-7.
 */
final class JetStreamErrors {

	static final int STREAM_NAME_IN_USE = 10058;

	static final int STREAM_NOT_FOUND = 10059;

	private static final int ACCOUNT_RESOURCES_EXCEEDED = 10002;

	private static final int NO_SUITABLE_PEERS = 10005;

	private static final int CLUSTER_NOT_AVAILABLE = 10008;

	private static final int INSUFFICIENT_RESOURCES = 10023;

	private static final int MAXIMUM_STREAMS = 10027;

	private static final int MEMORY_EXCEEDED = 10028;

	private static final int NOT_ENABLED_FOR_ACCOUNT = 10039;

	private static final int STORAGE_EXCEEDED = 10047;

	private static final int REPLICAS_NOT_SUPPORTED = 10074;

	private static final int NOT_ENABLED = 10076;

	private static final int MAX_BYTES_REQUIRED = 10113;

	private static final int STREAM_BYTES_EXCEEDED = 10122;

	private static final int INVALID_CONFIGURATION = 10052;

	private static final int MIRROR_NOT_UPDATABLE = 10055;

	private JetStreamErrors() {
	}

	// Whether nobody has refused anything: no connection, no answer, or no leader yet.
	static boolean isTransient(BucketProvisioningException ex) {
		Throwable cause = ex.getCause();
		return cause instanceof IOException || cause instanceof IllegalStateException
				|| (cause instanceof JetStreamApiException refusal
						&& refusal.getApiErrorCode() == CLUSTER_NOT_AVAILABLE);
	}

	static boolean isUnchangeable(JetStreamApiException ex) {
		return ex.getApiErrorCode() == INVALID_CONFIGURATION || ex.getApiErrorCode() == MIRROR_NOT_UPDATABLE;
	}

	static BucketProvisioningException translate(BucketDefinition definition, Exception ex,
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
		return new BucketProvisioningException(definition.name(),
				"JetStream did not answer about bucket '%s', declared by %s: %s".formatted(definition.name(),
						definition.origin(), ex.getMessage()),
				"Check that JetStream is enabled for the account, that the user may use the subjects $JS.API.>, and that the server is not overloaded ('%s.jetstream.request-timeout')."
					.formatted(definition.prefix()),
				ex);
	}

	private static BucketProvisioningException refused(BucketDefinition definition, JetStreamApiException ex) {
		StreamConfiguration wanted = definition.stream();
		return switch (ex.getApiErrorCode()) {
			case NOT_ENABLED -> jetStreamDisabled(definition, ex);
			case NOT_ENABLED_FOR_ACCOUNT ->
				refused(definition, "", ex, "Enable JetStream for the account the application logs in to.");
			case NO_SUITABLE_PEERS,
					REPLICAS_NOT_SUPPORTED ->
				refused(definition, ", with %d replicas".formatted(wanted.getReplicas()), ex,
						"Set %s to no more than the servers of the cluster, or check %s."
							.formatted(definition.property("replicas"), definition.property("placement")));
			case ACCOUNT_RESOURCES_EXCEEDED, INSUFFICIENT_RESOURCES, MEMORY_EXCEEDED, STORAGE_EXCEEDED,
					STREAM_BYTES_EXCEEDED ->
				refused(definition, ", with %s bytes of %s storage".formatted(
						(wanted.getMaxBytes() > 0) ? wanted.getMaxBytes() : "unlimited", wanted.getStorageType()), ex,
						"Free space on the server, raise its JetStream limits or those of the account, or lower %s."
							.formatted(definition.property("max-bytes")));
			case MAX_BYTES_REQUIRED -> refused(definition, ", with unlimited bytes", ex,
					"Set %s.".formatted(definition.property("max-bytes")));
			case MAXIMUM_STREAMS -> refused(definition, "", ex,
					"Remove a bucket or stream that is not needed any more, or raise 'max_streams' of the account on the server.");
			default ->
				refused(definition, "", ex, "Check '%s' against the server's log.".formatted(definition.origin()));
		};
	}

	private static BucketProvisioningException refused(BucketDefinition definition, String wanted,
			JetStreamApiException ex, String action) {
		return new BucketProvisioningException(definition.name(), "The server refused bucket '%s', declared by %s%s: %s"
			.formatted(definition.name(), definition.origin(), wanted, ex.getMessage()), action, ex);
	}

	private static BucketProvisioningException notAllowed(BucketDefinition definition, PermissionViolation violation,
			Exception ex) {
		// the last violation may be about another bucket that was asked for at the same
		// time
		String subject = violation.subject().replaceFirst("(STREAM\\.[A-Z]+\\.).*", "$1KV_" + definition.name());
		return new BucketProvisioningException(definition.name(),
				"Bucket '%s', declared by %s, cannot be provisioned: the server does not allow the user to %s to '%s'."
					.formatted(definition.name(), definition.origin(), violation.operation(), subject),
				"Allow it in the permissions of the user" + alternative(definition, violation),
				new PermissionDeniedDataAccessException(violation.describe(), ex));
	}

	private static String alternative(BucketDefinition definition, PermissionViolation violation) {
		if (!violation.operation().equals("publish")) {
			return ": the answers of the server arrive there.";
		}
		String policies = violation.subject().contains("STREAM.INFO.") ? "'none', which asks nothing"
				: "'validate', which changes nothing";
		return ", or set '%s' to %s.".formatted(definition.policyProperty(), policies);
	}

	private static BucketProvisioningException jetStreamDisabled(BucketDefinition definition, Exception ex) {
		return new BucketProvisioningException(definition.name(),
				"Bucket '%s', declared by %s, needs JetStream, which the server does not have enabled."
					.formatted(definition.name(), definition.origin()),
				"Start the server with '-js' (the command of a container), or with a 'jetstream' block in its configuration.",
				ex);
	}

}
