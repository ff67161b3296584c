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
import io.github.natskv.autoconfigure.binding.ConfiguredConnection;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.autoconfigure.connection.ConnectionBeans;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.lock.BucketLocks;
import io.github.natskv.lock.DefaultBucketLocks;
import io.nats.client.Connection;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for locks on a bucket.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = NatsKeyValueAutoConfiguration.class)
@ConditionalOnClass(Connection.class)
@ConditionalOnProperty("nats.locks.bucket")
public final class NatsLockAutoConfiguration {

	NatsLockAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(BucketLocks.class)
	DefaultBucketLocks natsBucketLocks(ConfigurableListableBeanFactory beanFactory) {
		ConfiguredConnections connections = ConfiguredConnections.of(beanFactory);
		NatsLocksProperties properties = connections.locks();
		ConnectionBeans beans = new ConnectionBeans(beanFactory, connection(connections, properties));
		return new DefaultBucketLocks(beans.get(KeyValueBuckets.class), Objects.requireNonNull(properties.bucket()),
				properties.lease());
	}

	private static ConfiguredConnection connection(ConfiguredConnections connections, NatsLocksProperties properties) {
		return connections.all()
			.stream()
			.filter((connection) -> Objects.equals(properties.connection(), connection.name().name()))
			.findFirst()
			.orElseThrow(() -> new InvalidNatsPropertyException("nats.locks.connection",
					"is '%s', but there is no such connection.".formatted(properties.connection()),
					"Use one of %s, or declare it below 'nats.connections'.".formatted(connections.names())));
	}

}
