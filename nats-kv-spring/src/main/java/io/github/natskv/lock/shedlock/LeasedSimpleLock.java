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

import io.github.natskv.lock.TimedLease;
import net.javacrumbs.shedlock.core.AbstractSimpleLock;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;

/**
 * A lock of ShedLock that is a lease.
 */
final class LeasedSimpleLock extends AbstractSimpleLock {

	private static final Log logger = LogFactory.getLog(LeasedSimpleLock.class);

	private final TimedLease lease;

	LeasedSimpleLock(TimedLease lease, LockConfiguration configuration) {
		super(configuration);
		this.lease = lease;
	}

	@Override
	protected void doUnlock() {
		try {
			if (!this.lease.release(this.lockConfiguration.getLockAtLeastFor())) {
				logger.warn(
						"A lock of ShedLock was held for longer than its 'lockAtMostFor' of %s, or was removed: others may have held it meanwhile"
							.formatted(this.lockConfiguration.getLockAtMostFor()));
			}
		}
		catch (DataAccessException ex) {
			logger.warn("A lock of ShedLock could not be released, so it expires %s after it was acquired or extended"
				.formatted(this.lockConfiguration.getLockAtMostFor()), ex);
		}
	}

	@Override
	protected Optional<SimpleLock> doExtend(LockConfiguration configuration) {
		return this.lease.renew(configuration.getLockAtMostFor())
				? Optional.of(new LeasedSimpleLock(this.lease, configuration)) : Optional.empty();
	}

}
