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

package io.github.natskv.listener.backlog;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamProbe;
import io.github.natskv.jetstream.StreamNames;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.Subject;
import org.jspecify.annotations.Nullable;

/**
 * The number of dead letters on a subject, in whichever stream has it.
 */
final class DeadLetterCount {

	private final String subject;

	private final JetStreamClient client;

	private volatile @Nullable String stream;

	private volatile @Nullable Long latest;

	/** After how many reconnects the user was not allowed to ask. */
	private volatile long deniedAt = -1;

	DeadLetterCount(String subject, JetStreamClient client) {
		this.subject = subject;
		this.client = client;
	}

	String subject() {
		return this.subject;
	}

	@Nullable Long latest() {
		return this.latest;
	}

	// completes within the timeout, and never with a failure
	static CompletableFuture<Void> askAll(List<DeadLetterCount> counts, JetStreamProbe probe, Duration timeout) {
		List<DeadLetterCount> asked = counts.stream().filter((count) -> !count.isDenied()).toList();
		Duration half = timeout.dividedBy(2);
		List<StreamQuestion> streams = asked.stream()
			.filter((count) -> count.stream == null)
			.map(StreamQuestion::new)
			.toList();
		return probe.<DeadLetterCount>ask(streams, half)
			.thenCompose((found) -> probe
				.<DeadLetterCount>ask(asked.stream().map(CountQuestion::of).flatMap(List::stream).toList(), half))
			.thenAccept((counted) -> {
			});
	}

	private boolean isDenied() {
		return this.deniedAt == this.client.connection().getStatistics().getReconnects();
	}

	private DeadLetterCount unknown() {
		this.stream = null;
		this.latest = null;
		return this;
	}

	private DeadLetterCount denied() {
		this.deniedAt = this.client.connection().getStatistics().getReconnects();
		return unknown();
	}

	/**
	 * A question for a count, which is unknown where there is no answer.
	 */
	private interface Question extends JetStreamProbe.Question<DeadLetterCount> {

		DeadLetterCount of();

		@Override
		default DeadLetterCount unusable(String problem) {
			return of().unknown();
		}

		@Override
		default DeadLetterCount denied(String problem) {
			return of().denied();
		}

	}

	/**
	 * Asks for the stream that has the subject.
	 */
	private record StreamQuestion(DeadLetterCount of) implements Question {

		@Override
		public String subject() {
			return StreamNames.SUBJECT;
		}

		@Override
		public byte[] body() {
			return StreamNames.having(this.of.subject).toBytes();
		}

		@Override
		public DeadLetterCount read(Message message) throws JetStreamApiException {
			this.of.stream = StreamNames.first(message);
			return this.of;
		}

	}

	/**
	 * Asks for the number of messages that the stream has on the subject.
	 */
	private record CountQuestion(DeadLetterCount of, String stream) implements Question {

		static List<CountQuestion> of(DeadLetterCount count) {
			String stream = count.stream;
			return (stream != null) ? List.of(new CountQuestion(count, stream)) : List.of();
		}

		@Override
		public String subject() {
			return "STREAM.INFO." + this.stream;
		}

		@Override
		public byte[] body() {
			return ApiRequest.of("subjects_filter", this.of.subject).toBytes();
		}

		@Override
		public DeadLetterCount read(Message message) throws JetStreamApiException {
			StreamInfo info = new StreamInfo(message).throwOnHasError();
			this.of.latest = info.getStreamState().getSubjects().stream().mapToLong(Subject::getCount).sum();
			return this.of;
		}

	}

}
