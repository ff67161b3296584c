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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Replies that fail when they have taken too long. All have one timer, as one for each
 * costs more than the reply.
 */
final class ReplyTimeouts {

	private @Nullable Awaited first;

	private boolean timing;

	private long timer;

	/**
	 * Be told when a reply, or a failure, is there: at the latest when it has taken as
	 * long as it may.
	 */
	void whenDone(CompletableFuture<Message> reply, Duration timeout, Runnable done) {
		Awaited awaited = new Awaited(reply, System.nanoTime() + timeout.toNanos(), done);
		add(awaited, timeout.toNanos());
		reply.whenComplete(awaited);
	}

	private synchronized void add(Awaited awaited, long nanos) {
		Awaited next = this.first;
		awaited.next = next;
		if (next != null) {
			next.previous = awaited;
		}
		this.first = awaited;
		if (!this.timing || awaited.deadline - this.timer < 0) {
			start(awaited.deadline, nanos);
		}
	}

	private synchronized void remove(Awaited awaited) {
		Awaited previous = awaited.previous;
		Awaited next = awaited.next;
		if (previous != null) {
			previous.next = next;
		}
		else {
			this.first = next;
		}
		if (next != null) {
			next.previous = previous;
		}
	}

	private void start(long deadline, long nanos) {
		this.timing = true;
		this.timer = deadline;
		CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, Runnable::run).execute(() -> end(deadline));
	}

	private void end(long deadline) {
		for (Awaited awaited : overdue(deadline)) {
			awaited.reply.completeExceptionally(new TimeoutException());
		}
	}

	private synchronized List<Awaited> overdue(long deadline) {
		List<Awaited> overdue = new ArrayList<>();
		// an earlier one may have been needed meanwhile
		if (this.timing && this.timer == deadline) {
			this.timing = false;
			long now = System.nanoTime();
			Awaited earliest = null;
			for (Awaited awaited = this.first; awaited != null; awaited = awaited.next) {
				if (awaited.deadline - now <= 0) {
					overdue.add(awaited);
				}
				else if (earliest == null || awaited.deadline - earliest.deadline < 0) {
					earliest = awaited;
				}
			}
			if (earliest != null) {
				start(earliest.deadline, earliest.deadline - now);
			}
		}
		return overdue;
	}

	private final class Awaited implements BiConsumer<Message, Throwable> {

		private final CompletableFuture<Message> reply;

		private final long deadline;

		private final Runnable done;

		private @Nullable Awaited previous;

		private @Nullable Awaited next;

		private Awaited(CompletableFuture<Message> reply, long deadline, Runnable done) {
			this.reply = reply;
			this.deadline = deadline;
			this.done = done;
		}

		@Override
		public void accept(Message message, Throwable failure) {
			remove(this);
			this.done.run();
		}

	}

}
