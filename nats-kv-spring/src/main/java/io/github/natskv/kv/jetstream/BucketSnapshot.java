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

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.natskv.core.Subjects;
import io.github.natskv.jetstream.ImportedApi;
import io.github.natskv.jetstream.JetStreamLevel;
import io.github.natskv.jetstream.LostMessagesException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.nats.client.Message;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Reads the keys of a bucket as of one revision.
 * <p>
 * Up to 1,024 keys a server answers so by one request. Of more, the last message of each
 * key is read and then what was written since, until nothing is pending: what was read is
 * what the bucket had then, unless the end of a batch is still to come. A consumer of
 * last messages alone would not do, as it passes over those that are overwritten before
 * it is their turn, and says too early that nothing is pending.
 */
final class BucketSnapshot {

	private static final String TOGETHER_SINCE = "2.11.0";

	private static final int MAX_CHARACTERS = 256 * 1024;

	private static final int ATTEMPTS = 10;

	/** The number of writes allowed while keys are read, beyond as many as there are. */
	private static final int MAX_BEYOND = 100_000;

	private final BucketStream stream;

	private final BucketReads reads;

	BucketSnapshot(BucketStream stream, BucketReads reads) {
		this.stream = stream;
		this.reads = reads;
	}

	Collection<KeyValueEntry> read(Collection<String> filters) {
		Collection<KeyValueEntry> together = together(filters);
		if (together != null) {
			return together;
		}
		for (int attempt = 1;; attempt++) {
			try {
				return readOn(filters);
			}
			catch (LostMessagesException ex) {
				if (attempt == ATTEMPTS) {
					throw new TransientDataAccessResourceException(
							"Could not read bucket '%s' as of one revision in %d attempts: %s"
								.formatted(this.stream.bucket(), attempt, ex.getMessage()),
							ex);
				}
				this.stream.refreshLayout();
			}
			catch (InterruptedException ex) {
				throw interrupted(ex);
			}
		}
	}

	/**
	 * Read keys by one request.
	 * @param filters the keys, as they are on the server
	 * @return the last messages, {@code null} if that is not possible
	 */
	@Nullable Collection<KeyValueEntry> together(Collection<String> filters) {
		this.stream.api().requireConnected();
		if (!isPossible(filters)) {
			return null;
		}
		String prefix = this.stream.layout().readPrefix();
		List<String> subjects = filters.stream().map((filter) -> prefix + filter).toList();
		boolean consistent = this.stream.settings().consistentReads();
		long last = consistent ? this.stream.info().getStreamState().getLastSequence() : 0;
		long end = System.nanoTime() + this.stream.api().timeout().toNanos();
		try {
			for (int attempt = 1;; attempt++) {
				DirectBatch.Together answer = together(subjects);
				if (answer == null || (answer.upTo() < last && System.nanoTime() - end > 0)) {
					return null;
				}
				if (answer.upTo() >= last) {
					return answer.messages().stream().map(KeyValueEntry::new).toList();
				}
				Backoff.sleep(attempt);
			}
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private DirectBatch.@Nullable Together together(List<String> subjects) throws InterruptedException {
		try (DirectBatch batch = new DirectBatch(this.stream.api(), this.stream.streamName())) {
			return batch.readTogether(subjects);
		}
	}

	private boolean isPossible(Collection<String> filters) {
		return filters.size() <= DirectBatch.MAX_SUBJECTS
				&& filters.stream().mapToInt(String::length).sum() <= MAX_CHARACTERS && this.stream.layout().direct()
				&& !ImportedApi.isImported(this.stream.api().prefix())
				&& JetStreamLevel.of(this.stream.api().connection(), this.stream.api().prefix()).has(TOGETHER_SINCE);
	}

	private KeyValueTimeoutException interrupted(InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new KeyValueTimeoutException("Interrupted while reading bucket '%s'".formatted(this.stream.bucket()),
				ex);
	}

	private Collection<KeyValueEntry> readOn(Collection<String> filters)
			throws InterruptedException, LostMessagesException {
		StreamInfo before = this.stream.info();
		long last = before.getStreamState().getLastSequence();
		Map<String, KeyValueEntry> entries = new HashMap<>();
		for (String filter : filters) {
			BucketScan.last(this.stream, filter, false).forEach((entry) -> entries.put(entry.getKey(), entry));
		}
		String subject = this.stream.layout().readPrefix() + ((filters.size() == 1) ? filters.iterator().next() : ">");
		try (BucketPull pull = new BucketPull(this.stream, subject, last + 1,
				before.getConfiguration().getConsumerLimits())) {
			Reading reading = new Reading(pull, subject, filters, entries, last);
			reading.toEnd();
			for (int look = 1; look <= ATTEMPTS && forgetVanished(entries, filters, before); look++) {
				reading.toEnd();
			}
			pull.stop();
		}
		requireSame(before);
		return entries.values();
	}

	// Nothing tells a consumer of what was removed. A key that is there after all was
	// read
	// was there then; if one is not, what was written beside its deletion may be later.
	private boolean forgetVanished(Map<String, KeyValueEntry> entries, Collection<String> filters, StreamInfo before)
			throws LostMessagesException {
		if (!StreamLife.isChanged(before.getStreamState(), this.stream.info().getStreamState())) {
			return false;
		}
		String prefix = this.stream.layout().readPrefix();
		Set<String> present = new HashSet<>();
		for (String filter : filters) {
			Map<String, Long> subjects = this.stream.subjects(prefix + filter, before);
			if (subjects == null) {
				throw new LostMessagesException("the bucket was recreated, or keys vanished, while they were listed");
			}
			subjects.keySet().forEach((subject) -> present.add(subject.substring(prefix.length())));
		}
		return entries.keySet().retainAll(present);
	}

	private void requireProgress(long heard, BucketPull pull) {
		long timeout = this.stream.api().timeout().toNanos();
		if (System.nanoTime() - heard > timeout) {
			throw new KeyValueTimeoutException(
					"Could not read all of bucket '%s': nothing came for %d ms after %d messages".formatted(
							this.stream.bucket(), this.stream.api().timeout().toMillis(), pull.received()),
					null);
		}
		if (pull.received() > 2 * pull.initiallyPending() + MAX_BEYOND) {
			throw new TransientDataAccessResourceException(
					"Could not read bucket '%s' as of one revision: others write faster than it is read"
						.formatted(this.stream.bucket()));
		}
	}

	private void requireSame(StreamInfo before) throws LostMessagesException {
		String breach = StreamLife.breach(before, this.stream.info(), 0);
		if (breach != null) {
			throw new LostMessagesException(breach);
		}
		MessageInfo cleared = this.reads.lastFromLeader(BucketKeys.CLEARED);
		if (cleared != null && cleared.getSeq() > before.getStreamState().getLastSequence()) {
			throw new LostMessagesException("the bucket was cleared meanwhile");
		}
	}

	/**
	 * The progress of reading.
	 */
	private final class Reading {

		private final BucketPull pull;

		private final String subject;

		private final Collection<String> filters;

		private final Map<String, KeyValueEntry> entries;

		/** An upper bound of the revisions read already. */
		private final long target;

		private long position;

		private @Nullable BatchPosition open;

		private Reading(BucketPull pull, String subject, Collection<String> filters, Map<String, KeyValueEntry> entries,
				long position) {
			this.pull = pull;
			this.subject = subject;
			this.filters = filters;
			this.entries = entries;
			this.position = position;
			this.target = entries.values().stream().mapToLong(KeyValueEntry::getRevision).max().orElse(0);
		}

		private void toEnd() throws InterruptedException, LostMessagesException {
			long heard = System.nanoTime();
			boolean end = isOver();
			while (!end) {
				Message message = this.pull.next();
				if (message == null) {
					end = isOver();
				}
				else {
					heard = System.nanoTime();
					add(message);
					end = message.metaData().pendingCount() <= 0 && this.position >= this.target && isOver();
				}
				requireProgress(heard, this.pull);
			}
		}

		private void add(Message message) {
			KeyValueEntry entry = new KeyValueEntry(message);
			if (this.filters.stream().anyMatch((filter) -> Subjects.matches(filter, entry.getKey()))) {
				this.entries.put(entry.getKey(), entry);
			}
			this.position = entry.getRevision();
			this.open = BatchPosition.isEnd(message.getHeaders()) ? null
					: BatchPosition.of(message.getHeaders(), this.position);
		}

		// A consumer that passed over what the next batch has removed may count nothing
		// pending before it counts that batch. So the leader is asked, which has to know
		// at least what was read already, even if that was removed.
		private boolean isOver() {
			return !isStoring() && (this.position >= this.target || isKnown(this.target))
					&& BucketSnapshot.this.reads.nextRevision(this.subject, this.position + 1) == null;
		}

		// the end of a batch may be stored later, or not match
		private boolean isStoring() {
			if (this.open == null) {
				return false;
			}
			MessageInfo last = BucketSnapshot.this.reads.lastFromLeader(">");
			return last != null && this.open.equals(BatchPosition.of(last.getHeaders(), last.getSeq()))
					&& !BatchPosition.isEnd(last.getHeaders());
		}

		private boolean isKnown(long revision) {
			return BucketSnapshot.this.stream.info().getStreamState().getLastSequence() >= revision;
		}

	}

}
