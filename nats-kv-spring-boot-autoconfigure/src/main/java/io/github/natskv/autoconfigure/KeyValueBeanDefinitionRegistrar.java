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

package io.github.natskv.autoconfigure;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.function.Supplier;

import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.nats.client.KeyValue;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.Environment;

/**
 * Registers the beans of the configured buckets: a {@link KeyValue} each, and a
 * {@link KeyValueBucket} for those with a value type. The definitions are left out of AOT
 * processing, so that buckets stay configurable when the application is run.
 */
class KeyValueBeanDefinitionRegistrar implements BeanDefinitionRegistryPostProcessor {

	private static final String BUCKET_ATTRIBUTE = KeyValueBeanDefinitionRegistrar.class.getName() + ".bucket";

	private final Environment environment;

	KeyValueBeanDefinitionRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
			for (BucketDeclaration bucket : BucketDeclarations.from(this.environment).all()) {
				bucket.checkCodec(beanFactory);
				registerKeyValue(registry, beanFactory, bucket);
				registerTypedBucket(registry, beanFactory, bucket);
			}
		}
	}

	private void registerKeyValue(BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beanFactory,
			BucketDeclaration bucket) {
		ResolvableType type = ResolvableType.forClass(KeyValue.class);
		register(registry, beanFactory, bucket, bucket.beanName(), type,
				() -> beanFactory.getBean(KeyValueBuckets.class).keyValue(bucket.key()));
	}

	private void registerTypedBucket(BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beanFactory,
			BucketDeclaration bucket) {
		Type valueType = bucket.settings().valueType();
		if (valueType != null) {
			ResolvableType type = ResolvableType.forClassWithGenerics(KeyValueBucket.class,
					ResolvableType.forType(valueType));
			register(registry, beanFactory, bucket, bucket.typedBeanName(), type,
					() -> beanFactory.getBean(KeyValueBuckets.class)
						.bucket(bucket.key(), ParameterizedTypeReference.forType(valueType)));
		}
	}

	private void register(BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beanFactory,
			BucketDeclaration bucket, String beanName, ResolvableType type, Supplier<Object> supplier) {
		if (registry.isBeanNameInUse(beanName)) {
			checkNotAnotherBuckets(registry, bucket, beanName);
			if (beanFactory.isTypeMatch(beanName, type)) {
				return;
			}
			throw beanNameTaken(beanFactory, bucket, beanName, type);
		}
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setTargetType(type);
		definition.setInstanceSupplier(supplier);
		definition.setQualifiedElement(qualifiedBy(bucket.key()));
		definition.setAttribute(BUCKET_ATTRIBUTE, bucket.definition().origin());
		definition.setAttribute(BeanRegistrationAotProcessor.IGNORE_REGISTRATION_ATTRIBUTE, true);
		definition.setResourceDescription("bucket '" + bucket.definition().origin() + "'");
		registry.registerBeanDefinition(beanName, definition);
	}

	// unlike a qualifier of the definition, this leaves the bean name to be one, too
	private static AnnotatedElement qualifiedBy(String key) {
		return AnnotatedElementUtils
			.forAnnotations(MergedAnnotation.of(Qualifier.class, Map.of("value", key)).synthesize());
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
		boolean typed = beanName.equals(bucket.typedBeanName());
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
