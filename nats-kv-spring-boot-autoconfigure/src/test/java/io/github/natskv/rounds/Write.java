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

package io.github.natskv.rounds;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * One attempt to write: what was wanted, and what is known of its outcome. Every value is
 * written by one attempt only, and names its key.
 */
final class Write {

	private static final long NEVER = Long.MAX_VALUE;

	private final String key;

	private final Kind kind;

	private final @Nullable String value;

	/** The revision it replaces, 0 for none, {@code null} for whatever there is. */
	private final @Nullable Long expected;

	private final long started = System.nanoTime();

	private final AtomicReference<Result> result = new AtomicReference<>(new Result(Outcome.UNKNOWN, 0, NEVER));

	Write(String key, Kind kind, @Nullable String value, @Nullable Long expected) {
		this.key = key;
		this.kind = kind;
		this.value = value;
		this.expected = expected;
	}

	void acknowledged(long revision) {
		this.result.set(new Result(Outcome.ACKNOWLEDGED, revision, System.nanoTime()));
	}

	void refused() {
		this.result.set(new Result(Outcome.REFUSED, 0, System.nanoTime()));
	}

	String key() {
		return this.key;
	}

	Kind kind() {
		return this.kind;
	}

	@Nullable String value() {
		return this.value;
	}

	@Nullable Long expected() {
		return this.expected;
	}

	boolean isAcknowledged() {
		return this.result.get().outcome() == Outcome.ACKNOWLEDGED;
	}

	boolean isRefused() {
		return this.result.get().outcome() == Outcome.REFUSED;
	}

	long revision() {
		return this.result.get().revision();
	}

	long started() {
		return this.started;
	}

	/** When it was certainly over; never, as long as the outcome is unknown. */
	long ended() {
		return this.result.get().ended();
	}

	/** Whether it may have had its effect after one time and before another. */
	boolean mayHappenBetween(long from, long to) {
		return !isRefused() && ended() > from && this.started < to;
	}

	@Override
	public String toString() {
		return "%s %s %s (%s %d)".formatted(this.kind, this.key, this.value, this.result.get().outcome(), revision());
	}

	enum Kind {

		PUT, DELETE, PURGE,
		/** All revisions of the key, its deletion marker included. */
		ERASE;

		boolean isRemoval() {
			return this != PUT;
		}

		boolean erasesHistory() {
			return this == PURGE || this == ERASE;
		}

	}

	private enum Outcome {

		ACKNOWLEDGED, REFUSED, UNKNOWN

	}

	private record Result(Outcome outcome, long revision, long ended) {

	}

}
