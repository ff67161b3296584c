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

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.kv.KeyValueBucket;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the observation that operations see as the current one.
 */
class ThreadContextTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final List<Observation> seen = new CopyOnWriteArrayList<>();

	@SuppressWarnings("unchecked")
	private final ReactiveKeyValueBucket<String> bucket = ReactiveKeyValueBucket
		.of((KeyValueBucket<String>) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { KeyValueBucket.class }, (proxy, method, arguments) -> {
					this.seen.add(this.registry.getCurrentObservation());
					return (method.getReturnType() == CompletableFuture.class) ? CompletableFuture.completedFuture(null)
							: List.of();
				}));

	private final Observation observation;

	ThreadContextTests() {
		this.registry.observationConfig().observationHandler((context) -> true);
		this.observation = Observation.start("outer", this.registry);
	}

	private void verify(Mono<?> operation) {
		StepVerifier
			.create(operation
				.contextWrite((context) -> context.put(ObservationThreadLocalAccessor.KEY, this.observation)))
			.expectNextCount(0)
			.thenConsumeWhile((value) -> true)
			.expectComplete()
			.verify(SOON);
		assertThat(this.seen).containsExactly(this.observation);
		assertThat(this.registry.getCurrentObservation()).isNull();
		this.seen.clear();
	}

	@Test
	void anObservationOfTheSubscribersContextIsTheCurrentOne() {
		verify(this.bucket.get("a"));
		verify(this.bucket.get("a").subscribeOn(Schedulers.parallel()));
		verify(this.bucket.entries().then());
		verify(this.bucket.entries().then().subscribeOn(Schedulers.parallel()));
	}

	@Test
	void anObservationOfTheSubscribingThreadIsTheCurrentOne() {
		this.observation.scoped(() -> this.bucket.entries().then().block(SOON));
		this.observation.scoped(() -> this.bucket.get("a").block(SOON));
		assertThat(this.seen).containsExactly(this.observation, this.observation);
	}

}
