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

package io.github.natskv.autoconfigure.lock;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.connection.BucketCheck;
import io.github.natskv.autoconfigure.connection.ConnectionBeans;
import io.github.natskv.autoconfigure.connection.TrainingRun;
import io.github.natskv.core.connection.MockedConnection;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.BucketOptionRequiredException;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * Refuses a bucket that cannot hold locks: at the start, or where the server cannot be
 * asked then, in health once it can. One that is only bound is looked at with the first
 * lock.
 */
class LockBucketCheck extends BucketCheck {

	private static final Log logger = LogFactory.getLog(LockBucketCheck.class);

	private final DefaultBucketLocks locks;

	private final ConnectionBeans beans;

	LockBucketCheck(DefaultBucketLocks locks, ConnectionBeans beans) {
		super(beans.connection().name().name(), locks.bucket());
		this.locks = locks;
		this.beans = beans;
	}

	@Override
	protected boolean checkAtStart() {
		Connection connection = this.beans.get(Connection.class);
		if (TrainingRun.isActive() || MockedConnection.is(connection) || this.beans.connection()
			.locksPolicy(this.beans.own(KeyValueConfiguration.class)) == ProvisioningPolicy.NONE) {
			return false;
		}
		if (connection.getStatus() == Connection.Status.CONNECTED) {
			check();
		}
		return true;
	}

	@Override
	protected String consequence() {
		return "Locks are refused.";
	}

	@Override
	protected void check() {
		try {
			this.locks.check();
		}
		catch (BucketNotFoundException ex) {
			logger.debug("The bucket of locks has not been made yet", ex);
		}
		catch (InvalidDataAccessResourceUsageException ex) {
			throw new InvalidNatsPropertyException("nats.locks.bucket", ex.getMessage() + ".", action(ex), ex);
		}
		catch (DataAccessException ex) {
			logger.debug("The bucket of locks could not be looked at", ex);
		}
	}

	private static String action(InvalidDataAccessResourceUsageException ex) {
		return (ex instanceof UnsupportedServerFeatureException unsupported
				&& !(ex instanceof BucketOptionRequiredException))
						? "Upgrade the server to %s, or remove 'nats.locks.bucket'."
							.formatted(unsupported.getRequiredVersion())
						: "Change the options of the bucket (provisioning 'update' applies them), name another one, or set 'nats.locks.lease' to at least its limit-marker-ttl.";
	}

}
