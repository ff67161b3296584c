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
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.StaleReadException;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.jetstream.BucketValues;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.cache.support.AbstractValueAdaptingCache;
import org.springframework.core.ResolvableType;

/**
 * One cache on a bucket. {@code put}, {@code evict} and {@code clear} have happened on
 * the server when they return, and throw if they have not. What a loader returns is
 * stored only if the key was neither written nor evicted since the miss.
 *
 * @since 0.1.0
 */
public final class NatsCache extends AbstractValueAdaptingCache {

	private final String name;

	private final BucketStore store;

	private final NatsCacheConfiguration configuration;

	private final CacheKeys keys;

	private final CacheEntries entries;

	private final CacheValues values;

	private final CacheGuard guard;

	private final CacheCounts counts = new CacheCounts();

	private final Loads loads = new Loads();

	private final CacheLoader loader;

	private final SingleFlight flight;

	private final Executor executor;

	private final TimeToLive timeToLive;

	NatsCache(String name, BucketStore store, CacheValues values, NatsCacheConfiguration configuration,
			TimeToLive timeToLive, Circuit circuit, Executor executor, Function<CacheEntries, SingleFlight> flight) {
		super(configuration.isNullValues());
		this.name = name;
		this.store = store;
		this.configuration = configuration;
		this.timeToLive = timeToLive;
		this.keys = new CacheKeys(name);
		this.entries = new CacheEntries(store, this.keys, configuration.isLocal());
		this.values = values;
		this.guard = new CacheGuard(circuit, configuration.getOnError(), this.counts);
		this.flight = flight.apply(this.entries);
		this.executor = executor;
		this.loader = new CacheLoader(this, this.keys, this.loads, executor);
	}

	@Override
	public String getName() {
		return this.name;
	}

	/**
	 * Return the bucket.
	 * @return the server's name of the bucket
	 */
	@Override
	public String getNativeCache() {
		return this.store.bucket();
	}

	/**
	 * Return the options of this cache.
	 * @return the options
	 */
	public NatsCacheConfiguration getConfiguration() {
		return this.configuration;
	}

	/**
	 * Return the counts of this cache.
	 * @return the counts since the application started
	 */
	public NatsCacheStatistics getStatistics() {
		return this.counts.sum();
	}

	@Override
	protected @Nullable Object lookup(Object key) {
		return find(key, null).storeValue();
	}

	Found find(Object key, @Nullable ResolvableType declared) {
		String id = this.keys.of(key);
		try {
			return counted(this.guard.call(() -> found(this.entries.last(id), declared), Found.UNKNOWN));
		}
		catch (StaleReadException ex) {
			return counted(Found.UNKNOWN);
		}
	}

	CompletableFuture<Found> findAsync(Object key, @Nullable ResolvableType declared) {
		String id = this.keys.of(key);
		return this.guard
			.callAsync(() -> this.entries.lastAsync(id).thenApply((last) -> found(last, declared)), Found.UNKNOWN)
			.thenApply(this::counted);
	}

	private Found counted(Found found) {
		(found.isHit() ? this.counts.hits : this.counts.misses).increment();
		return found;
	}

	private Found found(@Nullable MessageInfo last, @Nullable ResolvableType declared) {
		if (last == null) {
			return new Found(null, 0);
		}
		return new Found(BucketValues.isPut(last) ? this.values.decode(last, declared) : null, last.getSeq());
	}

	private Found foundAtLeader(String id, @Nullable ResolvableType declared) {
		return found(this.entries.lastFromLeader(id), declared);
	}

	Claim claim(Object key, Found found, @Nullable ResolvableType declared) {
		return found.isKnown() ? this.guard.call(() -> claim(this.keys.of(key), found, declared), Claim.NONE)
				: Claim.NONE;
	}

	private Claim claim(String id, Found found, @Nullable ResolvableType declared) {
		Found last = found;
		for (int attempt = 0; attempt < 10; attempt++) {
			if (last.isHit()) {
				return new Claim(last);
			}
			if (last.revision() > 0) {
				return Claim.of(last.revision());
			}
			try {
				return Claim.of(this.entries.tombstone(id, 0, false));
			}
			catch (RevisionConflictException ex) {
				last = foundAtLeader(id, declared);
			}
		}
		return Claim.NONE;
	}

	Claim claimToLoad(String id, Found found, @Nullable ResolvableType declared) throws InterruptedException {
		if (!found.isKnown()) {
			return Claim.NONE;
		}
		if (!this.configuration.isSingleFlight()) {
			return this.guard.call(() -> claim(id, foundAtLeader(id, declared), declared), Claim.NONE);
		}
		try {
			return this.flight.claim(id, (last) -> found(last, declared));
		}
		catch (RuntimeException ex) {
			return this.guard.call(() -> {
				throw ex;
			}, Claim.NONE);
		}
	}

	void fill(Object key, @Nullable Object value, Claim claim, @Nullable ResolvableType declared) {
		Object storeValue = toStoreValue(value);
		long revision = claim.revision();
		if (revision < 0) {
			return;
		}
		CacheValues.Encoded encoded = this.values.encode(storeValue, declared);
		boolean stored = this.guard.call(() -> {
			try {
				this.entries.fill(this.keys.of(key), headers(encoded, key, value), encoded.bytes(), revision);
				return true;
			}
			catch (RevisionConflictException ex) {
				this.counts.refusedFills.increment();
				return false;
			}
		}, false);
		if (stored) {
			this.counts.puts.increment();
		}
	}

	private Headers headers(CacheValues.Encoded encoded, Object key, @Nullable Object value) {
		return this.timeToLive.apply(encoded.headers(), this.configuration.ttl(key, value));
	}

	@Override
	public <T> @Nullable T get(Object key, Callable<T> valueLoader) {
		return load(key, valueLoader, null);
	}

	<T> @Nullable T load(Object key, Callable<T> loader, @Nullable ResolvableType declared) {
		return this.loader.load(key, loader, declared);
	}

	@Override
	public CompletableFuture<?> retrieve(Object key) {
		return findAsync(key, null).thenApply(this::retrieved);
	}

	@Nullable Object retrieved(Found found) {
		return isAllowNullValues() ? wrapped(found) : found.storeValue();
	}

	@Override
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> valueLoader) {
		return loadAsync(key, valueLoader, null);
	}

	<T> CompletableFuture<T> loadAsync(Object key, Supplier<CompletableFuture<T>> loader,
			@Nullable ResolvableType declared) {
		return this.loader.loadAsync(key, loader, declared);
	}

	// what is stored for a value, which must not be null where none is cached
	Object stored(@Nullable Object value) {
		return toStoreValue(value);
	}

	@Nullable Object unstored(@Nullable Object storeValue) {
		return fromStoreValue(storeValue);
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		put(key, value, null);
	}

	void put(Object key, @Nullable Object value, @Nullable ResolvableType declared) {
		CacheValues.Encoded encoded = this.values.encode(toStoreValue(value), declared);
		String id = this.keys.of(key);
		this.entries.put(id, headers(encoded, key, value), encoded.bytes());
		this.loads.forget(id);
		this.counts.puts.increment();
	}

	@Override
	public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
		CacheValues.Encoded encoded = this.values.encode(toStoreValue(value), null);
		String id = this.keys.of(key);
		while (true) {
			Found found = foundAtLeader(id, null);
			if (found.isHit()) {
				return toValueWrapper(found.storeValue());
			}
			try {
				this.entries.fill(id, headers(encoded, key, value), encoded.bytes(), found.revision());
				this.loads.forget(id);
				this.counts.puts.increment();
				return null;
			}
			catch (RevisionConflictException ex) {
				// written by another meanwhile
			}
		}
	}

	@Override
	public void evict(Object key) {
		String id = this.keys.of(key);
		this.entries.evict(id);
		this.loads.forget(id);
		this.counts.evictions.increment();
	}

	@Override
	public boolean evictIfPresent(Object key) {
		String id = this.keys.of(key);
		boolean present = this.entries.evictIfPresent(id);
		this.loads.forget(id);
		this.counts.evictions.increment();
		return present;
	}

	@Override
	public void clear() {
		this.entries.clear();
		this.loads.forgetAll();
		this.counts.evictions.increment();
	}

	/**
	 * Remove all entries.
	 * @return whether there was a value
	 */
	@Override
	public boolean invalidate() {
		boolean present = this.entries.hasValues();
		clear();
		return present;
	}

	Executor executor() {
		return this.executor;
	}

	@Nullable ValueWrapper wrapped(Found found) {
		return toValueWrapper(found.storeValue());
	}

}
