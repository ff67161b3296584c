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

package io.github.natskv.cache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import io.github.natskv.cache.NatsCacheConfiguration.OnError;
import io.github.natskv.core.NatsException;
import io.github.natskv.kv.BucketFullException;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.RevisionConflictException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.TransientDataAccessException;

/**
 * Makes reads and fills do without a server that is away, if the cache is to.
 */
final class CacheGuard {

	private final Circuit circuit;

	private final boolean misses;

	private final CacheCounts counts;

	CacheGuard(Circuit circuit, OnError onError, CacheCounts counts) {
		this.circuit = circuit;
		this.misses = onError == OnError.MISS;
		this.counts = counts;
	}

	<T> T call(Supplier<T> operation, T away) {
		if (!this.misses) {
			return operation.get();
		}
		if (!this.circuit.admits()) {
			return away;
		}
		RuntimeException failure = null;
		try {
			return operation.get();
		}
		catch (RuntimeException ex) {
			if (!isAway(ex)) {
				throw ex;
			}
			failure = ex;
			return away;
		}
		finally {
			ended(failure);
		}
	}

	<T> CompletableFuture<T> callAsync(Supplier<CompletableFuture<T>> operation, T away) {
		if (!this.misses) {
			return operation.get();
		}
		if (!this.circuit.admits()) {
			return CompletableFuture.completedFuture(away);
		}
		return begun(operation).handle((result, thrown) -> {
			RuntimeException failure = failure(thrown);
			boolean failed = failure != null && isAway(failure);
			ended(failed ? failure : null);
			if (failure != null && !failed) {
				throw failure;
			}
			return failed ? away : result;
		});
	}

	private static <T> CompletableFuture<T> begun(Supplier<CompletableFuture<T>> operation) {
		try {
			return operation.get();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void ended(@Nullable RuntimeException failure) {
		if (failure == null) {
			this.circuit.succeeded();
		}
		else {
			this.counts.failures.increment();
			if (failure instanceof BucketFullException) {
				this.circuit.full(failure);
			}
			else {
				this.circuit.failed(failure);
			}
		}
	}

	private static @Nullable RuntimeException failure(@Nullable Throwable thrown) {
		Throwable cause = (thrown instanceof CompletionException && thrown.getCause() != null) ? thrown.getCause()
				: thrown;
		return (cause == null || cause instanceof RuntimeException) ? (RuntimeException) cause
				: new CompletionException(cause);
	}

	private static boolean isAway(RuntimeException ex) {
		return (ex instanceof TransientDataAccessException && !(ex instanceof RevisionConflictException))
				|| ex instanceof DataAccessResourceFailureException || ex instanceof BucketNotFoundException
				|| ex instanceof NonTransientDataAccessResourceException || ex instanceof NatsException;
	}

}
