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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.autoconfigure.connection.ConnectionScopedBeans;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.connection.NatsEventPublisher;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.interceptor.BucketInterceptor;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.kv.support.KeyValueBucketsFactory;
import io.github.natskv.observation.BucketObservations;
import io.github.natskv.observation.NatsBucketObservationConvention;
import io.github.natskv.observation.NatsWatchObservationConvention;
import io.github.natskv.provisioning.BucketDefinition;
import io.github.natskv.provisioning.BucketProvisioner;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.KeyValueConfiguration;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.DependsOn;

/**
 * Auto-configuration of Key-Value buckets.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = NatsAutoConfiguration.class)
@ConditionalOnClass(Connection.class)
public final class NatsKeyValueAutoConfiguration {

	NatsKeyValueAutoConfiguration() {
	}

	@Bean
	static KeyValueBeanDefinitionRegistrar natsKeyValueBeanDefinitionRegistrar() {
		return new KeyValueBeanDefinitionRegistrar();
	}

	@Bean
	static BucketLazyInitializationExcludeFilter natsBucketLazyInitializationExcludeFilter(
			ConfigurableListableBeanFactory beanFactory) {
		return new BucketLazyInitializationExcludeFilter(beanFactory);
	}

	@Bean
	BucketCodecs natsBucketCodecs(ConfiguredConnections connections, ListableBeanFactory beanFactory,
			PayloadConverter payloadConverter) {
		return new BucketCodecs(connections.ofDefault().buckets(), connections.codecs(), beanFactory, payloadConverter);
	}

	// after the codecs, so that nothing is made where a value type cannot be read
	@Bean(initMethod = "provision")
	@DependsOn("natsBucketCodecs")
	@ConditionalOnMissingBean(KeyValueBucketsFactory.class)
	BucketProvisioner natsBucketProvisioner(Connection connection, JetStreamManagement management,
			ConfiguredConnections connections, Map<String, KeyValueConfiguration> configurations,
			ConnectionScopedBeans scopedBeans, NatsEventPublisher events, NatsConnectionProperties properties,
			JetStreamOptions options) {
		return provisioner(connection, management, options,
				connections.ofDefault().definitions(scopedBeans.ofDefault(configurations, KeyValueConfiguration.class)),
				events, properties);
	}

	static BucketProvisioner provisioner(Connection connection, JetStreamManagement management,
			JetStreamOptions options, List<BucketDefinition> definitions, NatsEventPublisher events,
			NatsConnectionProperties properties) {
		return new BucketProvisioner(connection, management, definitions, events::publish,
				properties.getStartup() == NatsConnectionProperties.Startup.RETRY, options);
	}

	@Bean
	@ConditionalOnBean(KeyValueBucketsFactory.class)
	@ConditionalOnMissingBean(KeyValueBuckets.class)
	KeyValueBuckets natsServerlessKeyValueBuckets(KeyValueBucketsFactory factory, BucketCodecs codecs,
			ConfiguredConnections connections, Map<String, KeyValueConfiguration> configurations,
			ConnectionScopedBeans scopedBeans, ObjectProvider<BucketInterceptor> interceptors) {
		Map<String, KeyValueConfiguration> own = scopedBeans.ofDefault(configurations, KeyValueConfiguration.class);
		return factory.create(settings(codecs, own),
				connections.ofDefault().definitions(own).stream().map(BucketDefinition::configuration).toList(),
				codecs.defaultCodec(), interceptors.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean(KeyValueBuckets.class)
	DefaultKeyValueBuckets natsKeyValueBuckets(Connection connection, JetStreamOptions options, BucketCodecs codecs,
			BucketProvisioner provisioner, Map<String, KeyValueConfiguration> configurations,
			ConnectionScopedBeans scopedBeans, ObjectProvider<BucketInterceptor> interceptors,
			NatsEventPublisher events) {
		return buckets(connection, options, codecs, provisioner,
				scopedBeans.ofDefault(configurations, KeyValueConfiguration.class), interceptors, events);
	}

	static DefaultKeyValueBuckets buckets(Connection connection, JetStreamOptions options, BucketCodecs codecs,
			BucketProvisioner provisioner, Map<String, KeyValueConfiguration> configurations,
			ObjectProvider<BucketInterceptor> interceptors, NatsEventPublisher events) {
		return new DefaultKeyValueBuckets(connection, options, settings(codecs, configurations), codecs.defaultCodec(),
				provisioner::restore, interceptors.orderedStream().toList(), events::publish);
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

	private static List<BucketSettings> settings(BucketCodecs codecs,
			Map<String, KeyValueConfiguration> configurations) {
		List<BucketSettings> settings = new ArrayList<>(codecs.settings());
		configurations.values()
			.forEach((configuration) -> settings.add(BucketSettings.of(configuration.getBucketName())));
		return settings;
	}

}
