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
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.support.BucketStores;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.cache.Cache;
import org.springframework.cache.transaction.AbstractTransactionSupportingCacheManager;
import org.springframework.core.ResolvableType;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.ClassUtils;

/**
 * Manages caches in one bucket, each below a prefix of its own. Caches are made as they
 * are asked for. Set options before the first cache is used.
 *
 * @since 0.1.0
 */
public class NatsCacheManager extends AbstractTransactionSupportingCacheManager implements DisposableBean {

	private final BucketStore store;

	private final @Nullable BucketStore localStore;

	private final KeyValueCodec codec;

	private final ValueTypes types = new ValueTypes(ClassUtils.getDefaultClassLoader());

	private final TimeToLive timeToLive;

	private final Circuit circuit;

	private final ExecutorService executor;

	private final ScheduledExecutorService renewals;

	private Duration lease = SingleFlight.LEASE;

	private final Map<String, NatsCacheConfiguration> configurations = new LinkedHashMap<>();

	private final Map<String, NatsCache> caches = new ConcurrentHashMap<>();

	private volatile Consumer<? super NatsCache> cacheListener = (cache) -> {
	};

	private NatsCacheConfiguration defaults = NatsCacheConfiguration.defaults();

	/**
	 * Create a cache manager.
	 * @param buckets the buckets of a connection
	 * @param bucket the bucket key, or the server's name of the bucket
	 * @param codec encodes the values
	 */
	public NatsCacheManager(KeyValueBuckets buckets, String bucket, KeyValueCodec codec) {
		this.store = BucketStores.of(buckets, bucket);
		this.localStore = BucketStores.localOf(buckets, bucket);
		this.codec = codec;
		this.timeToLive = new TimeToLive(this.store);
		this.circuit = new Circuit(this.store.bucket());
		this.executor = Executors.newCachedThreadPool(threads("nats-cache-"));
		this.renewals = Executors.newSingleThreadScheduledExecutor(threads("nats-cache-renewal-"));
	}

	private static CustomizableThreadFactory threads(String prefix) {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(prefix);
		threads.setDaemon(true);
		return threads;
	}

	/**
	 * Set the options of caches that have none of their own.
	 * @param defaults the options
	 */
	public void setDefaults(NatsCacheConfiguration defaults) {
		this.defaults = defaults;
	}

	/**
	 * Return the options of caches that have none of their own.
	 * @return the options
	 */
	public NatsCacheConfiguration getDefaults() {
		return this.defaults;
	}

	/**
	 * Set the options of one cache.
	 * @param name the name of the cache, which is then among the
	 * {@linkplain #getCacheNames() names} from the start
	 * @param configuration the options
	 */
	public void setConfiguration(String name, NatsCacheConfiguration configuration) {
		this.configurations.put(name, configuration);
	}

	/**
	 * Trust classes of packages, so that values of them can be read that this application
	 * has neither written nor declared as the return type of a cached method.
	 * @param packages names of packages; those below them are trusted, too
	 */
	public void trustPackages(String... packages) {
		this.types.trustPackages(Arrays.asList(packages));
	}

	/**
	 * Trust types, so that values of them can be read that this application has neither
	 * written nor declared as the return type of a cached method.
	 * @param types the types
	 */
	public void trustTypes(Class<?>... types) {
		for (Class<?> type : types) {
			this.types.trust(ResolvableType.forClass(type));
		}
	}

	/**
	 * Set who is told of a cache that is not there from the start, before it is used for
	 * the first time.
	 * @param listener the listener, which may be told of a cache more than once
	 */
	public void setCacheListener(Consumer<? super NatsCache> listener) {
		this.cacheListener = listener;
	}

	/**
	 * Return the bucket.
	 * @return the server's name of the bucket
	 */
	public String getBucketName() {
		return this.store.bucket();
	}

	/**
	 * Refuse a time to live of entries that cannot be kept: one other than the bucket's
	 * needs nats-server 2.11, and a bucket with {@code limit-marker-ttl} and a history of
	 * 1. Without a call of this, writes are refused.
	 * @param ttl the time to live
	 * @throws InvalidDataAccessResourceUsageException if the server or the bucket cannot
	 * keep it
	 * @throws DataAccessException if the server could not be asked
	 */
	public void requireTimeToLive(Duration ttl) {
		this.timeToLive.require(ttl);
	}

	void setLease(Duration lease) {
		this.lease = lease;
	}

	@Override
	protected Collection<? extends Cache> loadCaches() {
		return List.copyOf(this.configurations.keySet()).stream().map(this::cache).toList();
	}

	@Override
	protected Cache getMissingCache(String name) {
		NatsCache cache = cache(name);
		this.cacheListener.accept(cache);
		return cache;
	}

	private NatsCache cache(String name) {
		return this.caches.computeIfAbsent(name, (key) -> {
			NatsCacheConfiguration configuration = this.configurations.getOrDefault(name, this.defaults);
			return new NatsCache(name, store(name, configuration), new CacheValues(name, this.codec, this.types),
					configuration, this.timeToLive, this.circuit, this.executor,
					(entries) -> new SingleFlight(entries, this.lease, this.renewals));
		});
	}

	private BucketStore store(String name, NatsCacheConfiguration configuration) {
		if (!configuration.isLocal()) {
			return this.store;
		}
		if (this.localStore == null) {
			throw new IllegalStateException(
					"Cache '%s' is to be local, but bucket '%s' has no local copy of all keys: declare it below nats.kv.buckets"
						.formatted(name, this.store.bucket()));
		}
		return this.localStore;
	}

	@Nullable Cache cacheOf(String name, ResolvableType declared, boolean filling) {
		if (getCache(name) == null) {
			return null;
		}
		this.types.trust(declared);
		return decorateCache(new InvocationCache(cache(name), declared, filling));
	}

	@Override
	public void destroy() {
		this.executor.shutdown();
		this.renewals.shutdownNow();
	}

}
