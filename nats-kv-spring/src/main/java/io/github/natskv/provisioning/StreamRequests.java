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
import java.util.Optional;

import io.github.natskv.core.connection.PermissionViolation;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.JetStreamLevel;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;

import org.springframework.util.CollectionUtils;

/**
 * Requests about the streams of buckets, which fail saying what that means for the
 * bucket.
 */
final class StreamRequests {

	private static final String STREAM_PREFIX = "KV_";

	private final Connection connection;

	private final JetStreamManagement management;

	private final String prefix;

	StreamRequests(Connection connection, JetStreamManagement management, String prefix) {
		this.prefix = prefix;
		this.connection = connection;
		this.management = management;
	}

	Optional<StreamInfo> find(BucketDefinition definition) {
		return call(definition, "INFO", () -> {
			try {
				return Optional.of(this.management.getStreamInfo(STREAM_PREFIX + definition.name()));
			}
			catch (JetStreamApiException ex) {
				if (JetStreamError.isStreamNotFound(ex)) {
					return Optional.empty();
				}
				throw ex;
			}
		});
	}

	/**
	 * Make the stream of a bucket.
	 * @param definition the bucket
	 * @return whether it was made, or is there with another configuration
	 */
	boolean create(BucketDefinition definition) {
		return call(definition, "CREATE", () -> {
			try {
				this.management.addStream(complete(definition.stream()));
				return true;
			}
			catch (JetStreamApiException ex) {
				if (ex.getApiErrorCode() == JetStreamError.STREAM_NAME_IN_USE) {
					return false;
				}
				throw ex;
			}
		});
	}

	// as it is to be sent to this server
	StreamConfiguration complete(StreamConfiguration stream) {
		return CollectionUtils.isEmpty(stream.getSources()) ? stream : StreamOrigins.fromTheStart(stream, level());
	}

	JetStreamLevel level() {
		return JetStreamLevel.of(this.connection, this.prefix);
	}

	void update(BucketDefinition definition, StreamConfiguration updated) {
		call(definition, "UPDATE", () -> this.management.updateStream(updated));
	}

	private <T> T call(BucketDefinition definition, String operation, JetStreamCall<T> call) {
		long errorsBefore = this.connection.getStatistics().getErrs();
		try {
			return call.execute();
		}
		catch (IOException | JetStreamApiException | IllegalStateException ex) {
			throw ProvisioningErrors.translate(definition, ex, PermissionViolation.ofRequest(this.connection,
					(subject) -> subject.endsWith("STREAM." + operation + "." + STREAM_PREFIX + definition.name()),
					errorsBefore));
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
