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
import java.time.ZonedDateTime;
import java.util.Optional;

import io.github.natskv.core.connection.PermissionViolation;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.JetStreamLevel;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;

/**
 * Requests about streams and consumers, which fail saying what that means for what is
 * declared.
 */
final class ServerRequests {

	private final Connection connection;

	private final JetStreamManagement management;

	private final String prefix;

	ServerRequests(Connection connection, JetStreamManagement management, String prefix) {
		this.prefix = prefix;
		this.connection = connection;
		this.management = management;
	}

	JetStreamLevel level() {
		return JetStreamLevel.of(this.connection, this.prefix);
	}

	Optional<StreamInfo> findStream(Definition definition, String stream) {
		return find(definition, "STREAM.INFO." + stream, () -> this.management.getStreamInfo(stream));
	}

	boolean createStream(Definition definition, StreamConfiguration stream) {
		return create(definition, "STREAM.CREATE." + stream.getName(), () -> this.management.addStream(stream));
	}

	void updateStream(Definition definition, StreamConfiguration stream) {
		call(definition, "STREAM.UPDATE." + stream.getName(), () -> this.management.updateStream(stream));
	}

	Optional<ConsumerInfo> findConsumer(ConsumerDefinition consumer) {
		return find(consumer, subject("INFO", consumer),
				() -> this.management.getConsumerInfo(consumer.stream(), consumer.name()));
	}

	boolean createConsumer(ConsumerDefinition consumer, ConsumerConfiguration configuration) {
		return create(consumer, subject("CREATE", consumer),
				() -> this.management.createConsumer(consumer.stream(), configuration));
	}

	void updateConsumer(ConsumerDefinition consumer, ConsumerConfiguration configuration) {
		call(consumer, subject("CREATE", consumer),
				() -> this.management.updateConsumer(consumer.stream(), configuration));
	}

	void pauseConsumer(ConsumerDefinition consumer, ZonedDateTime until) {
		call(consumer, subject("PAUSE", consumer),
				() -> this.management.pauseConsumer(consumer.stream(), consumer.name(), until));
	}

	private static String subject(String operation, ConsumerDefinition consumer) {
		return "CONSUMER.%s.%s.%s".formatted(operation, consumer.stream(), consumer.name());
	}

	private <T> Optional<T> find(Definition definition, String subject, JetStreamCall<T> call) {
		return call(definition, subject, () -> {
			try {
				return Optional.of(call.execute());
			}
			catch (JetStreamApiException ex) {
				JetStreamError.Kind kind = JetStreamError.of(ex).kind();
				if (kind == JetStreamError.Kind.STREAM_NOT_FOUND || kind == JetStreamError.Kind.CONSUMER_NOT_FOUND) {
					return Optional.empty();
				}
				throw ex;
			}
		});
	}

	private boolean create(Definition definition, String subject, JetStreamCall<?> call) {
		return call(definition, subject, () -> {
			try {
				call.execute();
				return true;
			}
			catch (JetStreamApiException ex) {
				if (ex.getApiErrorCode() == JetStreamError.STREAM_NAME_IN_USE
						|| ex.getApiErrorCode() == JetStreamError.CONSUMER_EXISTS) {
					return false;
				}
				throw ex;
			}
		});
	}

	private <T> T call(Definition definition, String subject, JetStreamCall<T> call) {
		long errorsBefore = this.connection.getStatistics().getErrs();
		try {
			return call.execute();
		}
		catch (IOException | JetStreamApiException | IllegalStateException ex) {
			throw ProvisioningErrors.translate(definition, ex, PermissionViolation.ofRequest(this.connection,
					(denied) -> denied.endsWith("." + subject) || denied.contains("." + subject + "."), errorsBefore));
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
