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

/**
 * What goes on around handler methods and their replies, by the beans there are.
 *
 * @param retry what calls a handler again, if anything
 * @param interceptors what is called around handlers
 * @param replyInterceptors what is called around sending replies
 * @param observations what observes, if anything
 */
public record HandlingOptions(@Nullable HandlerRetry retry, List<ListenerInterceptor> interceptors,
		List<PublishInterceptor> replyInterceptors, @Nullable ListenerObservations observations) {

	/**
	 * Name of the bean that says how often and when a failed handler is called again.
	 */
	public static final String RETRY_POLICY_BEAN_NAME = "natsListenerRetryPolicy";

	public static HandlingOptions of(BeanFactory beanFactory) {
		String policy = RETRY_POLICY_BEAN_NAME;
		HandlerRetry retry = (beanFactory.containsBean(policy))
				? new HandlerRetry(beanFactory.getBean(policy, RetryPolicy.class)) : null;
		ListenerObservations observations = beanFactory.getBeanProvider(ListenerObservations.class).getIfUnique();
		List<PublishInterceptor> replyInterceptors = new ArrayList<>();
		if (observations != null) {
			replyInterceptors.add(observations.replies());
		}
		beanFactory.getBeanProvider(PublishInterceptor.class).orderedStream().forEach(replyInterceptors::add);
		return new HandlingOptions(retry,
				beanFactory.getBeanProvider(ListenerInterceptor.class).orderedStream().toList(), replyInterceptors,
				observations);
	}

}
