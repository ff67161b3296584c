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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.WatchOptions;
import io.nats.client.api.KeyValueOperation;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that no operation calls the bucket, which may block, on a thread that must not
 * block.
 */
class NonBlockingTests {

	private static final Set<String> HARMLESS = Set.of("getName", "getKeyValue");

	private final Set<String> called = new ConcurrentSkipListSet<>();

	private final Set<String> blocking = new ConcurrentSkipListSet<>();

	@SuppressWarnings("unchecked")
	private final ReactiveKeyValueBucket<String> bucket = ReactiveKeyValueBucket
		.of((KeyValueBucket<String>) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { KeyValueBucket.class }, (proxy, method, arguments) -> call(method, arguments)));

	private void note(String name) {
		this.called.add(name);
		if (Schedulers.isInNonBlockingThread() && !HARMLESS.contains(name)) {
			this.blocking.add(name);
		}
	}

	@SuppressWarnings("unchecked")
	private Object call(Method method, Object[] arguments) {
		note(method.getName());
		if (method.getReturnType() == CompletableFuture.class) {
			return CompletableFuture.completedFuture(null);
		}
		if (method.getReturnType() == Stream.class) {
			return Stream.of(entry(1), entry(2)).onClose(() -> note("close stream"));
		}
		if (method.getReturnType() == BucketWatch.class) {
			return new NotedWatch((Consumer<Object>) arguments[1]);
		}
		return value(method.getReturnType());
	}

	private static BucketEntry<String> entry(long revision) {
		return new BucketEntry<>("bucket", "key", "value", revision, KeyValueOperation.PUT, null);
	}

	private static Object value(Class<?> type) {
		return Map
			.<Class<?>, Object>of(String.class, "a", boolean.class, true, int.class, 1, long.class, 1L, List.class,
					List.of(), Set.class, Set.of(), Map.class, Map.of())
			.get(type);
	}

	private static Object argument(Class<?> type) {
		Function<Object, Object> identity = (value) -> value;
		UnaryOperator<Object> operator = (value) -> value;
		Consumer<Object> consumer = (value) -> {
		};
		return Map
			.<Class<?>, Object>ofEntries(Map.entry(String.class, "a"), Map.entry(Object.class, "a"),
					Map.entry(String[].class, new String[] { ">" }), Map.entry(long.class, 1L),
					Map.entry(Duration.class, Duration.ofSeconds(1)), Map.entry(Collection.class, List.of("a")),
					Map.entry(Map.class, Map.of()), Map.entry(WatchOptions.class, WatchOptions.of()),
					Map.entry(Function.class, identity), Map.entry(UnaryOperator.class, operator),
					Map.entry(Consumer.class, consumer))
			.get(type);
	}

	@Test
	void noOperationBlocksAThreadOfAReactor() throws Exception {
		List<Publisher<?>> publishers = new ArrayList<>();
		for (Method method : ReactiveKeyValueBucket.class.getMethods()) {
			if (!Modifier.isStatic(method.getModifiers()) && Publisher.class.isAssignableFrom(method.getReturnType())) {
				publishers.add((Publisher<?>) invoke(method));
			}
		}
		for (Publisher<?> publisher : publishers) {
			Flux.from(publisher)
				.take(1)
				.limitRate(1)
				.subscribeOn(Schedulers.parallel(), false)
				.blockLast(Duration.ofSeconds(10));
		}
		assertThat(this.called).containsAll(operations()).contains("close watch", "close stream");
		assertThat(this.blocking).isEmpty();
	}

	@Test
	void theTestNoticesACallThatMayBlock() {
		Flux.defer(() -> Flux.just(this.bucket.getBucket().exists("a")))
			.subscribeOn(Schedulers.parallel())
			.blockLast(Duration.ofSeconds(10));
		assertThat(this.blocking).containsExactly("exists");
	}

	private Object invoke(Method method) throws IllegalAccessException, InvocationTargetException {
		Object[] arguments = Stream.of(method.getParameterTypes()).map(NonBlockingTests::argument).toArray();
		assertThat(arguments).as(method.toString()).doesNotContainNull();
		return method.invoke(this.bucket, arguments);
	}

	// Those with an asynchronous twin are called by that.
	private static List<String> operations() {
		List<String> asynchronous = Stream.of(KeyValueBucket.class.getMethods())
			.map(Method::getName)
			.filter((name) -> name.endsWith("Async"))
			.toList();
		return Stream.of(KeyValueBucket.class.getMethods())
			.filter((method) -> !method.isDefault())
			.map(Method::getName)
			.filter((name) -> !HARMLESS.contains(name))
			.distinct()
			.filter((name) -> !asynchronous.contains(name + "Async"))
			.toList();
	}

	private final class NotedWatch implements BucketWatch {

		private NotedWatch(Consumer<Object> consumer) {
			Thread thread = new Thread(() -> consumer.accept(entry(1)));
			thread.setDaemon(true);
			thread.start();
		}

		@Override
		public boolean awaitSnapshot(Duration timeout) {
			return true;
		}

		@Override
		public void onClose(Runnable callback) {
		}

		@Override
		public void close() {
			note("close watch");
		}

	}

}
