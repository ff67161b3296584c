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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.github.natskv.jetstream.LostMessagesException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.nats.client.Message;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Reads the messages of a bucket that match a filter and proves that none is missing, or
 * fails.
 * <p>
 * The stream is looked at before a consumer is created and after it was read. It was read
 * at least up to the last revision of the first look. If both looks are the same, and as
 * many messages came as the consumer said there were, then they are what the bucket
 * holds. If the stream was recreated or fell back, it is read once more. If there were
 * writes or removals, the server is asked for the names of all keys: those that vanished
 * are dropped, and those not seen, because they were overwritten just before it was their
 * turn, are read one by one. Silence alone proves nothing.
 */
final class BucketScan {

	private static final int ATTEMPTS = 10;

	private static final int MAX_BEYOND = 1000;

	private final BucketStream stream;

	private final BucketReads reads;

	private final String subject;

	/** The length of the prefix before the key in a subject. */
	private final int prefix;

	private final DeliverPolicy policy;

	private final boolean headersOnly;

	private @Nullable StreamInfo before;

	/** The revision of the last message received. */
	private long position;

	private BucketScan(BucketStream stream, String filter, DeliverPolicy policy, boolean headersOnly) {
		this.stream = stream;
		this.reads = new BucketReads(stream);
		String prefix = stream.layout().readPrefix();
		this.subject = prefix + filter;
		this.prefix = prefix.length();
		this.policy = policy;
		this.headersOnly = headersOnly;
	}

	/**
	 * Read the last message of each key, deletion markers included.
	 * @param filter the keys to read, as they are on the server
	 * @param headersOnly whether the values are not needed
	 * @return the messages, in no particular order
	 */
	static Collection<KeyValueEntry> last(BucketStream stream, String filter, boolean headersOnly) {
		return repeated(stream,
				(attempt) -> new BucketScan(stream, filter, DeliverPolicy.LastPerSubject, headersOnly).last());
	}

	/**
	 * Read all messages of a key.
	 * @return the messages in order
	 */
	static List<KeyValueEntry> all(BucketStream stream, String key) {
		return repeated(stream, (attempt) -> new BucketScan(stream, key, DeliverPolicy.All, false).all(attempt));
	}

	private static <R> R repeated(BucketStream stream, Attempt<R> attempt) {
		for (int number = 1;; number++) {
			try {
				return attempt.read(number);
			}
			catch (LostMessagesException ex) {
				if (number == ATTEMPTS) {
					throw new TransientDataAccessResourceException(
							"Could not read all of bucket '%s' in %d attempts: %s".formatted(stream.bucket(), number,
									ex.getMessage()),
							ex);
				}
				stream.refreshLayout();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new KeyValueTimeoutException("Interrupted while reading bucket '%s'".formatted(stream.bucket()),
						ex);
			}
		}
	}

	/**
	 * List the keys whose last message is a value.
	 * @param filter the keys to list, as they are on the server
	 * @return the keys as they are on the server, in no particular order
	 */
	static Set<String> keys(BucketStream stream, String filter) {
		return repeated(stream, (attempt) -> new BucketScan(stream, filter, DeliverPolicy.LastPerSubject, true).keys());
	}

	private Set<String> keys() throws InterruptedException, LostMessagesException {
		Set<String> keys = new HashSet<>();
		Set<String> deleted = new HashSet<>();
		if (!read((message) -> note(message.getSubject(), message.getHeaders(), keys, deleted))) {
			reconcile((subjects) -> retain(keys, deleted, subjects),
					(message) -> note(Objects.requireNonNull(message.getSubject()), message.getHeaders(), keys,
							deleted));
		}
		return keys;
	}

	private Set<String> retain(Set<String> keys, Set<String> deleted, Set<String> subjects) {
		Set<String> unseen = new HashSet<>();
		Set<String> vanished = new HashSet<>(keys);
		for (String subject : subjects) {
			String key = subject.substring(this.prefix);
			if (!vanished.remove(key) && !deleted.contains(key)) {
				unseen.add(subject);
			}
		}
		keys.removeAll(vanished);
		return unseen;
	}

	/**
	 * Find out which keys there are at one moment, after others have changed the bucket.
	 * @param retain drops keys that are not among the names it is given, and returns
	 * those that were not seen
	 * @param add given the message of a key that was not seen
	 */
	private void reconcile(UnaryOperator<Set<String>> retain, Consumer<MessageInfo> add) throws LostMessagesException {
		for (int look = 1; look <= ATTEMPTS; look++) {
			Set<String> unseen = retain.apply(subjects().keySet());
			if (unseen.isEmpty()) {
				return;
			}
			List<MessageInfo> found = this.reads.lastOf(unseen);
			found.forEach(add);
			requireSame(this.stream.info());
			// who removed one since the names were listed may have removed others with it
			if (found.size() >= unseen.stream().filter((subject) -> !BucketListing.hasWildcards(subject)).count()) {
				return;
			}
		}
		throw new LostMessagesException("keys vanished whenever they were listed");
	}

	// of a key that was written meanwhile, both revisions may come
	private void note(String subject, @Nullable Headers headers, Set<String> keys, Set<String> deleted) {
		String key = subject.substring(this.prefix);
		if (NatsKeyValueUtil.getOperation(headers) == KeyValueOperation.PUT) {
			keys.add(key);
			deleted.remove(key);
		}
		else {
			deleted.add(key);
			keys.remove(key);
		}
	}

	private Collection<KeyValueEntry> last() throws InterruptedException, LostMessagesException {
		Map<String, KeyValueEntry> entries = new HashMap<>();
		if (read((message) -> entries.put(message.getSubject(), new KeyValueEntry(message)))) {
			return entries.values();
		}
		reconcile((subjects) -> {
			entries.keySet().retainAll(subjects);
			Set<String> unseen = new HashSet<>(subjects);
			unseen.removeAll(entries.keySet());
			return unseen;
		}, (message) -> entries.put(Objects.requireNonNull(message.getSubject()), new KeyValueEntry(message)));
		return entries.values();
	}

	private List<KeyValueEntry> all(int attempt) throws InterruptedException, LostMessagesException {
		List<KeyValueEntry> entries = new ArrayList<>();
		if (read((message) -> entries.add(new KeyValueEntry(message)))) {
			return entries;
		}
		long kept = subjects().getOrDefault(this.subject, 0L);
		if (kept == 0) {
			return List.of();
		}
		boolean exact = kept == entries.size() && this.reads.nextRevision(this.subject, this.position + 1) == null;
		// of a key that is written to all the time this is never exact, and a server
		// under
		// load may pass over one of several revisions
		boolean sufficient = (attempt > 1 && kept <= entries.size()) || attempt == ATTEMPTS;
		if (entries.isEmpty() || (!exact && !sufficient)) {
			throw new LostMessagesException("revisions were written or removed meanwhile");
		}
		return entries.subList((int) Math.max(0, entries.size() - kept), entries.size());
	}

	/**
	 * Read at least up to the last revision the stream has now.
	 * @param visitor given each message, in order
	 * @return whether this was all the stream had, and still has
	 */
	private boolean read(Consumer<Message> visitor) throws InterruptedException, LostMessagesException {
		StreamInfo before = this.stream.info();
		this.before = before;
		long target = before.getStreamState().getLastSequence();
		try (BucketPull pull = new BucketPull(this.stream, this.subject, this.policy, this.headersOnly,
				before.getConfiguration().getConsumerLimits())) {
			long heard = System.nanoTime();
			boolean end = pull.initiallyPending() == 0 && isEnd(target);
			while (!end) {
				Message message = pull.next();
				if (message == null) {
					end = isEnd(target);
					if (!end) {
						requireSame(this.stream.info());
						requireProgress(heard, pull.received());
					}
				}
				else {
					heard = System.nanoTime();
					visitor.accept(message);
					this.position = pull.delivery().revision();
					end = isLast(pull, target);
				}
			}
			pull.stop();
			StreamInfo after = this.stream.info();
			requireSame(after);
			return pull.received() == pull.initiallyPending()
					&& !StreamLife.isChanged(before.getStreamState(), after.getStreamState())
					&& isOfLeader(before, pull);
		}
	}

	// a replica may still have what its leader has removed
	private boolean isOfLeader(StreamInfo leader, BucketPull pull) {
		long kept = (this.policy == DeliverPolicy.All) ? leader.getStreamState().getMsgCount()
				: leader.getStreamState().getSubjectCount();
		return leader.getConfiguration().getReplicas() == 1 || pull.received() == kept;
	}

	private boolean isLast(BucketPull pull, long target) {
		if (pull.delivery().pending() <= 0) {
			return isEnd(target);
		}
		// of a key that is written to all the time, its revisions are those of one moment
		// when nothing is pending
		long beyond = pull.received() - pull.initiallyPending();
		return beyond > ((this.policy == DeliverPolicy.All) ? MAX_BEYOND : 0) && this.position >= target;
	}

	private boolean isEnd(long target) {
		if (this.position >= target) {
			return true;
		}
		Long next = this.reads.nextRevision(this.subject, this.position + 1);
		return next == null || (next > target && this.policy != DeliverPolicy.All);
	}

	private void requireProgress(long heard, long received) {
		Duration timeout = this.stream.api().timeout();
		if (System.nanoTime() - heard > timeout.toNanos()) {
			throw new KeyValueTimeoutException(
					"Could not read all of bucket '%s': nothing came for %d ms after %d messages"
						.formatted(this.stream.bucket(), timeout.toMillis(), received),
					null);
		}
	}

	private void requireSame(StreamInfo after) throws LostMessagesException {
		String breach = StreamLife.breach(Objects.requireNonNull(this.before), after, this.position);
		if (breach != null) {
			throw new LostMessagesException(breach);
		}
	}

	private Map<String, Long> subjects() throws LostMessagesException {
		Map<String, Long> subjects = this.stream.subjects(this.subject, Objects.requireNonNull(this.before));
		if (subjects == null) {
			throw new LostMessagesException("the bucket was recreated, or keys vanished, while they were listed");
		}
		return subjects;
	}

	private interface Attempt<R> {

		R read(int number) throws InterruptedException, LostMessagesException;

	}

}
