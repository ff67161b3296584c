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

package io.github.natskv.health;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.natskv.connection.ConnectionName;
import io.github.natskv.core.connection.ReconnectProblem;
import io.github.natskv.core.connection.UserInfo;
import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.BucketStatus;
import io.github.natskv.kv.LocalCopyStatus;
import io.github.natskv.provisioning.BucketDefinition;
import io.github.natskv.provisioning.Definition;
import io.github.natskv.provisioning.Provisioner;
import io.github.natskv.provisioning.ProvisioningException;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The health of a connection and of the buckets and streams reached over it.
 */
final class ConnectionHealth implements AutoCloseable {

	private final MonitoredConnection monitored;

	private final Duration timeout;

	private final ServerCheck server;

	ConnectionHealth(MonitoredConnection monitored, Duration timeout) {
		this.monitored = monitored;
		this.timeout = timeout;
		this.server = new ServerCheck(monitored, timeout);
	}

	MonitoredConnection monitored() {
		return this.monitored;
	}

	// Ask the server, if there is a connection. Returns at once.
	@Nullable CompletableFuture<ServerCheck.Result> start() {
		return (this.monitored.connection().getStatus() == Connection.Status.CONNECTED) ? this.server.check() : null;
	}

	Map<String, Object> check(@Nullable CompletableFuture<ServerCheck.Result> answer, Consumer<String> problems) {
		Map<String, Object> details = new LinkedHashMap<>();
		Connection connection = this.monitored.connection();
		if (answer == null) {
			checkNotConnected(connection, details, problems);
		}
		else {
			checkAnswer(connection, answer.join(), details, problems);
		}
		provisioningFailures().stream().map(Throwable::getMessage).forEach((problem) -> {
			if (problem != null) {
				problems.accept(UserInfo.mask(problem));
			}
		});
		this.monitored.problems().forEach(problems);
		return details;
	}

	private static void checkNotConnected(Connection connection, Map<String, Object> details,
			Consumer<String> problems) {
		Connection.Status status = connection.getStatus();
		details.put("connection", Map.of("status", HealthDetails.status(status)));
		// later its last error may be about something else, long ago
		String error = (status == Connection.Status.CONNECTING) ? connection.getLastError()
				: ReconnectProblem.of(connection);
		problems.accept("There is no connection to a NATS server (%s)%s".formatted(status,
				(error != null) ? ": " + UserInfo.mask(error) : ""));
	}

	private void checkAnswer(Connection connection, ServerCheck.Result result, Map<String, Object> details,
			Consumer<String> problems) {
		details.put("connection",
				HealthDetails.ofConnection(connection, connection.getServerInfo(), result.roundTrip()));
		if (!result.isAnswered()) {
			problems.accept("The server did not answer within %d ms".formatted(this.timeout.toMillis()));
		}
		Set<String> refused = provisioningFailures().stream()
			.map((failure) -> failure.getDefinition().label())
			.collect(Collectors.toSet());
		List<BucketStatus> buckets = result.buckets();
		for (BucketStatus bucket : buckets) {
			if (bucket.problem() != null && !refused.contains(BucketDefinition.label(bucket.bucketName()))) {
				problems.accept("Bucket '%s' cannot be used: %s".formatted(bucket.bucketKey(), bucket.problem()));
			}
		}
		if (!buckets.isEmpty()) {
			details.put("buckets", HealthDetails.ofBuckets(buckets, this::localCopy));
		}
		result.streams().forEach((stream) -> {
			checkDeclared(stream.definition(), stream.problem(), refused, problems);
			// of a missing stream there is nothing more to say
			if (stream.problem() == null) {
				stream.consumers()
					.forEach((consumer) -> checkDeclared(consumer.definition(), consumer.problem(), refused, problems));
			}
		});
		if (!result.streams().isEmpty()) {
			details.put("streams", HealthDetails.ofStreams(result.streams()));
		}
	}

	private @Nullable LocalCopyStatus localCopy(String key) {
		BucketMonitor monitor = this.monitored.monitor();
		return (monitor != null) ? monitor.localCopy(key) : null;
	}

	private static void checkDeclared(Definition definition, @Nullable String problem, Set<String> refused,
			Consumer<String> problems) {
		if (problem != null && !refused.contains(definition.label())
				&& definition.policy() != ProvisioningPolicy.NONE) {
			problems.accept("%s cannot be used: %s".formatted(StringUtils.capitalize(definition.label()), problem));
		}
	}

	private Collection<ProvisioningException> provisioningFailures() {
		Provisioner provisioner = this.monitored.provisioner();
		return (provisioner != null) ? provisioner.getFailures().values() : List.of();
	}

	String problemPrefix() {
		return new ConnectionName(this.monitored.name()).logPrefix();
	}

	@Override
	public void close() {
		this.server.close();
	}

}
