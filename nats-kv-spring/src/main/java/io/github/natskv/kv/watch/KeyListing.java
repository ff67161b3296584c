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

package io.github.natskv.kv.watch;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.github.natskv.jetstream.ImportedApi;
import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.StreamInfo;

/**
 * Lists the keys of a bucket. A server tells their names in pages, and goes through all
 * of them for each page; so more than a page are read as the headers of what is the last
 * of each.
 */
final class KeyListing {

	/** The number of names that a server tells at a time. */
	static final int PAGE = 100_000;

	private static final List<String> ALL = List.of(">");

	private final int page;

	private final WatchSettings settings;

	private final WatchProgress progress;

	private final List<String> filters;

	private final Sessions sessions;

	private String keyPrefix = "";

	private List<String> subjects = List.of();

	private Consumer<String> abandoned = (consumer) -> {
	};

	KeyListing(int page, WatchSettings settings, WatchProgress progress, List<String> filters, Sessions sessions) {
		this.page = page;
		this.settings = settings;
		this.progress = progress;
		this.filters = filters;
		this.sessions = sessions;
	}

	/**
	 * Take note of the stream as it is now.
	 * @param subjects the subjects a consumer can be given
	 * @param abandoned told the name of a consumer that may exist afterwards
	 */
	void opened(String keyPrefix, List<String> subjects, Consumer<String> abandoned) {
		this.keyPrefix = keyPrefix;
		this.subjects = subjects;
		this.abandoned = abandoned;
	}

	/**
	 * List the keys there are, those with a deletion marker included.
	 * @param subjects how many keys the bucket has, as far as this is known
	 * @param known how many of those that match the filters are known
	 */
	WatchApi.Keys keys(WatchApi api, long subjects, int known)
			throws IOException, JetStreamApiException, InterruptedException {
		long expected = this.filters.equals(ALL) ? subjects : known;
		if (expected <= this.page || ImportedApi.isImported(api.client().prefix())) {
			return api.keys(this.keyPrefix, this.filters, subjects);
		}
		StreamInfo stream = api.info();
		Set<String> keys = new HashSet<>();
		boolean complete = scan(stream, api, (message, session) -> keys.add(key(message)));
		if (!complete || !api.info().getCreateTime().equals(stream.getCreateTime())) {
			throw new IOException(
					"The keys of the bucket could not be listed: %s after %d of them".formatted(
							complete ? "it was recreated"
									: "nothing came for " + this.settings.requestTimeout().toMillis() + " ms",
							keys.size()));
		}
		return new WatchApi.Keys(stream, keys, false);
	}

	/**
	 * List keys of which there is only a deletion marker. One that does not come in time
	 * is taken for a key with a value.
	 */
	Set<String> deleted(StreamInfo stream, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		Set<String> deleted = new HashSet<>();
		long last = stream.getStreamState().getLastSequence();
		scan(stream, api, (message, session) -> {
			WatchEntry entry = WatchEntry.of(key(message), message, session.delivery());
			if (entry.isDeletion() && entry.revision() <= last) {
				deleted.add(entry.key());
			}
		});
		return deleted;
	}

	private String key(Message message) {
		return message.getSubject().substring(this.keyPrefix.length());
	}

	private boolean scan(StreamInfo stream, WatchApi api, Visitor visitor)
			throws IOException, JetStreamApiException, InterruptedException {
		long last = stream.getStreamState().getLastSequence();
		WatchSession session = this.sessions.session(api, stream);
		try {
			boolean more = session.openForHeaders(this.subjects) > 0;
			long heard = System.nanoTime();
			while (more && System.nanoTime() - heard < this.settings.requestTimeout().toNanos()) {
				Message message = session.next();
				if (message != null) {
					heard = System.nanoTime();
					this.progress.touch();
					visitor.visit(message, session);
					// what is written meanwhile comes later
					more = session.delivery().pending() > 0 && session.delivery().revision() < last;
				}
			}
			return !more;
		}
		finally {
			session.abandon();
			this.abandoned.accept(session.consumer());
		}
	}

	/**
	 * Begins sessions.
	 */
	interface Sessions {

		WatchSession session(WatchApi api, StreamInfo stream) throws IOException;

	}

	/**
	 * Visits messages.
	 */
	private interface Visitor {

		void visit(Message message, WatchSession session);

	}

}
