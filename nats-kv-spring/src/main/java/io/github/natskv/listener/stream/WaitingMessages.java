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

package io.github.natskv.listener.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natskv.listener.invocation.SubjectPattern;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a listener that were received and are not begun, and whose turn it is.
 */
final class WaitingMessages {

	private final @Nullable OrderingText order;

	private final PullWindow window;

	private final Lanes lanes = new Lanes();

	/** Received, and not looked at; belongs to the reader. */
	private final Deque<HeldMessage> received = new ArrayDeque<>();

	/** Those whose turn it is now, of messages in order, or that are left of a batch. */
	private final Queue<HeldMessage> ready = new ConcurrentLinkedQueue<>();

	WaitingMessages(@Nullable OrderingText order, PullWindow window) {
		this.order = order;
		this.window = window;
	}

	void addReceived(HeldMessage message) {
		message.waited();
		this.received.add(message);
	}

	@Nullable HeldMessage pollReceived() {
		return this.received.poll();
	}

	void addReady(HeldMessage message) {
		this.ready.add(message);
	}

	@Nullable HeldMessage pollReady() {
		return this.ready.poll();
	}

	// have messages of a batch that were not tried in the next one
	void takeAgain(List<HeldMessage> messages) {
		messages.forEach(HeldMessage::waited);
		this.ready.addAll(messages);
	}

	// have a message wait where it is not its turn
	boolean isItsTurn(HeldMessage message) {
		SubjectPattern pattern = message.pattern();
		if (this.order == null || pattern == null) {
			return true;
		}
		String text = message.order();
		if (text == null) {
			text = this.order.of(pattern, message.message().getSubject());
			message.order(text);
		}
		boolean turn = this.lanes.enter(text, message);
		if (!turn) {
			// it does not keep others from coming
			this.window.released();
		}
		return turn;
	}

	// give the turn to the next message after one that was begun
	void settled(HeldMessage message, @Nullable Duration delay) {
		String text = message.order();
		HeldMessage next = (text != null) ? this.lanes.leave(text, message, delay) : null;
		if (next != null) {
			beReady(next);
		}
	}

	void goOnWithoutTheFailed(long since) {
		if (this.order != null) {
			this.lanes.overdue(since).forEach(this::beReady);
		}
	}

	private void beReady(HeldMessage message) {
		message.waitingInOrder(false);
		message.waited();
		this.window.heldAgain();
		this.ready.add(message);
	}

	// how many more may come
	int room() {
		if (this.order == null || !this.lanes.isFull()) {
			return Integer.MAX_VALUE;
		}
		// those that failed have to come back
		return this.lanes.hasFailed() ? 1 : 0;
	}

	// take out all, in the order of the stream
	List<HeldMessage> clear() {
		List<HeldMessage> all = new ArrayList<>(this.received);
		this.received.clear();
		all.addAll(this.lanes.clear());
		for (HeldMessage message = this.ready.poll(); message != null; message = this.ready.poll()) {
			all.add(message);
		}
		all.sort(Comparator.comparingLong(HeldMessage::sequence));
		return all;
	}

}
