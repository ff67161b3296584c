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

package io.github.natskv.listener.subject;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.ListenerInstrumentation.HandlingOutcome;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HandlingTimerTests {

	private final List<Integer> messages = new ArrayList<>();

	private final AtomicLong nanos = new AtomicLong();

	private final AtomicLong waiting = new AtomicLong();

	private final List<HandlingOutcome> outcomes = new ArrayList<>();

	private final HandlingTimer timer = new HandlingTimer(new ListenerInstrumentation.Recorder() {

		@Override
		public void handled(HandlingOutcome outcome, int messages, long nanos) {
			HandlingTimerTests.this.outcomes.add(outcome);
			HandlingTimerTests.this.messages.add(messages);
			HandlingTimerTests.this.nanos.addAndGet(nanos);
		}

	}, this.waiting::get);

	private void handle(long nanos) {
		handle(nanos, true);
	}

	private void handle(long nanos, boolean successful) {
		this.timer.begin();
		if (nanos > 0) {
			long end = System.nanoTime() + nanos;
			while (System.nanoTime() < end) {
				LockSupport.parkNanos(nanos);
			}
		}
		this.timer.end(successful);
	}

	private int total() {
		return this.messages.stream().mapToInt(Integer::intValue).sum();
	}

	@Test
	void measuresAFailedMessageApartFromThoseWaitingWithIt() {
		this.waiting.set(1);
		for (int i = 0; i < 100; i++) {
			handle(0);
		}
		long before = this.nanos.get();
		int handled = total();
		this.outcomes.clear();
		handle(0);
		long slow = Duration.ofMillis(5).toNanos();
		handle(slow, false);
		assertThat(this.outcomes).last().isEqualTo(HandlingOutcome.ERROR);
		assertThat(this.outcomes).filteredOn(HandlingOutcome.ERROR::equals).hasSize(1);
		assertThat(this.messages.get(this.messages.size() - 1)).isEqualTo(1);
		assertThat(this.nanos.get() - before).isGreaterThan(slow);
		assertThat(total()).isGreaterThan(handled + 1);
	}

	@Test
	void measuresEachMessageThatHasNoOtherBehindIt() {
		for (int i = 0; i < 100; i++) {
			handle(0);
		}
		assertThat(this.messages).hasSize(100).containsOnly(1);
	}

	@Test
	void measuresFastMessagesThatWaitTogether() {
		this.waiting.set(1);
		for (int i = 0; i < 10_000; i++) {
			handle(0);
		}
		this.waiting.set(0);
		handle(0);
		assertThat(total()).isEqualTo(10_001);
		assertThat(this.messages.size()).isLessThan(5_000);
	}

	@Test
	void measuresSlowMessagesEach() {
		this.waiting.set(1);
		for (int i = 0; i < 5; i++) {
			handle(TimeUnit.MILLISECONDS.toNanos(1));
		}
		assertThat(this.messages).hasSize(5).containsOnly(1);
		assertThat(this.nanos.get()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(5));
	}

}
