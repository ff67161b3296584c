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

package io.github.natskv.kv.local;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.github.natskv.kv.jetstream.BatchPosition;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The revision a copy has come to, and whether it has what the bucket had at that
 * revision. A bucket may have lost a revision before it was delivered, as a later one of
 * its key replaced it. From then on the copy has an older one of that key, until all that
 * the bucket had when that was noticed is delivered.
 */
final class CopyPosition {

	/** Said of a copy that has something else than the bucket had at one revision. */
	static final long NONE = -1;

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

	/** Odd while a change is made. */
	private final AtomicLong changes = new AtomicLong();

	private volatile long revision;

	private volatile boolean exact;

	/** Whether more of what was written with the last revision may come. */
	private volatile boolean divided;

	/** The revision from which on it is exact, if nothing is missing up to it. */
	private long exactFrom = Long.MAX_VALUE;

	private long gaps;

	private long asked = System.nanoTime() - PAUSE;

	synchronized void change(Runnable change) {
		this.changes.incrementAndGet();
		try {
			change.run();
		}
		finally {
			this.changes.incrementAndGet();
		}
	}

	/** A change brought the copy to a revision. */
	synchronized void reached(long revision, @Nullable Headers headers) {
		BatchPosition batch = BatchPosition.of(headers, revision);
		this.divided = batch != null && !BatchPosition.isEnd(headers);
		reached(revision, this.revision == revision - 1);
	}

	/**
	 * The copy has come to a guard. Each replaces those before it, which come first in
	 * what is written together.
	 */
	synchronized void guarded(long revision, @Nullable Headers headers) {
		BatchPosition batch = BatchPosition.of(headers, revision);
		this.divided = batch != null && !BatchPosition.isEnd(headers);
		reached(revision,
				this.revision == ((batch != null) ? batch.before() : revision - 1) || this.revision == revision - 1);
	}

	private void reached(long revision, boolean next) {
		this.revision = Math.max(this.revision, revision);
		if (!next) {
			gap();
		}
		else if (this.revision >= this.exactFrom) {
			this.exact = true;
		}
	}

	private void gap() {
		this.exact = false;
		this.exactFrom = Long.MAX_VALUE;
		this.gaps++;
	}

	/** Revisions begin anew, or what is held is not known to be what the bucket had. */
	synchronized void reset() {
		this.revision = 0;
		gap();
	}

	/** All that was there before a revision is gone. */
	synchronized void cleared(long revision) {
		this.revision = Math.max(this.revision, revision);
		this.divided = false;
		this.exact = true;
	}

	/** Something was taken away before that was delivered. */
	synchronized void ahead() {
		gap();
	}

	/**
	 * Whether to ask for the last revision of the bucket.
	 * @return what to answer with, {@link #NONE} not to ask
	 */
	synchronized long question() {
		if (this.exact || System.nanoTime() - this.asked < PAUSE) {
			return NONE;
		}
		this.asked = System.nanoTime();
		return this.gaps;
	}

	synchronized long gaps() {
		return this.gaps;
	}

	synchronized void answer(long question, long last) {
		if (question == this.gaps && !this.exact) {
			this.exactFrom = last;
			this.exact = this.revision >= last;
		}
	}

	/**
	 * Return a number that stays the same as long as the copy does.
	 * @return the number, {@link #NONE} if the copy is not known to be exact
	 */
	long state() {
		long state = this.changes.get();
		return (state % 2 == 0 && this.exact && !this.divided) ? state : NONE;
	}

	long revision() {
		return this.revision;
	}

}
