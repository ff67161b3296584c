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

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.core.ResolvableType;

/**
 * The value type a bucket is injected with, where its configuration has none. Created by
 * the bean factory, which gives constructors the injection point it is at.
 */
class InjectedValueType {

	private final InjectionPoint point;

	InjectedValueType(InjectionPoint point) {
		this.point = point;
	}

	/**
	 * Return the value type of the bucket that is just being injected.
	 * @param bucketType the type the bucket is injected as
	 * @return the type, {@link Object} where nothing says one, or a bean is looked up
	 */
	static Type of(AutowireCapableBeanFactory beanFactory, Class<?> bucketType) {
		try {
			InjectedValueType current = (InjectedValueType) beanFactory.autowire(InjectedValueType.class,
					AutowireCapableBeanFactory.AUTOWIRE_CONSTRUCTOR, false);
			Type type = current.valueType(bucketType);
			return (type != null) ? type : Object.class;
		}
		catch (BeansException | IllegalStateException ex) {
			// nothing is being injected
			return Object.class;
		}
	}

	private @Nullable Type valueType(Class<?> bucketType) {
		ResolvableType injected = (this.point instanceof DependencyDescriptor dependency)
				? dependency.getResolvableType() : ResolvableType.NONE;
		ResolvableType value = injected.as(bucketType).getGeneric(0);
		return (value.resolve() != null) ? value.getType() : null;
	}

}
