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
import java.util.Objects;

import io.github.natskv.jetstream.LostMessagesException;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.nats.client.Message;
import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Reads the last message of each key that matches a filter, as they are asked for, and
 * proves that none is missing, or fails.
 * <p>
 * Reading goes by ascending revision: first all the stream has, then all that was written
 * meanwhile, up to a moment when nothing is left. A key that is overwritten before it is
 * its turn comes with its later revision. No key needs to be remembered for that. Where
 * the consumer or a message of it is lost, another one goes on behind the last revision.
 */
final class BucketCursor implements EntryCursor {

	private static final int ATTEMPTS = 10;

	private static final long PAUSE_MILLIS = 50;

	/**
	 * The number of times to read up to what was written meanwhile, where there is always
	 * more.
	 */
	private static final int MAX_TARGETS = 10;

	private static final long MIN_SURPLUS = 100_000;

	private static final int MAX_SURPLUS_FACTOR = 10;

	private final BucketStream stream;

	private final BucketReads reads;

	private final String subject;

	private final boolean latestOnly;

	private final boolean headersOnly;

	private @Nullable StreamInfo before;

	private volatile @Nullable BucketPull pull;

	/** The revision of the last message received. */
	private long position;

	private long received;

	private long allowed = Long.MAX_VALUE;

	/** The revision to read up to at least. */
	private long target;

	private int targets = 1;

	private int attempts;

	private long heard;

	private long opened;

	/** Whether the consumer has nothing more at the moment. */
	private boolean drained;

	private boolean ended;

	/** May be closed by a thread other than the one that reads. */
	private volatile boolean closed;

	BucketCursor(BucketStream stream, String filter) {
		BucketLayout layout = stream.layout();
		this.stream = stream;
		this.reads = new BucketReads(stream);
		this.subject = layout.readPrefix() + filter;
		this.latestOnly = layout.history() == 1;
		this.headersOnly = false;
	}

	/**
	 * Read the headers of all messages after a revision.
	 */
	BucketCursor(BucketStream stream, String filter, long after) {
		this.stream = stream;
		this.reads = new BucketReads(stream);
		this.subject = stream.layout().readPrefix() + filter;
		this.latestOnly = true;
		this.headersOnly = true;
		this.position = after;
	}

	@Override
	public @Nullable KeyValueEntry next() {
		this.heard = System.nanoTime();
		KeyValueEntry entry = null;
		try {
			while (entry == null && !this.ended) {
				requireOpen();
				entry = attempt();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new KeyValueTimeoutException("Interrupted while reading bucket '%s'".formatted(this.stream.bucket()),
					ex);
		}
		catch (DataAccessException ex) {
			requireOpen();
			throw ex;
		}
		if (this.ended) {
			release();
		}
		return entry;
	}

	private void requireOpen() {
		if (this.closed) {
			release();
			throw new IllegalStateException(
					"What reads bucket '%s' was closed meanwhile".formatted(this.stream.bucket()));
		}
	}

	private @Nullable KeyValueEntry attempt() throws InterruptedException {
		long reconnects = reconnects();
		try {
			return read();
		}
		catch (LostMessagesException ex) {
			again(ex);
		}
		catch (KeyValueTimeoutException ex) {
			if (reconnects() == reconnects) {
				throw ex;
			}
			// the answer may have been lost with its connection
			again(ex);
			this.heard = System.nanoTime();
		}
		catch (KeyValueNotConnectedException ex) {
			release();
			if (this.before == null || System.nanoTime() - this.heard > this.stream.api().timeout().toNanos()) {
				throw ex;
			}
			Thread.sleep(PAUSE_MILLIS);
		}
		return null;
	}

	private void again(Exception reason) {
		release();
		if (++this.attempts == ATTEMPTS) {
			throw new TransientDataAccessResourceException("Could not read all of bucket '%s' in %d attempts: %s"
				.formatted(this.stream.bucket(), this.attempts, reason.getMessage()), reason);
		}
	}

	private long reconnects() {
		return this.stream.api().connection().getStatistics().getReconnects();
	}

	private @Nullable KeyValueEntry read() throws InterruptedException, LostMessagesException {
		BucketPull current = this.pull;
		if (current == null) {
			current = open();
			this.drained = current.initiallyPending() == 0;
		}
		if (this.drained && isOver()) {
			this.ended = true;
			return null;
		}
		Message message = current.next();
		if (message == null) {
			this.drained = true;
			requireSame(this.stream.info());
			requireProgress();
			return null;
		}
		this.heard = System.nanoTime();
		this.attempts = 0;
		NatsJetStreamMetaData metaData = message.metaData();
		this.drained = metaData.pendingCount() <= 0;
		if (metaData.streamSequence() <= this.position) {
			return null;
		}
		this.position = metaData.streamSequence();
		requireBound();
		return new KeyValueEntry(message);
	}

	private BucketPull open() throws LostMessagesException {
		StreamInfo info = this.stream.info();
		boolean first = this.before == null;
		if (first) {
			this.before = info;
			this.target = info.getStreamState().getLastSequence();
		}
		requireSame(info);
		ConsumerLimits limits = info.getConfiguration().getConsumerLimits();
		BucketPull opened = this.headersOnly ? BucketPull.headers(this.stream, this.subject, this.position, limits)
				: BucketPull.values(this.stream, this.subject, this.latestOnly ? this.position : 0, limits);
		this.pull = opened;
		this.opened = System.nanoTime();
		requireOpen();
		if (first) {
			long pending = opened.initiallyPending();
			this.allowed = pending + Math.max(MIN_SURPLUS, MAX_SURPLUS_FACTOR * pending);
		}
		return opened;
	}

	// asked before the next message, so that the one before is not lost with the answer
	private boolean isOver() {
		if (!isEnd()) {
			return false;
		}
		requireSame(this.stream.info());
		return true;
	}

	// Where others write all the time, there is more behind each end. A key that was not
	// seen by then was overwritten before its turn each time.
	private boolean isEnd() {
		if (this.reads.nextRevision(this.subject, this.position + 1) == null) {
			return true;
		}
		if (this.position < this.target) {
			return false;
		}
		this.target = this.stream.info().getStreamState().getLastSequence();
		return ++this.targets > MAX_TARGETS;
	}

	private void requireBound() {
		if (++this.received > this.allowed) {
			throw new TransientDataAccessResourceException(
					"Could not read all of bucket '%s': others write to it faster than it is read"
						.formatted(this.stream.bucket()));
		}
	}

	// a server before 2.10 does not say that a consumer is gone
	private void requireProgress() throws LostMessagesException {
		Duration timeout = this.stream.api().timeout();
		long now = System.nanoTime();
		if (now - this.heard > timeout.toNanos()) {
			throw new KeyValueTimeoutException(
					"Could not read all of bucket '%s': nothing came for %d ms after %d messages"
						.formatted(this.stream.bucket(), timeout.toMillis(), this.received),
					null);
		}
		if (Math.min(now - this.heard, now - this.opened) > timeout.toNanos() / 2) {
			throw new LostMessagesException("nothing comes");
		}
	}

	private void requireSame(StreamInfo after) {
		String breach = StreamLife.breach(Objects.requireNonNull(this.before), after, this.position);
		if (breach != null) {
			throw new TransientDataAccessResourceException(
					"Could not read all of bucket '%s': %s".formatted(this.stream.bucket(), breach));
		}
	}

	@Override
	public void close() {
		this.closed = true;
		release();
	}

	private void release() {
		BucketPull current = this.pull;
		this.pull = null;
		if (current != null) {
			current.close();
		}
	}

}
