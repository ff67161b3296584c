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

package io.github.natskv.lock;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;

/**
 * A lock that is held for some time, and not renewed. Of those who hold a lock, only the
 * last one can extend or release it.
 *
 * @since 0.1.0
 */
public final class TimedLease implements ThreadLease {

	private static final Log logger = LogFactory.getLog(TimedLease.class);

	private final LockRecords records;

	private final String key;

	private final byte[] owner;

	private final TimedLeases held;

	private long revision;

	private long since;

	private volatile long validUntil;

	TimedLease(LockRecords records, TimedLeases held, String key, byte[] owner, LockRecord record, Duration duration) {
		this.records = records;
		this.held = held;
		this.key = key;
		this.owner = owner;
		this.revision = record.revision();
		begin(record.sent(), duration);
	}

	private void begin(long sent, Duration duration) {
		this.since = sent;
		this.validUntil = sent + LockRecords.margin(duration);
		this.held.add(this);
	}

	/**
	 * Whether the lock is still held. The time is counted on the monotonic clock, from
	 * before the request was sent, less a margin of 10 %. Does not talk to the server.
	 * @return {@code false} once it may have expired
	 */
	@Override
	public boolean isValid() {
		return this.records.now() - this.validUntil < 0;
	}

	/**
	 * Hold the lock for some time from now on.
	 * @param duration how long, rounded up to whole seconds, and to the
	 * {@code limit-marker-ttl} of the bucket
	 * @return {@code false} if it has expired or was removed
	 * @throws DataAccessException if the server is out of reach
	 */
	@Override
	public synchronized boolean renew(Duration duration) {
		long sent = this.records.now();
		long written = this.records.rewrite(this.key, this.owner, this.revision, duration);
		if (written == 0) {
			return false;
		}
		this.revision = written;
		begin(sent, duration);
		return true;
	}

	/**
	 * Give the lock up. Never removes the lock of another holder.
	 * @param atLeast how long others don't get it after it was acquired or extended
	 * @return {@code false} if it has expired or was removed
	 * @throws DataAccessException if the server is out of reach, so that it expires
	 */
	public synchronized boolean release(Duration atLeast) {
		this.held.remove(this);
		Duration remaining = atLeast.minusNanos(this.records.now() - this.since);
		if (remaining.isNegative() || remaining.isZero()) {
			return this.records.delete(this.key, this.owner, this.revision);
		}
		return this.records.rewrite(this.key, this.owner, this.revision, remaining) != 0;
	}

	@Override
	public boolean end() {
		try {
			return release(Duration.ZERO);
		}
		catch (DataAccessException ex) {
			logger.debug("A lock in bucket '%s' could not be released, so it expires".formatted(this.records.bucket()),
					ex);
			return isValid();
		}
	}

}
