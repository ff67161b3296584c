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

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.cache.Cache;
import org.springframework.core.ResolvableType;

/**
 * A cache as one invocation of a cached method sees it. It knows the return type of the
 * method, and that a {@code put} after a miss is the fill.
 */
final class InvocationCache implements Cache {

	private final NatsCache cache;

	private final ResolvableType declared;

	private final boolean filling;

	private final Map<Object, Claim> claims = new ConcurrentHashMap<>(2);

	// filling: its puts are fills
	InvocationCache(NatsCache cache, ResolvableType declared, boolean filling) {
		this.cache = cache;
		this.declared = declared;
		this.filling = filling;
	}

	@Override
	public String getName() {
		return this.cache.getName();
	}

	@Override
	public Object getNativeCache() {
		return this.cache.getNativeCache();
	}

	@Override
	public @Nullable ValueWrapper get(Object key) {
		return this.cache.wrapped(claimed(key, this.cache.find(key, this.declared)));
	}

	private Found claimed(Object key, Found found) {
		if (found.isHit() || !this.filling) {
			return found;
		}
		Claim claim = this.cache.claim(key, found, this.declared);
		this.claims.put(key, claim);
		return (claim.storeValue() != null) ? new Found(claim.storeValue(), claim.revision()) : found;
	}

	@Override
	public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
		return this.cache.get(key, type);
	}

	@Override
	public <T> @Nullable T get(Object key, Callable<T> valueLoader) {
		return this.cache.load(key, valueLoader, this.declared);
	}

	@Override
	public CompletableFuture<?> retrieve(Object key) {
		CompletableFuture<Found> found = this.cache.findAsync(key, this.declared);
		return (this.filling ? found.thenApplyAsync((result) -> claimed(key, result), this.cache.executor()) : found)
			.thenApply(this.cache::retrieved);
	}

	@Override
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> valueLoader) {
		return this.cache.loadAsync(key, valueLoader, this.declared);
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		if (!this.filling) {
			this.cache.put(key, value, this.declared);
			return;
		}
		// none after a read that failed
		Claim claim = this.claims.remove(key);
		if (claim != null) {
			this.cache.fill(key, value, claim, this.declared);
		}
	}

	@Override
	public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
		return this.cache.putIfAbsent(key, value);
	}

	@Override
	public void evict(Object key) {
		this.cache.evict(key);
	}

	@Override
	public boolean evictIfPresent(Object key) {
		return this.cache.evictIfPresent(key);
	}

	@Override
	public void clear() {
		this.cache.clear();
	}

	@Override
	public boolean invalidate() {
		return this.cache.invalidate();
	}

}
