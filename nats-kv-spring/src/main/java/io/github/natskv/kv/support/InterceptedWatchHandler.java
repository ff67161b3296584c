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

import io.github.natskv.kv.interceptor.BucketDelivery;
import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.kv.watch.BucketWatchHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOff;

/**
 * A handler of a watch with interceptors around what is delivered to it.
 *
 * @param handler the handler
 * @param interceptors the interceptors
 * @param <V> the type of the values
 */
record InterceptedWatchHandler<V>(BucketWatchHandler<V> handler,
		BucketInterceptors interceptors) implements BucketWatchHandler<V> {

	@Override
	public @Nullable String listenerId() {
		return this.handler.listenerId();
	}

	@Override
	public void handle(BucketChange<V> change) throws Exception {
		this.interceptors.deliver(describe(change), () -> this.handler.handle(change));
	}

	private BucketDelivery describe(BucketChange<V> change) {
		return BucketDelivery.of(this.interceptors.all().connectionName(), this.interceptors.bucketKey(),
				this.interceptors.bucketName(), this.interceptors.configured(), listenerId(), change.key(),
				change.revision(), change.operation());
	}

	@Override
	public boolean isForTransactions() {
		return this.handler.isForTransactions();
	}

	@Override
	public void handle(List<BucketChange<V>> changes) throws Exception {
		BucketChange<V> first = changes.get(0);
		this.interceptors.deliver(describe(first), () -> this.handler.handle(changes));
	}

	@Override
	public void failed(List<BucketChange<V>> changes, Throwable failure) {
		this.handler.failed(changes, failure);
	}

	@Override
	public boolean isWaiting() {
		return this.handler.isWaiting();
	}

	@Override
	public boolean isRetryable(Throwable failure) {
		return this.handler.isRetryable(failure);
	}

	@Override
	public @Nullable BackOff backOff() {
		return this.handler.backOff();
	}

	@Override
	public void failed(BucketChange<V> change, Throwable failure) {
		this.handler.failed(change, failure);
	}

	@Override
	public void caughtUp() {
		this.handler.caughtUp();
	}

	@Override
	public void recovering(Throwable cause) {
		this.handler.recovering(cause);
	}

	@Override
	public void recovered(int recoveries) {
		this.handler.recovered(recoveries);
	}

}
