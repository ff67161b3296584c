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
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;

import org.jspecify.annotations.Nullable;

/**
 * Messages in order: of those with the same text, one at a time. One that failed holds up
 * the others until it is delivered again. Another instance of the application may get it;
 * then the others go on after a while.
 */
final class Lanes {

	/** The time to wait for a message after it was due. */
	private static final Duration GRACE = Duration.ofSeconds(2);

	private static final int MAX_WAITING = 1000;

	private static final long MAX_BYTES = 64L << 20;

	private static final Comparator<HeldMessage> IN_STREAM = Comparator.comparing(HeldMessage::sequence);

	private final Map<String, Lane> lanes = new HashMap<>();

	private int waiting;

	private long bytes;

	private int failed;

	// take the turn of a message
	synchronized boolean enter(String order, HeldMessage message) {
		Lane lane = this.lanes.get(order);
		if (lane == null) {
			this.lanes.put(order, new Lane());
			return true;
		}
		if (lane.failed == message.sequence()) {
			lane.failed = 0;
			this.failed--;
			return true;
		}
		// before another thread gives it the turn
		message.waitingInOrder(true);
		lane.waiting.add(message);
		this.waiting++;
		this.bytes += size(message);
		return false;
	}

	// note that a message is settled
	synchronized @Nullable HeldMessage leave(String order, HeldMessage message, @Nullable Duration delay) {
		Lane lane = this.lanes.get(order);
		if (lane == null) {
			return null;
		}
		if (delay != null) {
			lane.failed = message.sequence();
			lane.until = System.nanoTime() + delay.plus(GRACE).toNanos();
			this.failed++;
			return null;
		}
		return next(order, lane);
	}

	private @Nullable HeldMessage next(String order, Lane lane) {
		HeldMessage next = lane.waiting.poll();
		if (next == null) {
			this.lanes.remove(order);
			return null;
		}
		this.waiting--;
		this.bytes -= size(next);
		return next;
	}

	private static long size(HeldMessage message) {
		return message.message().getData().length;
	}

	// return those whose turn it is as the ones that failed have not come back in time
	synchronized List<HeldMessage> overdue(long since) {
		if (this.failed == 0) {
			return List.of();
		}
		List<HeldMessage> overdue = new ArrayList<>();
		long now = System.nanoTime();
		Iterator<Map.Entry<String, Lane>> entries = this.lanes.entrySet().iterator();
		while (entries.hasNext()) {
			Lane lane = entries.next().getValue();
			if (lane.failed != 0 && now - lane.until > 0 && now - since > GRACE.toNanos()) {
				lane.failed = 0;
				this.failed--;
				HeldMessage next = lane.waiting.poll();
				if (next == null) {
					entries.remove();
				}
				else {
					this.waiting--;
					this.bytes -= size(next);
					overdue.add(next);
				}
			}
		}
		return overdue;
	}

	synchronized boolean isFull() {
		return this.waiting >= MAX_WAITING || this.bytes >= MAX_BYTES;
	}

	synchronized boolean hasFailed() {
		return this.failed > 0;
	}

	// take out all that wait
	synchronized Collection<HeldMessage> clear() {
		List<HeldMessage> all = new ArrayList<>();
		this.lanes.values().forEach((lane) -> all.addAll(lane.waiting));
		this.lanes.clear();
		this.waiting = 0;
		this.bytes = 0;
		this.failed = 0;
		return all;
	}

	private static final class Lane {

		private final Queue<HeldMessage> waiting = new PriorityQueue<>(IN_STREAM);

		// the sequence of the message that is to come back, 0 for none
		private long failed;

		private long until;

	}

}
