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
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.github.natskv.kv.jetstream.WatchPosition;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamState;
import org.jspecify.annotations.Nullable;

/**
 * Notices, while a watch is in touch, that the bucket may have lost keys without a trace:
 * glances at the numbers of its stream every few seconds, and compares them with what the
 * watch was given since it last listed the keys.
 */
final class VanishedKeys {

	private static final Duration INTERVAL = Duration.ofSeconds(2);

	private static final Duration SHARED = Duration.ofSeconds(1);

	/** Leaders may apply for a moment later than others what was written. */
	private static final int MAX_LOWER = 2;

	private final String bucket;

	private final BucketGlances glances;

	private final WatchPosition position;

	/** Whether the watch is given the changes of all keys. */
	private final boolean all;

	private @Nullable CompletableFuture<StreamInfo> answer;

	private long next = System.nanoTime() + INTERVAL.toNanos();

	/** The position when {@link #answer} was asked for. */
	private long askedAt;

	/** How many answers in a row were about an earlier state than the watch has. */
	private int lower;

	/** The number of new keys when {@link #answer} was asked for. */
	private long newKeysThen;

	/** What the stream was like when the keys were compared. */
	private @Nullable StreamState compared;

	/** How many keys came for the first time since. */
	private long newKeys;

	VanishedKeys(String bucket, BucketGlances glances, WatchPosition position, boolean all) {
		this.bucket = bucket;
		this.glances = glances;
		this.position = position;
		this.all = all;
	}

	/**
	 * Start with a bucket that is, or will be, known to this watch as it is.
	 * @param state the bucket's stream
	 */
	void compared(StreamState state) {
		this.compared = state;
		this.newKeys = 0;
		this.answer = null;
		this.lower = 0;
	}

	/**
	 * Take note of an entry before it is handled.
	 * @param entry the entry
	 */
	void handling(WatchEntry entry) {
		StreamState state = this.compared;
		if (state != null && entry.revision() > state.getLastSequence() && !this.position.knows(entry.key())) {
			this.newKeys++;
		}
	}

	/**
	 * Glance at the stream, from time to time. Does not wait.
	 * @param api the server
	 * @return whether keys may have vanished
	 * @throws IOException if the stream is not the one that is being watched
	 */
	boolean suspects(WatchApi api) throws IOException {
		CompletableFuture<StreamInfo> current = this.answer;
		if (current == null) {
			if (System.nanoTime() - this.next >= 0) {
				ask(api);
			}
			return false;
		}
		if (!current.isDone()) {
			return false;
		}
		this.answer = null;
		this.next = System.nanoTime() + INTERVAL.toNanos();
		if (current.isCompletedExceptionally()) {
			// the session notices by itself when the server is away
			return false;
		}
		return suspects(current.join());
	}

	private void ask(WatchApi api) throws IOException {
		this.askedAt = this.position.sequence();
		this.newKeysThen = this.newKeys;
		// another watch may have asked before this one got where it is
		this.answer = this.glances.glance(this.bucket, api, (this.lower == 0) ? SHARED : Duration.ZERO);
	}

	private boolean suspects(StreamInfo stream) throws IOException {
		StreamState before = this.compared;
		if (stream.hasError() || before == null) {
			return false;
		}
		if (!this.position.isInLifeOf(stream)) {
			throw new IOException("The bucket was made again");
		}
		StreamState state = stream.getStreamState();
		if (state.getLastSequence() < this.askedAt) {
			this.lower++;
			if (this.lower > MAX_LOWER) {
				throw new IOException("The bucket's last revision is %d, but %d was sent"
					.formatted(state.getLastSequence(), this.askedAt));
			}
			return false;
		}
		this.lower = 0;
		if (this.all) {
			return state.getSubjectCount() < before.getSubjectCount() + this.newKeysThen;
		}
		long written = state.getLastSequence() - before.getLastSequence();
		return state.getMsgCount() < before.getMsgCount() + written;
	}

}
