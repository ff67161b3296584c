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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.core.connection.MockedConnection;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamProbe;
import io.github.natskv.jetstream.StatusCache;
import io.github.natskv.listener.ListenerBacklog;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.ConsumerInfo;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait for a listener, and its dead letters.
 */
public final class Backlog {

	private final Source source;

	private final String listenerId;

	private final String stream;

	private final @Nullable DeadLetterCount deadLetters;

	private volatile @Nullable String consumer;

	private Backlog(Source source, String listenerId, String stream, @Nullable String consumer,
			@Nullable DeadLetterCount deadLetters) {
		this.source = source;
		this.listenerId = listenerId;
		this.stream = stream;
		this.consumer = consumer;
		this.deadLetters = deadLetters;
	}

	// the consumer that is used from now on, if any
	public void consumer(@Nullable String name) {
		this.consumer = name;
	}

	public @Nullable ListenerBacklog latest() {
		return this.source.latest(this.listenerId);
	}

	/**
	 * Asks about the listeners of a connection, all at the same time.
	 */
	public static final class Source {

		private final JetStreamClient client;

		private final JetStreamProbe probe;

		private final StatusCache<Found> cache;

		private final List<Backlog> all = new CopyOnWriteArrayList<>();

		private final Map<String, DeadLetterCount> counts = new LinkedHashMap<>();

		public Source(JetStreamClient client) {
			this.client = client;
			this.probe = new JetStreamProbe(client);
			this.cache = new StatusCache<>(this::ask, Found::listenerId);
		}

		// of a listener, with the consumer and the subject for dead letters that it has
		public synchronized Backlog add(String listenerId, String stream, @Nullable String consumer,
				@Nullable String deadLetter) {
			DeadLetterCount count = (deadLetter != null)
					? this.counts.computeIfAbsent(deadLetter, (subject) -> new DeadLetterCount(subject, this.client))
					: null;
			Backlog backlog = new Backlog(this, listenerId, stream, consumer, count);
			this.all.add(backlog);
			return backlog;
		}

		@Nullable ListenerBacklog latest(String listenerId) {
			if (MockedConnection.is(this.client.connection())) {
				return null;
			}
			Found found = this.cache.get(listenerId);
			return (found != null) ? found.backlog() : null;
		}

		private CompletableFuture<List<Found>> ask(Duration timeout) {
			List<Backlog> asked = List.copyOf(this.all);
			CompletableFuture<List<ConsumerCounts>> consumers = this.probe
				.ask(asked.stream().map(ConsumerQuestion::of).flatMap(List::stream).toList(), timeout);
			return DeadLetterCount.askAll(counts(), this.probe, timeout)
				.thenCombine(consumers, (counted, found) -> combine(asked, found));
		}

		private synchronized List<DeadLetterCount> counts() {
			return List.copyOf(this.counts.values());
		}

		private static List<Found> combine(List<Backlog> asked, List<ConsumerCounts> found) {
			List<Found> combined = new ArrayList<>();
			for (Backlog backlog : asked) {
				ConsumerCounts counts = found.stream()
					.filter((candidate) -> candidate.of() == backlog)
					.findFirst()
					.orElse(ConsumerCounts.unknown(backlog, null));
				DeadLetterCount letters = backlog.deadLetters;
				combined.add(new Found(backlog.listenerId,
						new ListenerBacklog(backlog.stream, counts.consumer(), counts.pending(), counts.ackPending(),
								counts.redelivered(), (letters != null) ? letters.subject() : null,
								(letters != null) ? letters.latest() : null)));
			}
			return combined;
		}

	}

	private record Found(String listenerId, ListenerBacklog backlog) {

	}

	private record ConsumerCounts(Backlog of, @Nullable String consumer, @Nullable Long pending,
			@Nullable Long ackPending, @Nullable Long redelivered) {

		static ConsumerCounts unknown(Backlog of, @Nullable String consumer) {
			return new ConsumerCounts(of, consumer, null, null, null);
		}

	}

	private record ConsumerQuestion(Backlog of, String consumer) implements JetStreamProbe.Question<ConsumerCounts> {

		static List<ConsumerQuestion> of(Backlog backlog) {
			String consumer = backlog.consumer;
			return (consumer != null) ? List.of(new ConsumerQuestion(backlog, consumer)) : List.of();
		}

		@Override
		public String subject() {
			return "CONSUMER.INFO.%s.%s".formatted(this.of.stream, this.consumer);
		}

		@Override
		public ConsumerCounts read(Message message) throws JetStreamApiException {
			ConsumerInfo info = new ConsumerInfo(message).throwOnHasError();
			return new ConsumerCounts(this.of, this.consumer, info.getNumPending(), info.getNumAckPending(),
					info.getRedelivered());
		}

		@Override
		public ConsumerCounts unusable(String problem) {
			return ConsumerCounts.unknown(this.of, this.consumer);
		}

	}

}
