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

package io.github.natskv.listener.config;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.github.natskv.annotation.AnnotatedTypes;
import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.annotation.JetStreamListeners;
import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.KeyValueListeners;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.annotation.NatsListeners;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.listener.invocation.HandlingOptions;
import io.github.natskv.listener.invocation.ListenerMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Finds methods annotated with {@link NatsListener}, {@link KeyValueListener} or
 * {@link JetStreamListener} and registers them with the {@link NatsListenerRegistry}:
 * when all singletons are there, and those of beans that come later when they come. Of a
 * bean behind a scoped proxy it is the proxy that is called.
 *
 * @since 0.1.0
 */
public final class NatsListenerAnnotationBeanPostProcessor implements BeanPostProcessor, Ordered, BeanFactoryAware,
		ApplicationEventPublisherAware, SmartInitializingSingleton {

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(NatsListener.class,
			NatsListeners.class, KeyValueListener.class, KeyValueListeners.class, JetStreamListener.class,
			JetStreamListeners.class);

	/**
	 * Name of the {@link org.springframework.core.retry.RetryPolicy} bean by which
	 * handler methods that fail are called again.
	 */
	public static final String RETRY_POLICY_BEAN_NAME = HandlingOptions.RETRY_POLICY_BEAN_NAME;

	private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();

	private final List<Runnable> pending = new ArrayList<>();

	private boolean singletonsInstantiated;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private ApplicationEventPublisher events = (event) -> {
	};

	private @Nullable Factories factories;

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public void setApplicationEventPublisher(ApplicationEventPublisher events) {
		this.events = events;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof AopInfrastructureBean) && !ScopedProxyUtils.isScopedTarget(beanName)) {
			register(AopProxyUtils.ultimateTargetClass(bean), beanName, () -> bean);
		}
		return bean;
	}

	private void register(Class<?> type, String beanName, Supplier<Object> bean) {
		if (this.withoutListeners.contains(type)) {
			return;
		}
		Map<Method, Listeners> methods = AnnotatedTypes.mayHave(type, ANNOTATIONS)
				? MethodIntrospector.selectMethods(type, NatsListenerAnnotationBeanPostProcessor::listeners) : Map.of();
		if (methods.isEmpty()) {
			this.withoutListeners.add(type);
			return;
		}
		Object instance = bean.get();
		// in an order that does not depend on the JVM, which default ids do
		methods.entrySet()
			.stream()
			.sorted(Comparator.comparing((entry) -> entry.getKey().toGenericString()))
			.forEach((entry) -> register(instance, beanName, type, entry.getKey(), entry.getValue()));
	}

	private static @Nullable Listeners listeners(Method method) {
		MergedAnnotations all = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		if (all.stream().noneMatch((annotation) -> ANNOTATIONS.contains(annotation.getType()))) {
			return null;
		}
		return new Listeners(annotations(all, NatsListener.class), annotations(all, KeyValueListener.class),
				annotations(all, JetStreamListener.class));
	}

	private static <A extends Annotation> List<A> annotations(MergedAnnotations all, Class<A> type) {
		// those of an overridden or interface method count where the method has none
		// itself
		int closest = all.stream(type).mapToInt(MergedAnnotation::getAggregateIndex).min().orElse(-1);
		return all.stream(type)
			.filter((annotation) -> annotation.getAggregateIndex() == closest)
			.map(MergedAnnotation::synthesize)
			.toList();
	}

	private void register(Object bean, String beanName, Class<?> type, Method method, Listeners listeners) {
		Runnable registration = () -> factories().register(new ListenerMethod(bean, beanName, type, method), listeners);
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
		registerScopedProxies();
		List<Runnable> registrations;
		synchronized (this.pending) {
			this.singletonsInstantiated = true;
			registrations = List.copyOf(this.pending);
			this.pending.clear();
		}
		registrations.forEach(Runnable::run);
	}

	// Each message is handled by the instance there is in the scope by then.
	private void registerScopedProxies() {
		ConfigurableListableBeanFactory beanFactory = beanFactory();
		for (String targetName : beanFactory.getBeanDefinitionNames()) {
			Class<?> type = ScopedProxyUtils.isScopedTarget(targetName)
					? AutoProxyUtils.determineTargetClass(beanFactory, targetName) : null;
			if (type != null) {
				String beanName = ScopedProxyUtils.getOriginalBeanName(targetName);
				register(type, beanName, () -> beanFactory.getBean(beanName));
			}
		}
	}

	private ConfigurableListableBeanFactory beanFactory() {
		return Objects.requireNonNull(this.beanFactory, "No bean factory");
	}

	private Factories factories() {
		synchronized (this.pending) {
			if (this.factories == null) {
				ListenerBeans beans = new ListenerBeans(beanFactory());
				this.factories = new Factories(new ListenerContainerFactory(beans),
						new KeyValueListenerContainerFactory(beans, this.events),
						new StreamListenerContainerFactory(beans));
			}
			return this.factories;
		}
	}

	private record Listeners(List<NatsListener> onSubjects, List<KeyValueListener> onBuckets,
			List<JetStreamListener> onStreams) {
	}

	private record Factories(ListenerContainerFactory onSubjects, KeyValueListenerContainerFactory onBuckets,
			StreamListenerContainerFactory onStreams) {

		void register(ListenerMethod method, Listeners listeners) {
			listeners.onSubjects().forEach((listener) -> this.onSubjects.register(method, listener));
			listeners.onBuckets().forEach((listener) -> this.onBuckets.register(method, listener));
			listeners.onStreams().forEach((listener) -> this.onStreams.register(method, listener));
		}

	}

}
