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

import java.time.Duration;

import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamError;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import io.nats.client.support.JsonParseException;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValueUtils;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes dead letters of messages that a consumer with a limit of its own does not deliver
 * any more, when the server says so. It says so once, to whoever listens.
 */
final class ExhaustedDeliveries {

	private static final Log logger = LogFactory.getLog(ExhaustedDeliveries.class);

	private static final String ADVISORY = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.";

	private static final int ATTEMPTS = 10;

	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final StreamEndpoint endpoint;

	private final DeadLetterSender deadLetters;

	private final JetStreamClient client;

	private @Nullable Dispatcher dispatcher;

	ExhaustedDeliveries(StreamEndpoint endpoint, DeadLetterSender deadLetters) {
		this.endpoint = endpoint;
		this.deadLetters = deadLetters;
		this.client = endpoint.client();
	}

	// the consumer has a limit of its own
	synchronized void follow() {
		if (this.dispatcher == null) {
			Dispatcher created = this.client.connection().createDispatcher(this::exhausted);
			DeclaredConsumer consumer = this.endpoint.consumer();
			created.subscribe(ADVISORY + consumer.stream() + "." + consumer.name());
			this.dispatcher = created;
		}
	}

	synchronized void close() {
		Dispatcher current = this.dispatcher;
		this.dispatcher = null;
		if (current != null && this.client.connection().getStatus() != Connection.Status.CLOSED) {
			this.client.connection().closeDispatcher(current);
		}
	}

	private synchronized boolean isClosed() {
		return this.dispatcher == null;
	}

	private void exhausted(Message advisory) throws InterruptedException {
		long sequence = number(advisory, "stream_seq");
		for (int attempt = 1; sequence > 0 && !isClosed(); attempt++) {
			try {
				MessageInfo message = find(sequence);
				if (message != null) {
					this.deadLetters.send(message, number(advisory, "deliveries"));
				}
				return;
			}
			catch (JetStreamApiException | RuntimeException ex) {
				if (attempt == ATTEMPTS) {
					this.deadLetters.leftBehind(sequence, ex);
					return;
				}
				logger.debug("Message %d is not a dead letter yet".formatted(sequence), ex);
			}
			Thread.sleep(PAUSE.toMillis());
		}
	}

	// null if it was settled after all, and is gone
	private @Nullable MessageInfo find(long sequence) throws JetStreamApiException {
		String stream = this.endpoint.consumer().stream();
		try {
			return new MessageInfo(
					this.client.call("STREAM.MSG.GET." + stream, ApiRequest.of("seq", sequence).toJson()), stream,
					false)
				.throwOnHasError();
		}
		catch (JetStreamApiException ex) {
			if (JetStreamError.isMessageNotFound(ex)) {
				return null;
			}
			throw ex;
		}
	}

	private static long number(Message advisory, String name) {
		try {
			return JsonValueUtils.readLong(JsonParser.parse(advisory.getData()), name, 0);
		}
		catch (JsonParseException | RuntimeException ex) {
			return 0;
		}
	}

}
