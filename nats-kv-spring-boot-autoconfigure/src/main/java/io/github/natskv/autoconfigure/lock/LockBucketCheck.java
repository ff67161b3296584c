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
import io.github.natskv.autoconfigure.connection.ConnectionBeans;
import io.github.natskv.autoconfigure.connection.TrainingRun;
import io.github.natskv.core.NatsConnectionEvent;
import io.github.natskv.core.NatsEvent;
import io.github.natskv.core.connection.MockedConnection;
import io.github.natskv.health.FeatureProblem;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.BucketOptionRequiredException;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.provisioning.BucketProvisionedEvent;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationListener;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * Refuses a bucket that cannot hold locks: at the start, or where the server cannot be
 * asked then, in health once it can. One that is only bound is looked at with the first
 * lock.
 */
class LockBucketCheck implements SmartInitializingSingleton, ApplicationListener<NatsEvent>, FeatureProblem {

	private static final Log logger = LogFactory.getLog(LockBucketCheck.class);

	private final DefaultBucketLocks locks;

	private final ConnectionBeans beans;

	private volatile boolean started;

	private volatile @Nullable String problem;

	LockBucketCheck(DefaultBucketLocks locks, ConnectionBeans beans) {
		this.locks = locks;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Connection connection = this.beans.get(Connection.class);
		if (TrainingRun.isActive() || MockedConnection.is(connection) || this.beans.connection()
			.locksPolicy(this.beans.own(KeyValueConfiguration.class)) == ProvisioningPolicy.NONE) {
			return;
		}
		if (connection.getStatus() == Connection.Status.CONNECTED) {
			check();
		}
		this.started = true;
	}

	@Override
	public void onApplicationEvent(NatsEvent event) {
		if (this.started && isAboutBucket(event)) {
			try {
				check();
				this.problem = null;
			}
			catch (InvalidNatsPropertyException ex) {
				report(String.valueOf(ex.getMessage()));
			}
		}
	}

	private boolean isAboutBucket(NatsEvent event) {
		boolean here = event.getConnectionName().equals(this.beans.connection().name().label());
		return here && ((event instanceof NatsConnectionEvent change
				&& change.getKind() != NatsConnectionEvent.Kind.DISCONNECTED)
				|| (event instanceof BucketProvisionedEvent provisioned
						&& provisioned.getBucketName().equals(this.locks.bucket())));
	}

	private void check() {
		try {
			this.locks.check();
		}
		catch (BucketNotFoundException ex) {
			logger.debug("The bucket of locks has not been made yet", ex);
		}
		catch (InvalidDataAccessResourceUsageException ex) {
			throw new InvalidNatsPropertyException("nats.locks.bucket", String.valueOf(ex.getMessage()), action(ex),
					ex);
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

	private void report(String text) {
		if (!text.equals(this.problem)) {
			logger.warn(text + ". Locks are refused");
		}
		this.problem = text;
	}

	@Override
	public @Nullable String connection() {
		return this.beans.connection().name().name();
	}

	@Override
	public @Nullable String problem() {
		return this.problem;
	}

}
