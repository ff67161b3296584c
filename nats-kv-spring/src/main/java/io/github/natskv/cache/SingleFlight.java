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

package io.github.natskv.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.github.natskv.kv.RevisionConflictException;
import io.nats.client.api.MessageInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Lets one application at a time load a value. Its tombstone is the lease, which it
 * renews while it loads; others wait until there is a value. A tombstone that nobody has
 * renewed for that long is taken over.
 */
final class SingleFlight {

	static final Duration LEASE = Duration.ofSeconds(5);

	private static final int MIN_PAUSE = 10;

	private static final int MAX_PAUSE = 200;

	private final CacheEntries entries;

	private final Duration lease;

	private final ScheduledExecutorService renewals;

	SingleFlight(CacheEntries entries, Duration lease, ScheduledExecutorService renewals) {
		this.entries = entries;
		this.lease = lease;
		this.renewals = renewals;
	}

	// waits until there is a value, or this application may load it
	Claim claim(String key, Function<@Nullable MessageInfo, Found> reader) throws InterruptedException {
		long seen = -1;
		long since = System.nanoTime();
		for (int attempt = 0;; attempt++) {
			MessageInfo last = this.entries.lastFromLeader(key);
			Found found = reader.apply(last);
			if (found.isHit()) {
				return new Claim(found);
			}
			if (found.revision() != seen) {
				seen = found.revision();
				since = System.nanoTime();
			}
			if (!CacheEntries.isLoading(last) || System.nanoTime() - since > this.lease.toNanos()) {
				try {
					return new Lease(key, this.entries.tombstone(key, found.revision(), true));
				}
				catch (RevisionConflictException ex) {
					continue;
				}
			}
			int pause = Math.min(MAX_PAUSE, MIN_PAUSE << Math.min(attempt, 5));
			Thread.sleep(ThreadLocalRandom.current().nextInt(pause / 2, pause));
		}
	}

	/** The claim of the one that loads. */
	private final class Lease extends Claim {

		private final String key;

		private final ScheduledFuture<?> renewal;

		private long revision;

		private boolean ended;

		private CompletableFuture<Long> underway = CompletableFuture.completedFuture(0L);

		Lease(String key, long revision) {
			super(Found.UNKNOWN);
			this.key = key;
			this.revision = revision;
			long pause = SingleFlight.this.lease.toMillis() / 3;
			this.renewal = SingleFlight.this.renewals.scheduleWithFixedDelay(this::renew, pause, pause,
					TimeUnit.MILLISECONDS);
		}

		@Override
		synchronized long revision() {
			return this.revision;
		}

		private synchronized void renew() {
			if (!this.ended && this.underway.isDone() && this.revision >= 0) {
				this.underway = SingleFlight.this.entries.tombstoneAsync(this.key, this.revision, true)
					.whenComplete(this::renewed);
			}
		}

		// one that failed may have been made or not: then nothing is stored
		private synchronized void renewed(@Nullable Long renewed, @Nullable Throwable failure) {
			this.revision = (renewed != null) ? renewed : -1;
		}

		@Override
		void end(boolean stored) {
			this.renewal.cancel(false);
			CompletableFuture<Long> last;
			synchronized (this) {
				this.ended = true;
				last = this.underway;
			}
			last.handle((revision, failure) -> null).join();
			long held = revision();
			if (!stored && held >= 0) {
				release(held);
			}
		}

		private void release(long held) {
			try {
				SingleFlight.this.entries.tombstone(this.key, held, false);
			}
			catch (DataAccessException ex) {
				// others take over when the lease has passed
			}
		}

	}

}
