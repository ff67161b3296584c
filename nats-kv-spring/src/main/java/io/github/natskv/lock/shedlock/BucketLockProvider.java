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

package io.github.natskv.lock.shedlock;

import java.util.Optional;

import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.lock.TimedLease;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;

/**
 * Gives ShedLock the locks on a bucket. Such a lock is not renewed: it expires after
 * {@code lockAtMostFor}, also if its holder is still at work.
 * <p>
 * Times are rounded up to whole seconds, and to the {@code limit-marker-ttl} of the
 * bucket. If the server is out of reach, a lock is not given, which is thrown as
 * {@link org.springframework.dao.DataAccessException}.
 *
 * @since 0.1.0
 */
public final class BucketLockProvider implements ExtensibleLockProvider {

	private final DefaultBucketLocks locks;

	/**
	 * Create a provider. Does not talk to the server.
	 * @param locks the locks on a bucket
	 */
	public BucketLockProvider(DefaultBucketLocks locks) {
		this.locks = locks;
	}

	@Override
	public Optional<SimpleLock> lock(LockConfiguration configuration) {
		TimedLease lease = this.locks.tryAcquire(configuration.getName(), configuration.getLockAtMostFor());
		return (lease != null) ? Optional.of(new LeasedSimpleLock(lease, configuration)) : Optional.empty();
	}

}
