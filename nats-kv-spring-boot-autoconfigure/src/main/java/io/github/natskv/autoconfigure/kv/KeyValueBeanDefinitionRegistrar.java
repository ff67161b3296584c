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

import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.binding.BucketDeclaration;
import io.github.natskv.autoconfigure.binding.ConfiguredConnection;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.autoconfigure.connection.ConnectionScopedBeans;
import io.github.natskv.autoconfigure.connection.NamedBeanDefinitions;
import io.github.natskv.autoconfigure.connection.NamedConnection;
import io.github.natskv.autoconfigure.connection.NatsEventPublisher;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.interceptor.BucketInterceptor;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.provisioning.BucketProvisioner;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.util.function.ThrowingSupplier;

/**
 * Registers the beans of the configured buckets: a {@link KeyValue} each, and a
 * {@link KeyValueBucket} for those with a value type, and what named connections need for
 * theirs, made as for the default connection. The definitions are left out of AOT
 * processing, so that buckets stay configurable when the application is run.
 */
class KeyValueBeanDefinitionRegistrar implements BeanDefinitionRegistryPostProcessor {

	private static final String BUCKET_ATTRIBUTE = KeyValueBeanDefinitionRegistrar.class.getName() + ".bucket";

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
			ConfiguredConnections connections = ConfiguredConnections.of(beanFactory);
			registerBuckets(registry, beanFactory, connections.ofDefault(),
					() -> beanFactory.getBean(KeyValueBuckets.class));
			for (NamedConnection connection : NamedConnection.all(connections)) {
				registerConnection(registry, beanFactory, connection, connections.codecs());
				registerBuckets(registry, beanFactory, connection.configured(),
						() -> connection.bean(beanFactory, KeyValueBuckets.class));
			}
		}
	}

	private void registerConnection(BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beanFactory,
			NamedConnection named, Set<String> codecs) {
		NamedBeanDefinitions definitions = new NamedBeanDefinitions(registry, beanFactory, named);
		definitions.register(BucketCodecs.class, () -> new BucketCodecs(named.configured().buckets(), codecs,
				beanFactory, beanFactory.getBean(PayloadConverter.class)));
		definitions.register(BucketProvisioner.class, () -> provisioner(beanFactory, named));
		definitions.register(KeyValueBuckets.class, ResolvableType.forClass(DefaultKeyValueBuckets.class),
				() -> NatsKeyValueAutoConfiguration.buckets(named.bean(beanFactory, Connection.class),
						named.bean(beanFactory, JetStreamOptions.class), named.bean(beanFactory, BucketCodecs.class),
						named.bean(beanFactory, BucketProvisioner.class), configurations(beanFactory, named),
						beanFactory.getBeanProvider(BucketInterceptor.class),
						beanFactory.getBean(NatsEventPublisher.class)));
	}

	private static BucketProvisioner provisioner(ConfigurableListableBeanFactory beanFactory, NamedConnection named) {
		// before anything is made
		named.bean(beanFactory, BucketCodecs.class);
		BucketProvisioner provisioner = NatsKeyValueAutoConfiguration.provisioner(
				named.bean(beanFactory, Connection.class), named.bean(beanFactory, JetStreamManagement.class),
				named.bean(beanFactory, JetStreamOptions.class),
				named.configured().definitions(configurations(beanFactory, named)),
				beanFactory.getBean(NatsEventPublisher.class), named.properties());
		provisioner.provision();
		return provisioner;
	}

	private static Map<String, KeyValueConfiguration> configurations(ConfigurableListableBeanFactory beanFactory,
			NamedConnection named) {
		return beanFactory.getBean(ConnectionScopedBeans.class).of(named.name(), KeyValueConfiguration.class);
	}

	private void registerBuckets(BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beanFactory,
			ConfiguredConnection connection, Supplier<KeyValueBuckets> buckets) {
		for (BucketDeclaration bucket : connection.buckets()) {
			bucket.checkCodec(beanFactory);
			register(registry, beanFactory, bucket, bucket.beanName(), ResolvableType.forClass(KeyValue.class),
					() -> buckets.get().keyValue(bucket.key()));
			Type valueType = bucket.settings().valueType();
			if (valueType != null) {
				register(registry, beanFactory, bucket, bucket.typedBeanName(),
						ResolvableType.forClassWithGenerics(KeyValueBucket.class, ResolvableType.forType(valueType)),
						() -> buckets.get().bucket(bucket.key(), ParameterizedTypeReference.forType(valueType)));
			}
		}
	}

	private void register(BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beanFactory,
			BucketDeclaration bucket, String beanName, ResolvableType type, ThrowingSupplier<Object> supplier) {
		if (registry.isBeanNameInUse(beanName)) {
			checkNotAnotherBuckets(registry, bucket, beanName);
			if (beanFactory.isTypeMatch(beanName, type)) {
				return;
			}
			throw beanNameTaken(beanFactory, bucket, beanName, type);
		}
		RootBeanDefinition definition = NamedBeanDefinitions.definition(type, bucket.qualifier(), supplier);
		definition.setDefaultCandidate(bucket.connection().isDefault());
		definition.setAttribute(BUCKET_ATTRIBUTE, bucket.definition().origin());
		definition.setResourceDescription("bucket '" + bucket.definition().origin() + "'");
		registry.registerBeanDefinition(beanName, definition);
	}

	private static void checkNotAnotherBuckets(BeanDefinitionRegistry registry, BucketDeclaration bucket,
			String beanName) {
		Object other = registry.containsBeanDefinition(beanName)
				? registry.getBeanDefinition(beanName).getAttribute(BUCKET_ATTRIBUTE) : null;
		if (other != null) {
			throw new InvalidNatsPropertyException(bucket.definition().origin(),
					"the bean name '%s' is that of a bean of '%s', too.".formatted(beanName, other),
					"Set 'bean-name' of one of them to another name, or rename a bucket key.");
		}
	}

	private static InvalidNatsPropertyException beanNameTaken(ConfigurableListableBeanFactory beanFactory,
			BucketDeclaration bucket, String beanName, ResolvableType type) {
		Class<?> existing = beanFactory.getType(beanName, false);
		String origin = bucket.definition().origin();
		String where = beanFactory.containsBeanDefinition(beanName) ? origin(beanFactory.getBeanDefinition(beanName))
				: "";
		boolean typed = beanName.equals(bucket.typedBeanName()) && bucket.connection().isDefault();
		return new InvalidNatsPropertyException(origin,
				"the bean name '%s' of its %s is taken by a bean of type %s%s.".formatted(beanName,
						type.toClass().getSimpleName(), (existing != null) ? existing.getName() : "unknown", where),
				typed ? "Rename that bean, or the bucket key."
						: "Set '%s.bean-name' to another name, or rename that bean.".formatted(origin));
	}

	private static String origin(BeanDefinition definition) {
		String description = definition.getResourceDescription();
		return (description != null) ? " (" + description + ")" : "";
	}

}
