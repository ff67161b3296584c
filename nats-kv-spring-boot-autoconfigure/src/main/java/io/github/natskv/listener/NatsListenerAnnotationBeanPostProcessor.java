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

package io.github.natskv.listener;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.annotation.NatsListeners;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Finds methods annotated with {@link NatsListener} and registers them with the
 * {@link NatsListenerRegistry}: when all singletons are there, and those of beans that
 * come later when they come.
 *
 * @since 0.1.0
 */
public final class NatsListenerAnnotationBeanPostProcessor
		implements BeanPostProcessor, Ordered, BeanFactoryAware, SmartInitializingSingleton {

	/**
	 * Name of the {@link org.springframework.core.retry.RetryPolicy} bean by which
	 * handler methods that fail are called again.
	 */
	public static final String RETRY_POLICY_BEAN_NAME = "natsListenerRetryPolicy";

	private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();

	private final List<Runnable> pending = new ArrayList<>();

	private boolean singletonsInstantiated;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private @Nullable ListenerContainerFactory containerFactory;

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
		if (bean instanceof AopInfrastructureBean || ScopedProxyUtils.isScopedTarget(beanName)
				|| this.withoutListeners.contains(type)
				|| !AnnotationUtils.isCandidateClass(type, List.of(NatsListener.class, NatsListeners.class))) {
			return bean;
		}
		Map<Method, List<NatsListener>> methods = MethodIntrospector.selectMethods(type,
				NatsListenerAnnotationBeanPostProcessor::annotations);
		if (methods.isEmpty()) {
			this.withoutListeners.add(type);
			return bean;
		}
		// in an order that does not depend on the JVM, which default ids do
		methods.entrySet()
			.stream()
			.sorted(Comparator.comparing((entry) -> entry.getKey().toGenericString()))
			.forEach((entry) -> register(bean, beanName, type, entry.getKey(), entry.getValue()));
		return bean;
	}

	private static @Nullable List<NatsListener> annotations(Method method) {
		MergedAnnotations all = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		// those of an overridden or interface method count where the method has none
		// itself
		int closest = all.stream(NatsListener.class).mapToInt(MergedAnnotation::getAggregateIndex).min().orElse(-1);
		return (closest < 0) ? null
				: all.stream(NatsListener.class)
					.filter((annotation) -> annotation.getAggregateIndex() == closest)
					.map(MergedAnnotation::synthesize)
					.toList();
	}

	private void register(Object bean, String beanName, Class<?> type, Method method, List<NatsListener> annotations) {
		Runnable registration = () -> containerFactory().register(new HandlerMethod(bean, beanName, type, method),
				annotations);
		synchronized (this.pending) {
			if (!this.singletonsInstantiated) {
				this.pending.add(registration);
				return;
			}
		}
		registration.run();
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<Runnable> registrations;
		synchronized (this.pending) {
			this.singletonsInstantiated = true;
			registrations = List.copyOf(this.pending);
			this.pending.clear();
		}
		registrations.forEach(Runnable::run);
	}

	private ListenerContainerFactory containerFactory() {
		synchronized (this.pending) {
			if (this.containerFactory == null) {
				ConfigurableListableBeanFactory beanFactory = this.beanFactory;
				if (beanFactory == null) {
					throw new IllegalStateException("No bean factory");
				}
				this.containerFactory = new ListenerContainerFactory(beanFactory,
						beanFactory.getBean(NatsListenerRegistry.class));
			}
			return this.containerFactory;
		}
	}

}
