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
import java.time.ZonedDateTime;
import java.util.List;

import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.JetStreamLevel;
import io.github.natskv.jetstream.LostMessagesException;
import io.github.natskv.jetstream.PullConsumer;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream in order until the connection, the consumer or a message is lost.
 */
final class OrderedSession {

	private static final String PREFIX = "natskv-ordered-";

	private static final String SEVERAL_FILTERS = "2.10.0";

	private static final Duration INACTIVE = Duration.ofMinutes(1);

	private static final Duration EXPIRES = Duration.ofSeconds(30);

	private static final Duration HEARTBEAT = Duration.ofSeconds(1);

	private static final Duration SILENCE = Duration.ofMillis(2500);

	private final PullConsumer consumer;

	private final int prefetch;

	private int requested;

	private long heard = System.nanoTime();

	private volatile boolean lost;

	private OrderedSession(PullConsumer consumer, int prefetch) {
		this.consumer = consumer;
		this.prefetch = prefetch;
	}

	static void check(OrderedEndpoint endpoint) throws JetStreamApiException {
		checkRetention(endpoint, info(endpoint));
		JetStreamClient client = endpoint.client();
		if (endpoint.subjects().size() > 1
				&& !JetStreamLevel.of(client.connection(), client.prefix()).has(SEVERAL_FILTERS)) {
			throw endpoint.method()
				.invalid(
						"it has several subjects, for which nats-server %s is needed, not %s".formatted(SEVERAL_FILTERS,
								client.connection().getServerInfo().getVersion()),
						"Use one subject, or a newer server");
		}
	}

	private static void checkRetention(OrderedEndpoint endpoint, StreamInfo info) {
		if (info.getConfiguration().getRetentionPolicy() == RetentionPolicy.WorkQueue) {
			throw endpoint.method()
				.invalid(
						"stream '%s' is a work queue, and the messages of a work queue have to be acknowledged"
							.formatted(endpoint.stream()),
						"Name a consumer instead of ordered = \"true\", or read a stream of another retention");
		}
	}

	static StreamInfo info(OrderedEndpoint endpoint) throws JetStreamApiException {
		try {
			return request(endpoint);
		}
		catch (JetStreamApiException ex) {
			if (!endpoint.restoration().restore(JetStreamError.of(ex).kind())) {
				throw ex;
			}
			return request(endpoint);
		}
	}

	private static StreamInfo request(OrderedEndpoint endpoint) throws JetStreamApiException {
		return new StreamInfo(endpoint.client().call("STREAM.INFO." + endpoint.stream(), null)).throwOnHasError();
	}

	static ZonedDateTime created(StreamInfo info) {
		return info.getCreateTime();
	}

	// after the last sequence, or where the listener begins
	static OrderedSession open(OrderedEndpoint endpoint, StreamInfo info, long last) throws JetStreamApiException {
		checkRetention(endpoint, info);
		PullConsumer consumer = new PullConsumer(endpoint.client(), endpoint.stream(), PREFIX);
		try {
			ConsumerConfiguration.Builder configuration = consumer.configure(INACTIVE, null);
			List<String> filters = endpoint.subjects().stream().map(SubjectPattern::subject).toList();
			// without one, the server refuses to begin with the last of each subject
			configuration.filterSubjects(filters.isEmpty() ? List.of(">") : filters);
			if (last > 0) {
				OrderedStart.from(configuration, last + 1);
			}
			else {
				endpoint.start().apply(configuration, info.getStreamState().getLastSequence());
			}
			ConsumerConfiguration wanted = configuration.build();
			new ConsumerInfo(endpoint.client().call(consumer.createSubject(wanted), consumer.createRequest(wanted)))
				.throwOnHasError();
			return new OrderedSession(consumer, endpoint.prefetch());
		}
		catch (JetStreamApiException | RuntimeException ex) {
			consumer.unsubscribe();
			throw ex;
		}
	}

	@Nullable Message next(Duration patience) throws LostMessagesException, InterruptedException {
		if (this.lost) {
			throw new LostMessagesException("The connection was lost");
		}
		if (this.requested <= this.prefetch / 2) {
			pull();
		}
		Message message = this.consumer.next(patience);
		if (message == null) {
			Duration limit = this.consumer.isSingle() ? SILENCE.plus(EXPIRES) : SILENCE;
			if (this.lost || System.nanoTime() - this.heard > limit.toNanos()) {
				throw new LostMessagesException("The consumer is silent");
			}
			return null;
		}
		this.heard = System.nanoTime();
		if (!message.isStatusMessage()) {
			this.requested--;
			return message;
		}
		if (PullConsumer.end(message) != PullConsumer.End.NOT_YET) {
			this.requested = this.consumer.isSingle() ? this.requested - 1 : 0;
		}
		return null;
	}

	private void pull() {
		ApiRequest request = ApiRequest.of("expires", EXPIRES.toNanos());
		if (!this.consumer.isSingle()) {
			request.with("idle_heartbeat", HEARTBEAT.toNanos());
		}
		this.consumer.pull(this.prefetch - this.requested, request);
		this.requested = this.prefetch;
	}

	// how many have been handled meanwhile does not count as silence
	void handled() {
		this.heard = System.nanoTime();
	}

	String consumer() {
		return this.consumer.name();
	}

	long sequence() {
		return this.consumer.delivery().revision();
	}

	long waiting() {
		return this.consumer.waiting();
	}

	void lose() {
		this.lost = true;
		this.consumer.unsubscribe();
	}

	void close() {
		lose();
		try {
			this.consumer.delete();
		}
		catch (RuntimeException ex) {
			// the server removes it after a while
		}
	}

}
