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

import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Publishes the elements of a stream as they are requested. The stream is opened, read
 * and closed by one thread at a time, which may block.
 *
 * @param <T> the type of the elements
 */
final class RequestedStream<T> {

	private final FluxSink<T> sink;

	private final Supplier<Stream<T>> source;

	private final AtomicInteger work = new AtomicInteger();

	private volatile boolean ended;

	private @Nullable Stream<T> stream;

	private @Nullable Iterator<T> elements;

	private RequestedStream(FluxSink<T> sink, Supplier<Stream<T>> source) {
		this.sink = sink;
		this.source = source;
	}

	static <T> Flux<T> of(Supplier<Stream<T>> source) {
		return Flux.create((sink) -> {
			RequestedStream<T> stream = new RequestedStream<>(sink, source);
			sink.onRequest((requested) -> stream.resume());
			sink.onDispose(() -> {
				stream.ended = true;
				stream.resume();
			});
		}, FluxSink.OverflowStrategy.ERROR);
	}

	private void resume() {
		if (this.work.getAndIncrement() == 0) {
			ReactiveCalls.execute(this.sink.contextView(), this::drain);
		}
	}

	private void drain() {
		int done = this.work.get();
		while (done != 0) {
			try {
				publish();
			}
			catch (Throwable ex) {
				this.sink.error(ex);
			}
			if (this.ended) {
				close();
			}
			done = this.work.addAndGet(-done);
		}
	}

	private void publish() {
		while (!this.ended && this.sink.requestedFromDownstream() > 0) {
			Iterator<T> next = elements();
			if (!next.hasNext()) {
				this.sink.complete();
				return;
			}
			this.sink.next(next.next());
		}
	}

	private Iterator<T> elements() {
		Iterator<T> open = this.elements;
		if (open == null) {
			Stream<T> opened = this.source.get();
			open = opened.iterator();
			this.stream = opened;
			this.elements = open;
		}
		return open;
	}

	private void close() {
		Stream<T> open = this.stream;
		this.stream = null;
		if (open != null) {
			try {
				open.close();
			}
			catch (RuntimeException ex) {
				Operators.onErrorDropped(ex, Context.of(this.sink.contextView()));
			}
		}
	}

}
