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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.natskv.autoconfigure.NatsCacheProperties;
import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.autoconfigure.NatsProperties;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.autoconfigure.connection.ConnectionBeanRegistrar;
import io.github.natskv.autoconfigure.connection.ConnectionBeans;
import io.github.natskv.autoconfigure.connection.NatsEventPublisher;
import io.github.natskv.autoconfigure.connection.TrainingRun;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.health.StreamMonitor;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.LocalCopySettings;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.kv.support.KeyValueBucketsFactory;
import io.github.natskv.kv.support.KeyValueInterceptors;
import io.github.natskv.provisioning.BucketDefinition;
import io.github.natskv.provisioning.DeclaredStreams;
import io.github.natskv.provisioning.Definition;
import io.github.natskv.provisioning.Provisioner;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.KeyValueConfiguration;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;

/**
 * Registers what provisions the buckets and streams of each connection, and gives access
 * to its buckets.
 */
class KeyValueBucketsRegistrar extends ConnectionBeanRegistrar {

	@Override
	protected void register(BeanDefinitionRegistry registry, ConnectionBeans beans) {
		beans.register(registry, BucketCodecs.class, () -> codecs(beans));
		// what is to fail the start would fail whoever asks for a bucket first
		beans.register(registry, Provisioner.class, () -> provisioner(beans))
			.ifPresent((definition) -> definition.setLazyInit(!beans.declares()));
		if (isInMemory(beans)) {
			beans.register(registry, KeyValueBuckets.class, () -> madeBuckets(beans));
			return;
		}
		beans
			.register(registry, StreamMonitor.class,
					() -> new StreamMonitor(beans.get(Connection.class), beans.get(JetStreamOptions.class),
							beans.get(DeclaredStreams.class)))
			.ifPresent((definition) -> definition.setLazyInit(true));
		beans
			.register(registry, KeyValueBuckets.class, KeyValueBuckets.class, DefaultKeyValueBuckets.class,
					() -> buckets(beans))
			.ifPresent((definition) -> definition.setLazyInit(!beans.declares()));
	}

	private static boolean isInMemory(ConnectionBeans beans) {
		return beans.connection().name().isDefault()
				&& BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans.beanFactory(),
						KeyValueBucketsFactory.class, true, false).length > 0;
	}

	private static BucketCodecs codecs(ConnectionBeans beans) {
		return new BucketCodecs(beans.connection().buckets(), ConfiguredConnections.of(beans.beanFactory()).codecs(),
				beans.beanFactory(), beans.beanFactory().getBean(PayloadConverter.class));
	}

	private static Provisioner provisioner(ConnectionBeans beans) {
		// first, so that nothing is made where a value type cannot be read
		beans.get(BucketCodecs.class);
		NatsEventPublisher events = beans.beanFactory().getBean(NatsEventPublisher.class);
		List<Definition> definitions = new ArrayList<>();
		if (!isInMemory(beans)) {
			definitions.addAll(beans.connection().streams().all());
			definitions.addAll(beans.connection().definitions(beans.own(KeyValueConfiguration.class)));
		}
		Provisioner provisioner = new Provisioner(beans.get(Connection.class), beans.get(JetStreamManagement.class),
				definitions, events::publish, beans.properties().startup() == NatsConnectionProperties.Startup.RETRY,
				beans.get(JetStreamOptions.class));
		if (!TrainingRun.isActive()) {
			provisioner.provision();
		}
		return provisioner;
	}

	private static KeyValueBuckets buckets(ConnectionBeans beans) {
		Provisioner provisioner = beans.get(Provisioner.class);
		BucketCodecs codecs = beans.get(BucketCodecs.class);
		NatsEventPublisher events = beans.beanFactory().getBean(NatsEventPublisher.class);
		return new DefaultKeyValueBuckets(beans.get(Connection.class), beans.get(JetStreamOptions.class),
				beans.connection().maxInFlight(), settings(beans, codecs), codecs.defaultCodec(),
				provisioner::restoreBucket, interceptors(beans), events::publish);
	}

	private static KeyValueBuckets madeBuckets(ConnectionBeans beans) {
		BucketCodecs codecs = beans.get(BucketCodecs.class);
		Map<String, KeyValueConfiguration> configurations = beans.own(KeyValueConfiguration.class);
		return beans.beanFactory()
			.getBean(KeyValueBucketsFactory.class)
			.create(settings(beans, codecs),
					beans.connection()
						.definitions(configurations)
						.stream()
						.map(BucketDefinition::configuration)
						.toList(),
					codecs.defaultCodec(), interceptors(beans));
	}

	// the bucket of caches that are read from memory, if it is one of the connection
	private static String localCaches(ConnectionBeans beans) {
		NatsCacheProperties cache = ConfiguredConnections.of(beans.beanFactory()).cache();
		boolean local = cache.enabled() && (cache.local()
				|| cache.caches().values().stream().anyMatch((own) -> Boolean.TRUE.equals(own.local())));
		boolean here = Objects.equals(beans.connection().name().name(), cache.connection());
		return (local && here && cache.bucket() != null) ? cache.bucket() : "";
	}

	private static Duration snapshotTimeout(ConnectionBeans beans) {
		return beans.beanFactory().getBean(NatsProperties.class).listener().snapshotTimeout();
	}

	private static KeyValueInterceptors interceptors(ConnectionBeans beans) {
		return KeyValueInterceptors.of(beans.connection().name().label(), beans.beanFactory());
	}

	private static List<BucketSettings> settings(ConnectionBeans beans, BucketCodecs codecs) {
		List<BucketSettings> settings = new ArrayList<>();
		String localCaches = localCaches(beans);
		Duration snapshotTimeout = snapshotTimeout(beans);
		codecs.settings().forEach((bucket) -> {
			LocalCopySettings copy = bucket.localCopy();
			if (copy == null && localCaches.equals(bucket.key())) {
				copy = LocalCopySettings.ofAll();
			}
			settings.add((copy != null) ? bucket.withLocalCopy(copy.withSnapshotTimeout(snapshotTimeout)) : bucket);
		});
		beans.own(KeyValueConfiguration.class)
			.values()
			.forEach((configuration) -> settings.add(BucketSettings.of(configuration.getBucketName())));
		String locks = beans.connection().locks();
		if (locks != null
				&& settings.stream().noneMatch((bucket) -> bucket.key().equals(locks) || bucket.name().equals(locks))) {
			settings.add(BucketSettings.of(locks));
		}
		return settings;
	}

}
