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

package io.github.natskv.lock;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natskv.annotation.AnnotatedTypes;
import io.github.natskv.annotation.LeaderOnly;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Leaves {@link LeaderOnly} methods of beans to the leader, and refuses those for which
 * that cannot be done.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @since 0.1.0
 */
public final class LeaderOnlyBeanPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(LeaderOnly.class);

	private final Set<Class<?>> withoutMethods = ConcurrentHashMap.newKeySet();

	private @Nullable LeaderOnlyMethods methods;

	public LeaderOnlyBeanPostProcessor() {
		setProxyTargetClass(true);
		// nothing is done for a call that returns at once: no transaction, no thread
		setBeforeExistingAdvisors(true);
		// who looks for annotated methods, such as listeners, finds the proxy
		setOrder(LOWEST_PRECEDENCE - 1);
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		super.setBeanFactory(beanFactory);
		this.methods = new LeaderOnlyMethods(Objects.requireNonNull(this.beanFactory));
		this.advisor = new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(null, LeaderOnly.class, true),
				new LeaderOnlyInterceptor(this.methods));
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
		if (bean instanceof AopInfrastructureBean || this.withoutMethods.contains(type)) {
			return bean;
		}
		Map<Method, LeaderOnly> annotated = annotated(type);
		if (annotated.isEmpty()) {
			this.withoutMethods.add(type);
			return bean;
		}
		annotated.forEach((method, leaderOnly) -> Objects.requireNonNull(this.methods).check(type, method, leaderOnly));
		Object proxy = super.postProcessAfterInitialization(bean, beanName);
		annotated.keySet().forEach((method) -> requireCallable(method, proxy));
		return proxy;
	}

	private static Map<Method, LeaderOnly> annotated(Class<?> type) {
		if (!AnnotatedTypes.mayHave(type, ANNOTATIONS)) {
			return Map.of();
		}
		return MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<@Nullable LeaderOnly>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, LeaderOnly.class));
	}

	private static void requireCallable(Method method, Object proxy) {
		if (!AopUtils.isAopProxy(proxy)) {
			throw new InvalidLeaderOnlyException(method, "cannot be proxied, as its bean is not", "Use another bean");
		}
		try {
			AopUtils.selectInvocableMethod(method, proxy.getClass());
		}
		catch (IllegalStateException ex) {
			throw new InvalidLeaderOnlyException(method,
					"is not a method of an interface, but there is a JDK proxy for its bean",
					"Declare it in an interface, or have classes proxied ('proxyTargetClass')");
		}
	}

}
