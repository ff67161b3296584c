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

package io.github.natskv.autoconfigure.kv;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.observation.BucketObservations;
import io.github.natskv.observation.NatsBucketObservationConvention;
import io.github.natskv.observation.NatsWatchObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Connection;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of Key-Value buckets.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = NatsAutoConfiguration.class)
@ConditionalOnClass(Connection.class)
@Import({ KeyValueBucketsRegistrar.class, KeyValueBeanDefinitionRegistrar.class })
public final class NatsKeyValueAutoConfiguration {

	NatsKeyValueAutoConfiguration() {
	}

	@Bean
	static KeyValueBucketsRegistrar natsKeyValueBucketsRegistrar() {
		return new KeyValueBucketsRegistrar();
	}

	@Bean
	static KeyValueBeanDefinitionRegistrar natsKeyValueBeanDefinitionRegistrar() {
		return new KeyValueBeanDefinitionRegistrar();
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty("nats.kv.observation-enabled")
	BucketObservations natsBucketObservations(ObjectProvider<ObservationRegistry> registry,
			ObjectProvider<NatsBucketObservationConvention> convention,
			ObjectProvider<NatsWatchObservationConvention> watchConvention) {
		return new BucketObservations(registry.getIfAvailable(() -> ObservationRegistry.NOOP), convention.getIfUnique(),
				watchConvention.getIfUnique());
	}

}
