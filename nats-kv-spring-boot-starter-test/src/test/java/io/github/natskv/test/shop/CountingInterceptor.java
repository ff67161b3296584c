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

package io.github.natskv.test.shop;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.listener.ListenerDelivery;
import io.github.natskv.listener.ListenerInterceptor;

import org.springframework.stereotype.Component;

@Component
class CountingInterceptor implements ListenerInterceptor {

	final AtomicInteger calls = new AtomicInteger();

	@Override
	public Object intercept(ListenerDelivery delivery, Invocation invocation) throws Exception {
		this.calls.incrementAndGet();
		return invocation.proceed();
	}

}
