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
import java.util.List;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.binding.BucketDeclaration;
import io.github.natskv.autoconfigure.binding.ConfiguredConnection;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.autoconfigure.connection.ConnectionBeans;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.reactive.ReactiveKeyValueBucket;
import io.nats.client.KeyValue;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.ThrowingSupplier;

/**
 * Registers the beans of the configured buckets: a {@link KeyValue} and a
 * {@link KeyValueBucket} each, and a {@link ReactiveKeyValueBucket} where Reactor is on
 * the class path. Where a bucket has no value type, that of the injection point counts.
 * <p>
 * It is imported, so that the beans are there when later auto-configurations evaluate
 * their conditions. It is a post-processor as well, which is what runs after AOT
 * processing: the definitions are left out of that, so that buckets stay configurable
 * when the application is run. The second run finds what the first has registered.
 */
class KeyValueBeanDefinitionRegistrar implements ImportBeanDefinitionRegistrar, BeanDefinitionRegistryPostProcessor {

	private static final String BUCKET_ATTRIBUTE = KeyValueBeanDefinitionRegistrar.class.getName() + ".bucket";

	// The bucket a bean is of, null for other beans.
	static @Nullable BucketDeclaration bucketOf(BeanDefinition definition) {
		return (BucketDeclaration) definition.getAttribute(BUCKET_ATTRIBUTE);
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
			registerAll(registry, beanFactory);
		}
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
			// once all beans are known
			ConfiguredConnections.of(beanFactory).buckets().forEach((bucket) -> bucket.checkCodec(beanFactory));
			registerAll(registry, beanFactory);
			BucketCandidateResolver.install(beanFactory);
		}
	}

	private void registerAll(BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beanFactory) {
		List<ConfiguredConnection> connections = ConfiguredConnections.of(beanFactory).all();
		for (ConfiguredConnection connection : connections) {
			ConnectionBeans beans = new ConnectionBeans(beanFactory, connection);
			connection.buckets().forEach((bucket) -> register(registry, beans, bucket));
		}
		// names that are declared come first
		for (ConfiguredConnection connection : connections) {
			ConnectionBeans beans = new ConnectionBeans(beanFactory, connection);
			connection.buckets().forEach((bucket) -> registerUntyped(registry, beans, bucket));
		}
	}

	private void register(BeanDefinitionRegistry registry, ConnectionBeans beans, BucketDeclaration bucket) {
		register(registry, beans.beanFactory(), bucket, bucket.beanName(), ResolvableType.forClass(KeyValue.class),
				() -> beans.get(KeyValueBuckets.class).keyValue(bucket.key()));
		Type valueType = bucket.settings().valueType();
		if (valueType != null) {
			register(registry, beans.beanFactory(), bucket, bucket.typedBeanName(),
					ResolvableType.forClassWithGenerics(KeyValueBucket.class, ResolvableType.forType(valueType)),
					() -> bucket(beans, bucket, valueType));
			if (isReactive(beans)) {
				register(registry, beans.beanFactory(), bucket, bucket.reactiveBeanName(),
						ResolvableType.forClassWithGenerics(ReactiveKeyValueBucket.class,
								ResolvableType.forType(valueType)),
						() -> ReactiveKeyValueBucket.of(bucket(beans, bucket, valueType)));
			}
		}
	}

	private static KeyValueBucket<?> bucket(ConnectionBeans beans, BucketDeclaration bucket, Type valueType) {
		return beans.get(KeyValueBuckets.class).bucket(bucket.key(), ParameterizedTypeReference.forType(valueType));
	}

	private static boolean isReactive(ConnectionBeans beans) {
		return ClassUtils.isPresent("reactor.core.publisher.Flux", beans.beanFactory().getBeanClassLoader());
	}

	// Its value type comes from where it is injected, so each injection has an instance.
	private void registerUntyped(BeanDefinitionRegistry registry, ConnectionBeans beans, BucketDeclaration bucket) {
		if (bucket.settings().valueType() != null) {
			return;
		}
		registerUntyped(registry, bucket, bucket.typedBeanName(), KeyValueBucket.class,
				() -> bucket(beans, bucket, InjectedValueType.of(beans.beanFactory(), KeyValueBucket.class)));
		if (isReactive(beans)) {
			registerUntyped(registry, bucket, bucket.reactiveBeanName(), ReactiveKeyValueBucket.class,
					() -> ReactiveKeyValueBucket.of(bucket(beans, bucket,
							InjectedValueType.of(beans.beanFactory(), ReactiveKeyValueBucket.class))));
		}
	}

	private static void registerUntyped(BeanDefinitionRegistry registry, BucketDeclaration bucket, String beanName,
			Class<?> type, ThrowingSupplier<Object> supplier) {
		if (!registry.isBeanNameInUse(beanName)) {
			RootBeanDefinition definition = definition(bucket, ResolvableType.forClass(type), supplier);
			definition.setScope(BeanDefinition.SCOPE_PROTOTYPE);
			registry.registerBeanDefinition(beanName, definition);
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
		registry.registerBeanDefinition(beanName, definition(bucket, type, supplier));
	}

	private static RootBeanDefinition definition(BucketDeclaration bucket, ResolvableType type,
			ThrowingSupplier<Object> supplier) {
		RootBeanDefinition definition = ConnectionBeans.definition(type, bucket.qualifier(), supplier);
		definition.setDefaultCandidate(bucket.connection().isDefault());
		definition.setAttribute(BUCKET_ATTRIBUTE, bucket);
		// it has been checked and provisioned by then
		definition.setLazyInit(true);
		definition.setResourceDescription("bucket '" + bucket.definition().declaredBy() + "'");
		return definition;
	}

	private static void checkNotAnotherBuckets(BeanDefinitionRegistry registry, BucketDeclaration bucket,
			String beanName) {
		BucketDeclaration other = registry.containsBeanDefinition(beanName)
				? bucketOf(registry.getBeanDefinition(beanName)) : null;
		if (other != null && !other.equals(bucket)) {
			throw new InvalidNatsPropertyException(bucket.definition().declaredBy(),
					"the bean name '%s' is that of a bean of '%s', too.".formatted(beanName,
							other.definition().declaredBy()),
					"Set 'bean-name' of one of them to another name, or rename a bucket key.");
		}
	}

	private static InvalidNatsPropertyException beanNameTaken(ConfigurableListableBeanFactory beanFactory,
			BucketDeclaration bucket, String beanName, ResolvableType type) {
		Class<?> existing = beanFactory.getType(beanName, false);
		String property = bucket.definition().declaredBy();
		String where = beanFactory.containsBeanDefinition(beanName) ? describe(beanFactory.getBeanDefinition(beanName))
				: "";
		boolean typed = !beanName.equals(bucket.beanName()) && bucket.connection().isDefault();
		return new InvalidNatsPropertyException(property,
				"the bean name '%s' of its %s is taken by a bean of type %s%s.".formatted(beanName,
						type.toClass().getSimpleName(), (existing != null) ? existing.getName() : "unknown", where),
				typed ? "Rename that bean, or the bucket key." : giveAnotherName(bucket));
	}

	private static String giveAnotherName(BucketDeclaration bucket) {
		String action = "Rename that bean, or give the bucket's another name by this line of YAML:%n%n    %s.bean-name: %sKeyValue"
			.formatted(bucket.definition().declaredBy(), bucket.key());
		return bucket.connection().isDefault()
				? action + "%n%n@Qualifier(\"%s\") still selects it.".formatted(bucket.key()) : action;
	}

	private static String describe(BeanDefinition definition) {
		String description = definition.getResourceDescription();
		return (description != null) ? " (" + description + ")" : "";
	}

}
