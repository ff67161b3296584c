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

package io.github.natskv.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.ApiResponse;
import io.nats.client.support.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The answer with the streams that have a subject.
 */
public final class StreamNames extends ApiResponse<StreamNames> {

	/** The subject to ask at, after the prefix of the API. */
	public static final String SUBJECT = "STREAM.NAMES";

	private StreamNames(Message message) {
		super(message);
	}

	/** Return the request. */
	public static ApiRequest having(String subject) {
		return ApiRequest.of("subject", subject);
	}

	/**
	 * Read the answer.
	 * @return the first name, {@code null} if there is none
	 * @throws JetStreamApiException if it is an error
	 */
	public static @Nullable String first(Message message) throws JetStreamApiException {
		JsonValue streams = new StreamNames(message).throwOnHasError().getJv().map.get("streams");
		return (streams != null && streams.array != null && !streams.array.isEmpty()) ? streams.array.get(0).string
				: null;
	}

}
