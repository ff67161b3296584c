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

import java.time.Duration;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The options of one cache. Immutable: each method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class NatsCacheConfiguration {

	private static final NatsCacheConfiguration DEFAULTS = new NatsCacheConfiguration((key, value) -> null, false, true,
			OnError.MISS, false, false);

	private final BiFunction<Object, @Nullable Object, @Nullable Duration> ttl;

	private final boolean expiring;

	private final boolean nullValues;

	private final OnError onError;

	private final boolean local;

	private final boolean singleFlight;

	private NatsCacheConfiguration(BiFunction<Object, @Nullable Object, @Nullable Duration> ttl, boolean expiring,
			boolean nullValues, OnError onError, boolean local, boolean singleFlight) {
		this.ttl = ttl;
		this.expiring = expiring;
		this.nullValues = nullValues;
		this.onError = onError;
		this.local = local;
		this.singleFlight = singleFlight;
	}

	/**
	 * Return the defaults: entries live as long as the bucket says, {@code null} is
	 * cached, a read that fails is a miss, nothing is kept in memory, and a value is
	 * loaded once per JVM.
	 * @return the defaults
	 */
	public static NatsCacheConfiguration defaults() {
		return DEFAULTS;
	}

	/**
	 * Set how long entries live.
	 * @param ttl the time to live, whole seconds and at least one, or {@code null} for
	 * that of the bucket
	 * @return a copy
	 */
	public NatsCacheConfiguration ttl(@Nullable Duration ttl) {
		requireTtl(ttl);
		return new NatsCacheConfiguration((key, value) -> ttl, ttl != null, this.nullValues, this.onError, this.local,
				this.singleFlight);
	}

	/**
	 * Set how long each entry lives.
	 * @param ttl given the key and the value, {@code null} for a cached {@code null};
	 * returns the time to live of the entry, whole seconds and at least one, or
	 * {@code null} for that of the bucket
	 * @return a copy
	 */
	public NatsCacheConfiguration ttl(BiFunction<Object, @Nullable Object, @Nullable Duration> ttl) {
		return new NatsCacheConfiguration(ttl, true, this.nullValues, this.onError, this.local, this.singleFlight);
	}

	/**
	 * Set whether {@code null} is cached.
	 * @param nullValues whether it is; otherwise a method that returns {@code null} under
	 * {@code @Cacheable} fails unless {@code unless} says otherwise
	 * @return a copy
	 */
	public NatsCacheConfiguration nullValues(boolean nullValues) {
		return new NatsCacheConfiguration(this.ttl, this.expiring, nullValues, this.onError, this.local,
				this.singleFlight);
	}

	/**
	 * Set what becomes of reads and fills that fail.
	 * @param onError what becomes of them
	 * @return a copy
	 */
	public NatsCacheConfiguration onError(OnError onError) {
		return new NatsCacheConfiguration(this.ttl, this.expiring, this.nullValues, onError, this.local,
				this.singleFlight);
	}

	/**
	 * Set whether reads are answered from a copy of the cache in memory.
	 * @param local whether they are
	 * @return a copy
	 */
	public NatsCacheConfiguration local(boolean local) {
		return new NatsCacheConfiguration(this.ttl, this.expiring, this.nullValues, this.onError, local,
				this.singleFlight);
	}

	/**
	 * Set whether a value is loaded once at a time among all applications that use the
	 * bucket, instead of once per JVM. It applies to loads the cache knows of:
	 * {@code sync = true}, {@code get(key, loader)} and {@code retrieve(key, loader)}.
	 * @param singleFlight whether it is
	 * @return a copy
	 */
	public NatsCacheConfiguration singleFlight(boolean singleFlight) {
		return new NatsCacheConfiguration(this.ttl, this.expiring, this.nullValues, this.onError, this.local,
				singleFlight);
	}

	/**
	 * Whether entries may have a time to live of their own.
	 * @return whether they may
	 */
	public boolean isExpiring() {
		return this.expiring;
	}

	/**
	 * Whether {@code null} is cached.
	 * @return whether it is
	 */
	public boolean isNullValues() {
		return this.nullValues;
	}

	/**
	 * Return what becomes of reads and fills that fail.
	 * @return what becomes of them
	 */
	public OnError getOnError() {
		return this.onError;
	}

	/**
	 * Whether reads are answered from memory.
	 * @return whether they are
	 */
	public boolean isLocal() {
		return this.local;
	}

	/**
	 * Whether a value is loaded once at a time among all applications.
	 * @return whether it is
	 */
	public boolean isSingleFlight() {
		return this.singleFlight;
	}

	@Nullable Duration ttl(Object key, @Nullable Object value) {
		Duration chosen = this.ttl.apply(key, value);
		requireTtl(chosen);
		return chosen;
	}

	private static void requireTtl(@Nullable Duration ttl) {
		Assert.isTrue(ttl == null || (ttl.compareTo(Duration.ofSeconds(1)) >= 0 && ttl.getNano() == 0),
				() -> "The time to live of a cache entry must be whole seconds, at least one, but is " + ttl);
	}

	/**
	 * Options for reads and fills that fail, because the server is away for instance. An
	 * evict, a clear and a put that is no fill are thrown anyway.
	 */
	public enum OnError {

		/** A failed read is a miss, and nothing is stored. */
		MISS,

		/** The exception is thrown, for the {@code CacheErrorHandler} to decide. */
		FAIL

	}

}
