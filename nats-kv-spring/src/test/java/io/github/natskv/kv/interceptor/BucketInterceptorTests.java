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

package io.github.natskv.kv.interceptor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.github.natskv.kv.BulkOperationException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.interceptor.BucketOperation.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class BucketInterceptorTests {

	private final List<OperationOutcome> outcomes = new ArrayList<>();

	@Test
	void anOperationIsOverWhenItsFutureCompletes() throws Exception {
		CompletableFuture<@Nullable String> future = new CompletableFuture<>();
		Object result = proceed(Kind.GET, () -> future);
		assertThat(this.outcomes).isEmpty();
		future.complete(null);
		assertThat(this.outcomes).containsExactly(OperationOutcome.ABSENT);
		assertThat((CompletableFuture<?>) result).isCompletedWithValue(null);
	}

	@Test
	void aFutureThatFailsHasTheOutcomeOfItsFailure() throws Exception {
		CompletableFuture<String> future = new CompletableFuture<>();
		proceed(Kind.PUT, () -> future.thenApply(String::length));
		future.completeExceptionally(new KeyValueTimeoutException("no answer", new TimeoutException()));
		assertThat(this.outcomes).containsExactly(OperationOutcome.TIMEOUT);
	}

	@Test
	void aStreamIsOverWhenItIsClosed() throws Exception {
		try (Stream<?> stream = (Stream<?>) proceed(Kind.LIST, () -> Stream.of(1, 2))) {
			assertThat(stream.count()).isEqualTo(2);
			assertThat(this.outcomes).isEmpty();
		}
		assertThat(this.outcomes).containsExactly(OperationOutcome.OK);
	}

	@Test
	void aStreamThatFailedHasTheOutcomeOfItsFailure() throws Exception {
		try (Stream<?> stream = (Stream<?>) proceed(Kind.LIST, () -> Stream.of(1, 2).peek((number) -> {
			if (number == 2) {
				throw new KeyValueTimeoutException("no answer", new TimeoutException());
			}
		}))) {
			assertThatExceptionOfType(KeyValueTimeoutException.class).isThrownBy(stream::toList);
		}
		assertThat(this.outcomes).containsExactly(OperationOutcome.TIMEOUT);
	}

	@Test
	void whoReadsAStreamMayFailByHimself() throws Exception {
		try (Stream<?> stream = (Stream<?>) proceed(Kind.LIST, () -> Stream.of(1, 2))) {
			assertThatIllegalStateException().isThrownBy(() -> stream.forEach((number) -> {
				throw new IllegalStateException();
			}));
		}
		assertThat(this.outcomes).containsExactly(OperationOutcome.OK);
	}

	@Test
	void manyFailuresHaveTheOutcomeTheyShare() throws Exception {
		RuntimeException timeout = new KeyValueTimeoutException("no answer", new TimeoutException());
		for (Map<String, RuntimeException> failures : List.of(Map.of("a", timeout, "b", timeout),
				Map.of("a", timeout, "b", new IllegalArgumentException()))) {
			assertThatExceptionOfType(BulkOperationException.class).isThrownBy(() -> proceed(Kind.PUT_ALL, () -> {
				throw new BulkOperationException("failed", Map.of(), failures);
			}));
		}
		assertThat(this.outcomes).containsExactly(OperationOutcome.TIMEOUT, OperationOutcome.ERROR);
	}

	@Test
	void anythingElseIsOverAtOnce() throws Exception {
		assertThat(proceed(Kind.CREATE, () -> false)).isEqualTo(false);
		assertThatIllegalStateException().isThrownBy(() -> proceed(Kind.GET, () -> {
			throw new IllegalStateException();
		}));
		assertThat(this.outcomes).containsExactly(OperationOutcome.CONFLICT, OperationOutcome.ERROR);
	}

	private @Nullable Object proceed(Kind kind, BucketInterceptor.Invocation invocation) throws Exception {
		return invocation.proceed(BucketOperation.of("default", "profiles", "profiles", true, kind, null),
				(outcome, failure) -> this.outcomes.add(outcome));
	}

}
