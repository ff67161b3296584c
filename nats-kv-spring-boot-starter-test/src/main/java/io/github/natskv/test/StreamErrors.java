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

package io.github.natskv.test;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import io.nats.client.JetStreamApiException;
import io.nats.client.api.PurgeResponse;
import io.nats.client.impl.NatsMessage;

/**
 * JetStream's errors for refused writes, with its codes and words.
 */
final class StreamErrors {

	private StreamErrors() {
	}

	static JetStreamApiException wrongLastSequence(long sequence) {
		return error(400, 10071, "wrong last sequence: " + sequence);
	}

	static JetStreamApiException messageTooLarge() {
		return error(400, 10054, "message size exceeds maximum allowed");
	}

	static JetStreamApiException full() {
		return error(503, 10077, "maximum bytes exceeded");
	}

	private static JetStreamApiException error(int status, int code, String description) {
		String json = "{\"error\":{\"code\":%d,\"err_code\":%d,\"description\":\"%s\"}}".formatted(status, code,
				description);
		PurgeResponse response = new PurgeResponse(
				NatsMessage.builder().subject("error").data(json.getBytes(StandardCharsets.UTF_8)).build());
		return new JetStreamApiException(Objects.requireNonNull(response.getErrorObject()));
	}

}
