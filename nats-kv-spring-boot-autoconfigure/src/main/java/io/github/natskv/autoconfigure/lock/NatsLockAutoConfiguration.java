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

import java.util.Objects;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsLocksProperties;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.autoconfigure.connection.ConnectionBeans;
import io.github.natskv.autoconfigure.connection.TrainingRun;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.core.connection.MockedConnection;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.BucketOptionRequiredException;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.github.natskv.lock.BucketLocks;
import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * Auto-configuration for locks on a bucket.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = NatsKeyValueAutoConfiguration.class)
@ConditionalOnClass(Connection.class)
@ConditionalOnProperty("nats.locks.bucket")
public final class NatsLockAutoConfiguration {

	private static final Log logger = LogFactory.getLog(NatsLockAutoConfiguration.class);

	NatsLockAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(BucketLocks.class)
	DefaultBucketLocks natsBucketLocks(ConfigurableListableBeanFactory beanFactory) {
		ConfiguredConnections connections = ConfiguredConnections.of(beanFactory);
		NatsLocksProperties properties = connections.locks();
		ConnectionBeans beans = new ConnectionBeans(beanFactory, connections.ofLocks());
		DefaultBucketLocks locks = new DefaultBucketLocks(beans.get(KeyValueBuckets.class),
				Objects.requireNonNull(properties.bucket()), properties.lease());
		if (isProvisioned(beans)) {
			check(locks, properties);
		}
		return locks;
	}

	// else the first lock looks at the bucket
	private static boolean isProvisioned(ConnectionBeans beans) {
		Connection connection = beans.get(Connection.class);
		return !TrainingRun.isActive() && !MockedConnection.is(connection)
				&& connection.getStatus() == Connection.Status.CONNECTED
				&& beans.connection().locksPolicy(beans.own(KeyValueConfiguration.class)) != ProvisioningPolicy.NONE;
	}

	private static void check(DefaultBucketLocks locks, NatsLocksProperties properties) {
		try {
			locks.check();
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

}
