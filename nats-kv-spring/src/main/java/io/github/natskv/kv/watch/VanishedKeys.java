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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.kv.jetstream.WatchEntry;
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

	/** The number of answers in a row about an earlier state than the watch has. */
	private int lower;

	/** The answer, until the watch was given what had been written by then. */
	private @Nullable StreamState glanced;

	/** The number of new keys when {@link #answer} was asked for. */
	private long newKeysThen;

	/** The revisions of new keys since. */
	private final List<Long> newSince = new ArrayList<>();

	/** The state of the stream when the keys were compared. */
	private @Nullable StreamState compared;

	/** The number of keys that came for the first time since. */
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
		this.glanced = null;
		this.lower = 0;
	}

	/** Take note of an entry before it is handled. */
	void handling(WatchEntry entry) {
		StreamState state = this.compared;
		if (state != null && entry.revision() > state.getLastSequence() && !this.position.knows(entry.key())) {
			this.newKeys++;
			if (this.answer != null || this.glanced != null) {
				this.newSince.add(entry.revision());
			}
		}
	}

	/**
	 * Glance at the stream, from time to time. Does not wait.
	 * @param idle whether there is nothing more to come at the moment
	 * @return whether keys may have vanished
	 * @throws IOException if the stream is not the one that is being watched
	 */
	boolean suspects(WatchApi api, boolean idle) throws IOException {
		CompletableFuture<StreamInfo> current = this.answer;
		if (current == null && this.glanced == null && System.nanoTime() - this.next >= 0) {
			ask(api);
		}
		else if (current != null && current.isDone()) {
			this.answer = null;
			this.next = System.nanoTime() + INTERVAL.toNanos();
			// the session notices by itself when the server is away
			this.glanced = current.isCompletedExceptionally() ? null : state(current.join());
		}
		StreamState glance = this.glanced;
		if (glance == null || !(idle || this.position.sequence() >= glance.getLastSequence())) {
			return false;
		}
		this.glanced = null;
		return suspects(glance);
	}

	private void ask(WatchApi api) throws IOException {
		this.askedAt = this.position.sequence();
		this.newKeysThen = this.newKeys;
		this.newSince.clear();
		// another watch may have asked before this one got where it is
		this.answer = this.glances.glance(this.bucket, api, (this.lower == 0) ? SHARED : Duration.ZERO);
	}

	private @Nullable StreamState state(StreamInfo stream) throws IOException {
		if (stream.hasError()) {
			return null;
		}
		if (!this.position.isInLifeOf(stream)) {
			throw new IOException("The bucket was recreated");
		}
		StreamState state = stream.getStreamState();
		if (state.getLastSequence() >= this.askedAt) {
			this.lower = 0;
			return state;
		}
		this.lower++;
		if (this.lower > MAX_LOWER) {
			throw new IOException("The bucket's last revision is %d, but %d was sent".formatted(state.getLastSequence(),
					this.askedAt));
		}
		return null;
	}

	private boolean suspects(StreamState state) {
		StreamState before = this.compared;
		if (before == null) {
			return false;
		}
		long last = state.getLastSequence();
		if (this.all) {
			long expected = before.getSubjectCount() + this.newKeysThen
					+ this.newSince.stream().filter((revision) -> revision <= last).count();
			return state.getSubjectCount() < expected;
		}
		long written = last - before.getLastSequence();
		return state.getMsgCount() < before.getMsgCount() + written;
	}

}
