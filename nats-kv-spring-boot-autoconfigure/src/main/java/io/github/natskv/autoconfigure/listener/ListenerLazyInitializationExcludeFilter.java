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

package io.github.natskv.autoconfigure.listener;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.annotation.JetStreamListeners;
import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.KeyValueListeners;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.annotation.NatsListeners;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ReflectionUtils;

/**
 * Keeps beans with listener methods from being lazy, as nobody would ever ask for them.
 */
class ListenerLazyInitializationExcludeFilter implements LazyInitializationExcludeFilter {

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(NatsListener.class,
			NatsListeners.class, KeyValueListener.class, KeyValueListeners.class, JetStreamListener.class,
			JetStreamListeners.class);

	private final Map<Class<?>, Boolean> known = new ConcurrentHashMap<>();

	@Override
	public boolean isExcluded(String beanName, BeanDefinition beanDefinition, Class<?> beanType) {
		return this.known.computeIfAbsent(beanType, ListenerLazyInitializationExcludeFilter::hasListener);
	}

	private static boolean hasListener(Class<?> type) {
		return AnnotationUtils.isCandidateClass(type, ANNOTATIONS)
				&& Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type))
					.anyMatch(ListenerLazyInitializationExcludeFilter::isListener);
	}

	private static boolean isListener(Method method) {
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		return ANNOTATIONS.stream().anyMatch(annotations::isPresent);
	}

}
