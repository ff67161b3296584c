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

import io.github.natskv.autoconfigure.binding.BucketDeclaration;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.reactive.ReactiveKeyValueBucket;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.annotation.ContextAnnotationAutowireCandidateResolver;

/**
 * Selects a {@link KeyValueBucket} or {@link ReactiveKeyValueBucket} by a parameter or
 * field that is named like the bucket key. Spring itself compares the name with that of
 * the bean, which is another one, since the bucket's {@code KeyValue} is called like the
 * key.
 */
class BucketCandidateResolver extends ContextAnnotationAutowireCandidateResolver {

	private final ConfigurableListableBeanFactory beans;

	BucketCandidateResolver(ConfigurableListableBeanFactory beans) {
		this.beans = beans;
	}

	// A resolver of the application's own is left alone.
	static void install(ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory instanceof DefaultListableBeanFactory beans && beans.getAutowireCandidateResolver()
			.getClass() == ContextAnnotationAutowireCandidateResolver.class) {
			beans.setAutowireCandidateResolver(new BucketCandidateResolver(beans));
		}
	}

	@Override
	public @Nullable String getSuggestedName(DependencyDescriptor descriptor) {
		String suggested = super.getSuggestedName(descriptor);
		if (suggested != null) {
			return suggested;
		}
		String beanName = typedBeanName(descriptor);
		return (bucketOf(beanName) != null) ? beanName : null;
	}

	// One without a value type has any, where it is named. Spring would rather take the
	// bucket of another name that has this type.
	@Override
	public boolean isAutowireCandidate(BeanDefinitionHolder holder, DependencyDescriptor descriptor) {
		if (super.isAutowireCandidate(holder, descriptor)) {
			return true;
		}
		if (!holder.getBeanName().equals(typedBeanName(descriptor))) {
			return false;
		}
		BucketDeclaration bucket = bucketOf(holder.getBeanName());
		return bucket != null && bucket.settings().valueType() == null
				&& super.isAutowireCandidate(holder, descriptor.forFallbackMatch());
	}

	// its name last, as Spring has to look for that
	private static @Nullable String typedBeanName(DependencyDescriptor descriptor) {
		Class<?> type = descriptor.getDependencyType();
		if (type != KeyValueBucket.class && type != ReactiveKeyValueBucket.class) {
			return null;
		}
		String name = descriptor.getDependencyName();
		if (name == null) {
			return null;
		}
		return name
				+ ((type == KeyValueBucket.class) ? BucketDeclaration.TYPED_SUFFIX : BucketDeclaration.REACTIVE_SUFFIX);
	}

	private @Nullable BucketDeclaration bucketOf(@Nullable String beanName) {
		if (beanName == null || !this.beans.containsBeanDefinition(beanName)) {
			return null;
		}
		BeanDefinition definition = this.beans.getBeanDefinition(beanName);
		return KeyValueBeanDefinitionRegistrar.bucketOf(definition);
	}

}
