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

package io.github.natskv.kv;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.StreamInfo;
import io.nats.client.support.NatsKeyValueUtil;
import io.nats.client.support.NatsRequestCompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server how buckets are, without waiting for it.
 */
final class BucketProbe {

	private final JetStreamApi api;

	BucketProbe(JetStreamApi api) {
		this.api = api;
	}

	CompletableFuture<List<BucketStatus>> statuses(Stream<BucketSettings> buckets, Duration timeout) {
		List<CompletableFuture<BucketStatus>> statuses = buckets.map((bucket) -> status(bucket, timeout)).toList();
		return CompletableFuture.allOf(statuses.toArray(CompletableFuture[]::new))
			.thenApply((done) -> statuses.stream().map(CompletableFuture::join).toList());
	}

	private CompletableFuture<BucketStatus> status(BucketSettings bucket, Duration timeout) {
		Connection connection = this.api.connection();
		BucketStatus late = BucketStatus.unusable(bucket,
				"the server did not answer within %d ms".formatted(timeout.toMillis()));
		CompletableFuture<Message> response;
		try {
			this.api.requireConnected();
			response = connection.requestWithTimeout(
					this.api.prefix() + "STREAM.INFO." + NatsKeyValueUtil.toStreamName(bucket.name()), null, timeout);
		}
		catch (IllegalStateException | KeyValueNotConnectedException ex) {
			return CompletableFuture.completedFuture(BucketStatus.unusable(bucket, "there is no connection"));
		}
		return response
			.handle((message,
					failure) -> (message != null) ? read(bucket, message)
							: ((isTimeout(response, failure)) ? late : BucketStatus.unusable(bucket,
									"no JetStream answers: it is not enabled on the server or for the account, has no"
											+ " leader at the moment, or the configured domain or prefix is wrong")))
			.completeOnTimeout(late, timeout.toNanos(), TimeUnit.NANOSECONDS);
	}

	private static boolean isTimeout(CompletableFuture<Message> response, @Nullable Throwable failure) {
		return failure instanceof CancellationException && response instanceof NatsRequestCompletableFuture request
				&& (request.wasCancelledClosing() || request.wasCancelledTimedOut());
	}

	private static BucketStatus read(BucketSettings bucket, Message message) {
		try {
			return BucketStatus.of(bucket, new StreamInfo(message).throwOnHasError());
		}
		catch (JetStreamApiException ex) {
			return BucketStatus.unusable(bucket, (ex.getApiErrorCode() == WatchApi.STREAM_NOT_FOUND)
					? "it is not on the server" : String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException ex) {
			return BucketStatus.unusable(bucket, "the server's answer cannot be understood: " + ex);
		}
	}

}
