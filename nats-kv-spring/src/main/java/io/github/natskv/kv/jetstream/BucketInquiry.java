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

package io.github.natskv.kv.jetstream;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.JetStreamReply;
import io.github.natskv.jetstream.JetStreamRequestException;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.BucketStatus;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.StreamInfo;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the status of one bucket. The time for the answer begins when this is created.
 */
final class BucketInquiry {

	private final JetStreamClient api;

	private final BucketSettings bucket;

	private final Duration timeout;

	private final String subject;

	private final CompletableFuture<BucketStatus> answer = new CompletableFuture<>();

	private final CompletableFuture<BucketStatus> status;

	private volatile @Nullable JetStreamReply reply;

	BucketInquiry(JetStreamClient api, BucketSettings bucket, Duration timeout) {
		this.api = api;
		this.bucket = bucket;
		this.timeout = timeout;
		this.subject = "STREAM.INFO." + NatsKeyValueUtil.toStreamName(bucket.name());
		this.status = this.answer.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
			.exceptionally((late) -> unanswered());
	}

	/**
	 * Return how the bucket is.
	 * @return completes within the timeout, and never with a failure
	 */
	CompletableFuture<BucketStatus> status() {
		return this.status;
	}

	/** Ask, unless it is too late. Takes as long as messages wait to be sent. */
	void send() {
		if (this.answer.isDone()) {
			return;
		}
		try {
			JetStreamReply sent = this.api.send(this.subject, null, this.timeout);
			this.reply = sent;
			sent.message()
				.whenComplete((message, failure) -> this.answer
					.complete((message != null) ? read(message) : unusable(sent.failure(failure))));
		}
		catch (KeyValueNotConnectedException ex) {
			this.answer.complete(unusable("there is no connection"));
		}
		catch (RuntimeException ex) {
			this.answer.complete(unusable("nothing was sent: " + ex.getMessage()));
		}
	}

	private BucketStatus unusable(JetStreamRequestException failure) {
		String problem = switch (failure.reason()) {
			case NO_RESPONDERS -> "no JetStream answers: it is not enabled on the server or for the account, has no"
					+ " leader at the moment, or the configured domain or prefix is wrong";
			case DENIED -> ((JetStreamRequestException.Denied) failure).violation().describe();
			default -> (this.api.connection().getStatus() != Connection.Status.CONNECTED) ? "the connection was lost"
					: "the server did not answer within %d ms".formatted(this.timeout.toMillis());
		};
		return unusable(problem);
	}

	private BucketStatus read(Message message) {
		try {
			return BucketStatus.of(this.bucket, new StreamInfo(message).throwOnHasError());
		}
		catch (JetStreamApiException ex) {
			return unusable(
					JetStreamError.isStreamNotFound(ex) ? "it is not on the server" : String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException ex) {
			return unusable("the server's answer cannot be understood: " + ex);
		}
	}

	private BucketStatus unanswered() {
		JetStreamReply sent = this.reply;
		if (sent != null) {
			return unusable(sent.failure(null));
		}
		return unusable((this.api.connection().getStatus() != Connection.Status.CONNECTED) ? "there is no connection"
				: "too many messages wait to be sent");
	}

	private BucketStatus unusable(String problem) {
		return BucketStatus.unusable(this.bucket, problem);
	}

}
