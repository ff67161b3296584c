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

package io.github.natskv.kv.reactive;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.watch.PacedConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Schedulers;

/**
 * Publishes what a watch delivers as it is requested: the thread of the watch waits for
 * that, so the watch reads no more from the server than its messages in flight.
 *
 * @param <T> what is delivered
 */
final class RequestedWatch<T> implements PacedConsumer<T> {

	private final FluxSink<T> sink;

	private volatile @Nullable Thread waiting;

	private volatile boolean ended;

	private volatile boolean idle;

	private RequestedWatch(FluxSink<T> sink) {
		this.sink = sink;
	}

	static <T> Flux<T> of(Function<Consumer<T>, BucketWatch> opener) {
		return Flux.create((sink) -> {
			RequestedWatch<T> watch = new RequestedWatch<>(sink);
			sink.onRequest((requested) -> watch.proceed());
			ReactiveCalls.execute(sink.contextView(), () -> {
				if (!sink.isCancelled()) {
					watch.open(opener);
				}
			});
		}, FluxSink.OverflowStrategy.ERROR);
	}

	private void open(Function<Consumer<T>, BucketWatch> opener) {
		try {
			BucketWatch watch = opener.apply(this);
			this.sink.onDispose(() -> close(watch));
			watch.onClose(this.sink::complete);
		}
		catch (Throwable ex) {
			this.sink.error(ex);
		}
	}

	// closing waits for what the watch is delivering, which may be who closes it
	private void close(BucketWatch watch) {
		this.ended = true;
		proceed();
		Schedulers.boundedElastic().schedule(watch::close);
	}

	private void proceed() {
		LockSupport.unpark(this.waiting);
	}

	@Override
	public void accept(T delivered) {
		if (awaitRequest()) {
			this.sink.next(delivered);
		}
	}

	private boolean awaitRequest() {
		this.waiting = Thread.currentThread();
		try {
			while (this.sink.requestedFromDownstream() == 0 && !this.ended) {
				if (Thread.currentThread().isInterrupted()) {
					return false;
				}
				this.idle = true;
				LockSupport.park(this);
			}
			return true;
		}
		finally {
			this.idle = false;
		}
	}

	@Override
	public boolean isWaiting() {
		return this.idle;
	}

}
