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

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.github.natskv.cache.Loads.Load;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Loads values that a cache has not, once for all that ask at the same time, and fills
 * the cache with them.
 */
final class CacheLoader {

	private final NatsCache cache;

	private final CacheKeys keys;

	private final Loads loads;

	private final Executor executor;

	CacheLoader(NatsCache cache, CacheKeys keys, Loads loads, Executor executor) {
		this.cache = cache;
		this.keys = keys;
		this.loads = loads;
		this.executor = executor;
	}

	@SuppressWarnings("unchecked")
	<T> @Nullable T load(Object key, Callable<T> loader, @Nullable ResolvableType declared) {
		String id = this.keys.of(key);
		while (true) {
			Load earlier = this.loads.running(id);
			long claimed = (earlier != null) ? earlier.revision() : -1;
			Found found = this.cache.find(key, declared);
			if (found.isHit()) {
				return (T) this.cache.unstored(found.storeValue());
			}
			// evicted since the other load began: its value is outdated
			boolean outdated = claimed >= 0 && found.isKnown() && found.revision() != claimed;
			Load own = new Load(Thread.currentThread());
			Load other = this.loads.begin(id, own, outdated ? earlier : null);
			if (other == null || other.isOwn()) {
				return (T) this.cache.unstored(lead(key, id, own, found, loader, declared));
			}
			Object loaded = await(other, key, loader);
			if (loaded != null) {
				return (T) this.cache.unstored(loaded);
			}
		}
	}

	private @Nullable Object await(Load load, Object key, Callable<?> loader) {
		try {
			return load.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ValueNotLoadedException(this.cache.getName(), key, loader, ex);
		}
		catch (ExecutionException ex) {
			return null;
		}
	}

	private Object lead(Object key, String id, Load own, Found found, Callable<?> loader,
			@Nullable ResolvableType declared) {
		try {
			Claim claim = this.cache.claimToLoad(id, found, declared);
			Object present = claim.storeValue();
			if (present == null) {
				own.claimed(claim);
				present = loadAndFill(key, claim, loader, declared);
			}
			this.loads.end(id, own);
			own.complete(present);
			return present;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ValueNotLoadedException(this.cache.getName(), key, loader, ex);
		}
		finally {
			this.loads.end(id, own);
			own.complete(null);
		}
	}

	private Object loadAndFill(Object key, Claim claim, Callable<?> loader, @Nullable ResolvableType declared) {
		boolean loaded = false;
		Object value;
		try {
			value = loader.call();
			this.cache.stored(value);
			loaded = true;
		}
		catch (Throwable ex) {
			throw new ValueNotLoadedException(this.cache.getName(), key, loader, ex);
		}
		finally {
			claim.end(loaded);
		}
		this.cache.fill(key, value, claim, declared);
		return this.cache.stored(value);
	}

	@SuppressWarnings("unchecked")
	<T> CompletableFuture<T> loadAsync(Object key, Supplier<CompletableFuture<T>> loader,
			@Nullable ResolvableType declared) {
		String id = this.keys.of(key);
		return this.cache.findAsync(key, declared).thenCompose((found) -> {
			if (found.isHit()) {
				return CompletableFuture.completedFuture((T) this.cache.unstored(found.storeValue()));
			}
			Load own = new Load(null);
			Load other = this.loads.begin(id, own, null);
			if (other == null) {
				return leadAsync(key, id, own, found, loader, declared);
			}
			return other.handle((loaded, failure) -> loaded)
				.thenCompose((loaded) -> (loaded != null)
						? CompletableFuture.completedFuture((T) this.cache.unstored(loaded))
						: loadAsync(key, loader, declared));
		});
	}

	@SuppressWarnings("unchecked")
	private <T> CompletableFuture<T> leadAsync(Object key, String id, Load own, Found found,
			Supplier<CompletableFuture<T>> loader, @Nullable ResolvableType declared) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return this.cache.claimToLoad(id, found, declared);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return Claim.NONE;
			}
		}, this.executor).thenCompose((claim) -> {
			if (claim.storeValue() != null) {
				return CompletableFuture.completedFuture(claim.storeValue());
			}
			own.claimed(claim);
			return loadAndFillAsync(key, claim, loader, declared);
		}).whenComplete((storeValue, failure) -> {
			this.loads.end(id, own);
			own.complete(storeValue);
		}).thenApply((storeValue) -> (T) this.cache.unstored(storeValue));
	}

	private <T> CompletableFuture<Object> loadAndFillAsync(Object key, Claim claim,
			Supplier<CompletableFuture<T>> loader, @Nullable ResolvableType declared) {
		CompletableFuture<T> loading;
		try {
			loading = loader.get();
		}
		catch (RuntimeException ex) {
			loading = CompletableFuture.failedFuture(ex);
		}
		return loading.handleAsync((value, failure) -> {
			claim.end(failure == null);
			if (failure != null) {
				throw (failure instanceof CompletionException ex) ? ex : new CompletionException(failure);
			}
			this.cache.fill(key, value, claim, declared);
			return this.cache.stored(value);
		}, this.executor);
	}

}
