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

package io.github.natskv.autoconfigure.cache;

import java.util.ArrayList;
import java.util.List;

import io.github.natskv.cache.CachedTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.cache.annotation.AnnotationCacheOperationSource;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.CollectionUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Registers the types that cached methods return, and those of the parameters their keys
 * are made of, for native images.
 */
class CachedTypesAotProcessor implements BeanRegistrationAotProcessor {

	private final boolean present = ClassUtils.isPresent(
			"org.springframework.cache.transaction.AbstractTransactionSupportingCacheManager",
			getClass().getClassLoader());

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
		if (!this.present
				|| !registeredBean.getBeanFactory().containsBeanDefinition("natsFillingCacheResolverInitializer")) {
			return null;
		}
		AnnotationCacheOperationSource operations = new AnnotationCacheOperationSource(false);
		Class<?> beanClass = ClassUtils.getUserClass(registeredBean.getBeanClass());
		List<ResolvableType> values = new ArrayList<>();
		List<Class<?>> keys = new ArrayList<>();
		ReflectionUtils.doWithMethods(beanClass, (method) -> {
			if (!CollectionUtils.isEmpty(operations.getCacheOperations(method, beanClass))) {
				values.add(CachedTypes.of(method, beanClass));
				keys.addAll(List.of(method.getParameterTypes()));
			}
		});
		if (values.isEmpty()) {
			return null;
		}
		return (generation, code) -> {
			ReflectionHints reflection = generation.getRuntimeHints().reflection();
			BindingReflectionHintsRegistrar registrar = new BindingReflectionHintsRegistrar();
			values.forEach((type) -> registrar.registerReflectionHints(reflection, type.getType()));
			keys.stream()
				.filter((type) -> !ClassUtils.isPrimitiveOrWrapper(type))
				.forEach((type) -> reflection.registerType(type, MemberCategory.ACCESS_DECLARED_FIELDS,
						MemberCategory.INVOKE_PUBLIC_METHODS));
		};
	}

}
