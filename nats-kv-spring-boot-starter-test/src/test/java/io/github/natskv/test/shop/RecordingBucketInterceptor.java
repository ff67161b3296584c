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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.kv.interceptor.BucketDelivery;
import io.github.natskv.kv.interceptor.BucketInterceptor;
import io.github.natskv.kv.interceptor.BucketOperation;
import io.github.natskv.kv.interceptor.WatchInterceptor;

import org.springframework.stereotype.Component;

@Component
class RecordingBucketInterceptor implements BucketInterceptor, WatchInterceptor {

	final List<Object> calls = new CopyOnWriteArrayList<>();

	@Override
	public Object intercept(BucketOperation operation, BucketInterceptor.Invocation invocation) throws Exception {
		this.calls.add(operation);
		return invocation.proceed();
	}

	@Override
	public void intercept(BucketDelivery delivery, WatchInterceptor.Invocation invocation) throws Exception {
		this.calls.add(delivery);
		invocation.proceed();
	}

}
