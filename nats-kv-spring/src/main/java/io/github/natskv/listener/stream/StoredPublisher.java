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

package io.github.natskv.listener.stream;

import java.io.IOException;

import io.github.natskv.core.NatsException;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamRequestException;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages that a stream has to store.
 */
public final class StoredPublisher {

	private final JetStreamClient client;

	public StoredPublisher(JetStreamClient client) {
		this.client = client;
	}

	PublishAck publish(String subject, @Nullable Headers headers, byte[] payload) {
		try {
			return new PublishAck(this.client.request(subject, headers, payload));
		}
		catch (JetStreamRequestException.NoResponders ex) {
			throw new NatsException("No stream stores subject '%s'".formatted(subject), ex);
		}
		catch (JetStreamRequestException | IOException | JetStreamApiException | IllegalArgumentException ex) {
			throw new NatsException("Subject '%s' was not stored: %s".formatted(subject, ex.getMessage()), ex);
		}
	}

}
