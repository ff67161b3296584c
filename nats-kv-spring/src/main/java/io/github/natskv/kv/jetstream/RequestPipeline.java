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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.github.natskv.jetstream.AsyncRequests;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one thread, of which many are underway at the same time. They are looked
 * after in their order, in which the answers come, too.
 *
 * @param <T> what a request is about
 */
final class RequestPipeline<T> {

	private final AsyncRequests requests;

	private final Duration timeout;

	private final Answered<T> answered;

	private final Deque<Underway<T>> underway = new ArrayDeque<>();

	/**
	 * Create a pipeline.
	 * @param requests bounds how many requests are underway
	 * @param timeout how long a request may take
	 * @param answered finishes what was begun
	 */
	RequestPipeline(AsyncRequests requests, Duration timeout, Answered<T> answered) {
		this.requests = requests;
		this.timeout = timeout;
		this.answered = answered;
	}

	/**
	 * Send a request as soon as there is room for it, and finish those that are answered.
	 * @param subject what it is about
	 * @param request sends it, returns {@code null} if nothing was sent
	 * @throws InterruptedException if interrupted before it was sent
	 */
	void send(T subject, Supplier<BucketStream.@Nullable Begun> request) throws InterruptedException {
		awaitRoom();
		BucketStream.Begun begun = null;
		try {
			begun = request.get();
		}
		finally {
			if (begun == null) {
				this.requests.leave();
			}
		}
		if (begun != null) {
			this.underway.add(new Underway<>(subject, begun));
		}
		while (!this.underway.isEmpty() && this.underway.getFirst().isAnswered()) {
			finish(this.underway.getFirst());
		}
	}

	private void awaitRoom() throws InterruptedException {
		while (!this.requests.tryEnter()) {
			if (this.underway.isEmpty()) {
				this.requests.enter();
				return;
			}
			finishFirst();
		}
	}

	/** Finish all that were sent. */
	void finish() throws InterruptedException {
		while (!this.underway.isEmpty()) {
			finishFirst();
		}
	}

	private void finishFirst() throws InterruptedException {
		Underway<T> first = this.underway.getFirst();
		BucketStream.Begun begun = first.begun();
		begun.reply().isDoneWithin(this.timeout.minusNanos(System.nanoTime() - begun.time()));
		finish(first);
	}

	private void finish(Underway<T> first) {
		this.underway.removeFirst();
		this.requests.leave();
		this.answered.accept(first.subject(), first.begun());
	}

	/**
	 * Wait no longer for those that were sent and not answered.
	 * @param left told of each
	 */
	void abandon(BiConsumer<T, BucketStream.Begun> left) {
		List<Underway<T>> all = new ArrayList<>(this.underway);
		this.underway.clear();
		all.forEach((request) -> this.requests.leaveWith(request.begun().reply()));
		all.forEach((request) -> left.accept(request.subject(), request.begun()));
	}

	/**
	 * Finishes what was begun.
	 *
	 * @param <T> what a request is about
	 */
	@FunctionalInterface
	interface Answered<T> {

		/**
		 * Finish a request that was answered, or was not within its time.
		 * @param subject what it is about
		 */
		void accept(T subject, BucketStream.Begun begun);

	}

	private record Underway<T>(T subject, BucketStream.Begun begun) {

		boolean isAnswered() {
			return this.begun.reply().message().isDone();
		}

	}

}
