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

package io.github.natskv.autoconfigure.cache;

import io.github.natskv.cache.NatsCacheManager;
import io.github.natskv.cache.NatsCacheResolver;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cache.interceptor.CacheAspectSupport;
import org.springframework.cache.interceptor.CacheResolver;
import org.springframework.cache.interceptor.SimpleCacheResolver;

/**
 * Makes the resolver that tells fills from other puts the default of cached methods,
 * unless the application has a resolver of its own.
 */
class FillingCacheResolverInitializer implements SmartInitializingSingleton {

	private final ObjectProvider<CacheAspectSupport> aspects;

	private final NatsCacheManager cacheManager;

	FillingCacheResolverInitializer(ObjectProvider<CacheAspectSupport> aspects, NatsCacheManager cacheManager) {
		this.aspects = aspects;
		this.cacheManager = cacheManager;
	}

	@Override
	public void afterSingletonsInstantiated() {
		NatsCacheResolver resolver = new NatsCacheResolver(() -> this.cacheManager);
		this.aspects.forEach((aspect) -> {
			CacheResolver present = aspect.getCacheResolver();
			if (present == null || (present instanceof SimpleCacheResolver simple
					&& simple.getCacheManager() == this.cacheManager)) {
				aspect.setCacheResolver(resolver);
			}
		});
	}

}
