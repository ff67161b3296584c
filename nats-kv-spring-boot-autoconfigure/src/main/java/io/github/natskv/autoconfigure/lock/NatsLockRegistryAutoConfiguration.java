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

import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.lock.integration.BucketLockRegistry;
import io.nats.client.Connection;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.integration.support.locks.LockRegistry;

/**
 * Auto-configuration that gives Spring Integration the locks on a bucket.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = NatsLockAutoConfiguration.class)
@ConditionalOnClass({ Connection.class, DistributedLock.class })
@ConditionalOnBean(DefaultBucketLocks.class)
public final class NatsLockRegistryAutoConfiguration {

	NatsLockRegistryAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(LockRegistry.class)
	BucketLockRegistry natsLockRegistry(DefaultBucketLocks locks) {
		return new BucketLockRegistry(locks);
	}

}
