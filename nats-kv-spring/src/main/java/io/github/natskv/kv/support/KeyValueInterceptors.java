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

package io.github.natskv.kv.support;

import java.util.List;

import io.github.natskv.core.NatsConnections;
import io.github.natskv.kv.interceptor.BucketInterceptor;
import io.github.natskv.kv.interceptor.WatchInterceptor;

import org.springframework.beans.factory.BeanFactory;

/**
 * The interceptors of all buckets, the outermost first.
 *
 * @param connectionName the name of the connection of the buckets
 * @param operations the interceptors of operations
 * @param deliveries the interceptors of what watches deliver
 * @since 0.1.0
 */
public record KeyValueInterceptors(String connectionName, List<BucketInterceptor> operations,
		List<WatchInterceptor> deliveries) {

	/**
	 * No interceptors.
	 */
	public static final KeyValueInterceptors NONE = new KeyValueInterceptors(NatsConnections.DEFAULT, List.of(),
			List.of());

	public KeyValueInterceptors {
		operations = List.copyOf(operations);
		deliveries = List.copyOf(deliveries);
	}

	/**
	 * Collect the beans.
	 * @param connectionName the name of the connection they are told
	 * @return the interceptors in their order
	 */
	public static KeyValueInterceptors of(String connectionName, BeanFactory beanFactory) {
		return new KeyValueInterceptors(connectionName,
				beanFactory.getBeanProvider(BucketInterceptor.class).orderedStream().toList(),
				beanFactory.getBeanProvider(WatchInterceptor.class).orderedStream().toList());
	}

}
