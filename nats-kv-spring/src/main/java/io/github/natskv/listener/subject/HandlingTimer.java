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

import java.util.function.LongSupplier;

import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.ListenerInstrumentation.HandlingOutcome;

/**
 * Measures how long messages take that are handled one after the other. Reading the clock
 * costs about as much as a tenth of what the fastest handlers cost altogether, so while
 * these have messages waiting, some are measured together.
 */
final class HandlingTimer {

	private static final int TOGETHER = 16;

	/** A message that takes less is a fast one. */
	private static final long FAST_NANOS = 5_000;

	private final ListenerInstrumentation.Recorder recorder;

	private final LongSupplier waiting;

	private int together = 1;

	private int messages;

	private long start;

	HandlingTimer(ListenerInstrumentation.Recorder recorder, LongSupplier waiting) {
		this.recorder = recorder;
		this.waiting = waiting;
	}

	void begin() {
		if (this.messages == 0) {
			this.start = System.nanoTime();
		}
	}

	void end(boolean successful) {
		if (!successful) {
			endFailed();
			return;
		}
		this.messages++;
		if (this.messages < this.together && this.waiting.getAsLong() > 0) {
			return;
		}
		long nanos = System.nanoTime() - this.start;
		this.recorder.handled(HandlingOutcome.OK, this.messages, nanos);
		this.together = (nanos < FAST_NANOS * this.messages) ? TOGETHER : 1;
		this.messages = 0;
	}

	// those before it were fast, like those measured with the time before
	private void endFailed() {
		long nanos = System.nanoTime() - this.start;
		long before = Math.min(nanos, FAST_NANOS * this.messages);
		if (this.messages > 0) {
			this.recorder.handled(HandlingOutcome.OK, this.messages, before);
		}
		this.recorder.handled(HandlingOutcome.ERROR, 1, nanos - before);
		this.together = 1;
		this.messages = 0;
	}

}
