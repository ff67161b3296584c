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

import java.time.Instant;

import io.github.natskv.kv.jetstream.WatchEntry;
import org.jspecify.annotations.Nullable;

/**
 * The revision of a key the handler was given last. There is one of each key, so that it
 * is kept small.
 *
 * @param revision the revision
 * @param created when it was stored, in nanoseconds since 1970
 * @param expires when it expires by itself
 */
record SeenRevision(long revision, long created, @Nullable Instant expires) {

	private static final long NANOS_PER_SECOND = 1_000_000_000L;

	private static final long UNKNOWN = Long.MIN_VALUE;

	static final SeenRevision BEFORE = of(0, null, null);

	static SeenRevision of(long revision, @Nullable Instant created, @Nullable Instant expires) {
		return new SeenRevision(revision, nanos(created), expires);
	}

	private static long nanos(@Nullable Instant time) {
		return (time != null) ? time.getEpochSecond() * NANOS_PER_SECOND + time.getNano() : UNKNOWN;
	}

	@Nullable Instant time() {
		return (this.created != UNKNOWN) ? Instant.ofEpochSecond(Math.floorDiv(this.created, NANOS_PER_SECOND),
				Math.floorMod(this.created, NANOS_PER_SECOND)) : null;
	}

	boolean isCreated(@Nullable Instant time) {
		return this.created == nanos(time);
	}

	boolean is(WatchEntry entry) {
		return this.revision == entry.revision() && isCreated(entry.created());
	}

	// not delivered, as opposed to delivered in another life
	boolean isAssumed() {
		return this.revision == 0 && this.created != UNKNOWN;
	}

}
