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

package io.github.natskv.autoconfigure.openfeature;

import dev.openfeature.sdk.OpenFeatureAPI;
import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.autoconfigure.NatsProperties;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.openfeature.BucketFlagProvider;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration of an OpenFeature provider over a bucket of flags.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = NatsKeyValueAutoConfiguration.class)
@ConditionalOnClass({ Connection.class, OpenFeatureAPI.class, JsonMapper.class })
@ConditionalOnProperty("nats.openfeature.bucket")
@EnableConfigurationProperties(NatsOpenFeatureProperties.class)
public final class NatsOpenFeatureAutoConfiguration {

	NatsOpenFeatureAutoConfiguration() {
	}

	// shut down by OpenFeature where it is registered there, and only once
	@Bean(destroyMethod = "shutdown")
	@ConditionalOnMissingBean
	BucketFlagProvider natsFeatureProvider(NatsOpenFeatureProperties properties, BeanFactory beanFactory) {
		String bucket = properties.bucket();
		if (!StringUtils.hasText(bucket)) {
			throw new InvalidNatsPropertyException("nats.openfeature.bucket", "it is empty.",
					"Name a bucket of 'nats.kv.buckets', or remove it.");
		}
		return new BucketFlagProvider(buckets(properties.connection(), beanFactory).bucket(bucket, byte[].class),
				properties.timeout());
	}

	private static KeyValueBuckets buckets(@Nullable String connection, BeanFactory beanFactory) {
		if (!StringUtils.hasText(connection)) {
			return NatsConnections.ofDefault(beanFactory, KeyValueBuckets.class).getObject();
		}
		NatsConnections connections = beanFactory.getBean(NatsConnections.class);
		if (!connections.names().contains(connection)) {
			throw new InvalidNatsPropertyException("nats.openfeature.connection",
					"there is no connection '%s', but %s.".formatted(connection, connections.names()),
					"Name one of 'nats.connections', or remove it.");
		}
		return connections.get(connection, KeyValueBuckets.class);
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "nats.openfeature.register", matchIfMissing = true)
	FeatureProviderRegistration natsFeatureProviderRegistration(BucketFlagProvider provider,
			NatsOpenFeatureProperties properties, NatsProperties nats, ObjectProvider<OpenFeatureAPI> api) {
		return new FeatureProviderRegistration(api.getIfUnique(OpenFeatureAPI::getInstance), provider,
				properties.domain(), nats.startup() == NatsConnectionProperties.Startup.FAIL_FAST);
	}

}
