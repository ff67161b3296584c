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

package io.github.natskv.jetstream;

import java.time.Duration;

import io.nats.client.support.ApiConstants;

/**
 * The messages that are requested from a consumer before those that came are handled: a
 * quick handler gets more at a time. Belongs to the thread that reads them.
 */
public final class BatchWindow {

	/**
	 * Servers before 2.10 lose the message that does not fit into a batch limited by
	 * bytes (measured with 2.9.10), so there the batches are small instead.
	 */
	private static final int UNLIMITED_BATCH = 50;

	/**
	 * A handler that takes half of what was requested in this time gets more at a time.
	 */
	private static final Duration QUICK = Duration.ofMillis(100);

	private static final int MAX_GROWTH = 16;

	private final boolean limitsBytes;

	private final int smallest;

	private int bytes;

	private int size;

	private int outstanding;

	private long filled;

	/** The number of messages that came since the last request. */
	private int came;

	/**
	 * Create a window for a handler that is not known to be quick.
	 * @param messages how many messages to request
	 * @param bytes how many bytes to request at a time
	 * @param limitsBytes whether the server can limit bytes
	 */
	public BatchWindow(int messages, int bytes, boolean limitsBytes) {
		this.limitsBytes = limitsBytes;
		this.smallest = limitsBytes ? messages : Math.min(messages, UNLIMITED_BATCH);
		this.size = this.smallest;
		this.bytes = bytes;
	}

	/** Return how many messages are requested at the moment, those that came included. */
	public int size() {
		return this.size;
	}

	/** Whether nothing is requested. */
	public boolean isEmpty() {
		return this.outstanding == 0;
	}

	/** Whether so little of what is requested is to come that it is time for more. */
	public boolean isLow() {
		return this.outstanding <= this.size / 2;
	}

	/**
	 * Return how many messages to request now, which count as requested from then on.
	 * @return the number, 0 if enough are
	 */
	public int fill() {
		long now = System.nanoTime();
		boolean quick = this.limitsBytes && this.outstanding > 0 && now - this.filled < QUICK.toNanos();
		this.size = quick ? Math.min(2 * this.size, MAX_GROWTH * this.smallest) : this.smallest;
		int missing = Math.max(0, this.size - this.outstanding);
		if (missing > 0) {
			this.filled = now;
			fill(this.size);
		}
		return missing;
	}

	/** Note that so many messages are requested. */
	public void fill(int messages) {
		this.came = 0;
		this.outstanding = messages;
	}

	/** Return a request that asks for as many bytes as may come. */
	public ApiRequest limit(ApiRequest request) {
		return this.limitsBytes ? request.with(ApiConstants.MAX_BYTES, this.bytes) : request;
	}

	/** A message has come, or will not. */
	public void received() {
		this.outstanding--;
		this.came++;
	}

	/** Nothing more comes of what was requested. */
	public void clear() {
		this.outstanding = 0;
	}

	/**
	 * The next message did not fit into the bytes, of which it needs more if it was the
	 * first.
	 */
	public void full() {
		if (this.came == 0) {
			this.bytes = (int) Math.min(Integer.MAX_VALUE, 2L * this.bytes);
		}
	}

}
