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

package io.github.natskv.listener.invocation;

import java.util.ArrayList;
import java.util.List;

import io.github.natskv.core.PublishInterceptor;
import io.github.natskv.listener.ListenerInterceptor;
import io.github.natskv.observation.ListenerObservations;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Retry, interceptors, observations and argument resolvers of handler calls.
 *
 * @param retryPolicy the policy by which a failed handler is called again, if any
 * @param interceptors the interceptors of handlers
 * @param publishInterceptors the interceptors of replies
 * @param observations the observations of handlers, if any
 * @param argumentResolvers the argument resolvers of users
 */
public record HandlingOptions(@Nullable RetryPolicy retryPolicy, List<ListenerInterceptor> interceptors,
		List<PublishInterceptor> publishInterceptors, @Nullable ListenerObservations observations,
		List<HandlerMethodArgumentResolver> argumentResolvers) {

	/**
	 * Name of the bean that says how often and when a failed handler is called again.
	 */
	public static final String RETRY_POLICY_BEAN_NAME = "natsListenerRetryPolicy";

	public static HandlingOptions of(BeanFactory beanFactory) {
		RetryPolicy retryPolicy = (beanFactory.containsBean(RETRY_POLICY_BEAN_NAME))
				? beanFactory.getBean(RETRY_POLICY_BEAN_NAME, RetryPolicy.class) : null;
		ListenerObservations observations = beanFactory.getBeanProvider(ListenerObservations.class).getIfUnique();
		return new HandlingOptions(retryPolicy,
				beanFactory.getBeanProvider(ListenerInterceptor.class).orderedStream().toList(),
				beanFactory.getBeanProvider(PublishInterceptor.class).orderedStream().toList(), observations,
				beanFactory.getBeanProvider(HandlerMethodArgumentResolver.class).orderedStream().toList());
	}

	// The interceptors of replies, the one that observes them first.
	public List<PublishInterceptor> replyInterceptors(String connectionName) {
		if (this.observations == null) {
			return this.publishInterceptors;
		}
		List<PublishInterceptor> interceptors = new ArrayList<>();
		interceptors.add(this.observations.replies(connectionName));
		interceptors.addAll(this.publishInterceptors);
		return interceptors;
	}

}
