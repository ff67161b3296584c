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

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.springframework.cache.Cache;
import org.springframework.cache.interceptor.CacheOperationInvocationContext;
import org.springframework.cache.interceptor.CacheResolver;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.core.MethodClassKey;
import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Resolves the caches of cached methods so that what {@code @Cacheable} puts after a miss
 * is stored only if the key was neither written nor evicted meanwhile. The
 * auto-configuration makes it the default resolver; a method with a resolver or cache
 * manager of its own gets caches that cannot tell such a put from others.
 *
 * @since 0.1.0
 */
public class NatsCacheResolver implements CacheResolver {

	private final Supplier<NatsCacheManager> cacheManager;

	private final Map<MethodClassKey, ResolvableType> declared = new ConcurrentReferenceHashMap<>();

	/**
	 * Create a resolver.
	 * @param cacheManager supplies the cache manager, the first time a cached method is
	 * called
	 */
	public NatsCacheResolver(Supplier<NatsCacheManager> cacheManager) {
		this.cacheManager = cacheManager;
	}

	@Override
	public Collection<? extends Cache> resolveCaches(CacheOperationInvocationContext<?> context) {
		boolean filling = context.getOperation() instanceof CacheableOperation;
		ResolvableType type = this.declared.computeIfAbsent(
				new MethodClassKey(context.getMethod(), context.getTarget().getClass()),
				(key) -> CachedTypes.of(context.getMethod(), context.getTarget().getClass()));
		List<Cache> caches = new ArrayList<>(1);
		for (String name : context.getOperation().getCacheNames()) {
			Cache cache = this.cacheManager.get().cacheOf(name, type, filling);
			Assert.notNull(cache, () -> "There is no cache '%s' for %s".formatted(name, context.getOperation()));
			caches.add(cache);
		}
		return caches;
	}

}
