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

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.cache.NatsCacheManager;
import io.github.natskv.testsupport.NatsServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.cache.actuate.endpoint.CachesEndpoint;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.boot.cache.autoconfigure.metrics.CacheMetricsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.interceptor.CacheErrorHandler;
import org.springframework.cache.interceptor.SimpleCacheErrorHandler;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Caches with the rest of Spring Boot: the endpoint, meters, error handlers, an
 * application that starts without a server, and one with child contexts.
 */
@Timeout(60)
class CacheApplicationTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsCacheAutoConfiguration.class, CacheAutoConfiguration.class,
				CacheMetricsAutoConfiguration.class))
		.withUserConfiguration(Caching.class)
		.withPropertyValues("nats.servers=" + server.url(), "nats.cache.bucket=cache",
				"nats.kv.buckets.cache.name=c" + UUID.randomUUID(), "nats.kv.buckets.cache.storage=memory");

	@Test
	void theEndpointListsAndClearsThem() {
		this.runner.withPropertyValues("nats.cache.caches.declared.local=false").run((context) -> {
			NatsCacheManager manager = context.getBean(NatsCacheManager.class);
			context.getBean(Orders.class).find("a");
			CachesEndpoint endpoint = new CachesEndpoint(context.getBeansOfType(CacheManager.class));
			assertThat(endpoint.caches().getCacheManagers().get("cacheManager").getCaches())
				.containsOnlyKeys("declared", "orders")
				.allSatisfy((name, cache) -> assertThat(cache.getTarget()).isEqualTo(String.class.getName()));
			assertThat(endpoint.clearCache("orders", null)).isTrue();
			assertThat(manager.getCache("orders").get("a")).isNull();
		});
	}

	@Test
	void thoseMadeAsTheyAreUsedAreMeasured() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("nats.cache.caches.declared.local=false")
			.run((context) -> {
				context.getBean(Orders.class).find("a");
				context.getBean(Orders.class).find("a");
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				assertThat(meters.get("cache.gets")
					.tags("cache", "orders", "cache.manager", "cacheManager", "result", "hit")
					.functionCounter()
					.count()).isEqualTo(1);
				assertThat(meters.get("cache.puts").tags("cache", "declared", "cache.manager", "cacheManager").meter())
					.isNotNull();
			});
	}

	@Test
	void withoutAServerAtTheStartReadsAreMisses() throws Exception {
		try (NatsServer late = NatsServer.start()) {
			late.kill();
			this.runner.withUserConfiguration(Handling.class)
				.withPropertyValues("nats.servers=" + late.url(), "nats.startup=retry", "nats.reconnect-wait=50ms",
						"nats.cache.caches.strict.on-error=fail")
				.run((context) -> {
					Orders orders = context.getBean(Orders.class);
					Handling handling = context.getBean(Handling.class);
					assertThat(orders.find("a")).isEqualTo(1);
					assertThat(orders.find("a")).isEqualTo(2);
					assertThat(handling.failures).isEmpty();
					// the error handler decides
					assertThat(orders.findStrictly("a")).isEqualTo(3);
					assertThat(handling.failures).containsExactly("strict");
					assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> orders.evict("a"));
					late.restart();
					Awaitility.await().until(() -> orders.find("a") == orders.find("a"));
					orders.evict("a");
					assertThat(cache(context).get("a")).isNull();
				});
		}
	}

	@Test
	void cachedMethodsOfAChildContextShareThemAndStoreNothingStale() {
		this.runner.run((parent) -> new ApplicationContextRunner().withParent(parent)
			.withConfiguration(AutoConfigurations.of(NatsCacheAutoConfiguration.class, CacheAutoConfiguration.class))
			.withUserConfiguration(Caching.class)
			.withPropertyValues("nats.cache.bucket=cache")
			.run((child) -> {
				assertThat(child).hasNotFailed();
				assertThat(child.getBean(CacheManager.class)).isSameAs(parent.getBean(CacheManager.class));
				Orders orders = child.getBean(Orders.class);
				orders.meanwhile(() -> parent.getBean(Orders.class).evict("a"));
				assertThat(orders.find("a")).isEqualTo(1);
				assertThat(cache(parent).get("a")).isNull();
				orders.meanwhile(null);
				assertThat(orders.find("a")).isEqualTo(2);
				assertThat(parent.getBean(Orders.class).find("a")).isEqualTo(2);
			}));
	}

	private static Cache cache(ApplicationContext context) {
		Cache cache = context.getBean(CacheManager.class).getCache("orders");
		assertThat(cache).isNotNull();
		return cache;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

		@Bean
		Orders orders() {
			return new Orders();
		}

	}

	static class Orders {

		private final AtomicInteger loads = new AtomicInteger();

		private @Nullable Runnable meanwhile;

		void meanwhile(@Nullable Runnable task) {
			this.meanwhile = task;
		}

		@Cacheable("orders")
		int find(String id) {
			if (this.meanwhile != null) {
				this.meanwhile.run();
			}
			return this.loads.incrementAndGet();
		}

		@Cacheable("strict")
		int findStrictly(String id) {
			return this.loads.incrementAndGet();
		}

		@CacheEvict("orders")
		void evict(String id) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Handling implements CachingConfigurer {

		private final List<String> failures = new CopyOnWriteArrayList<>();

		@Override
		public CacheErrorHandler errorHandler() {
			return new SimpleCacheErrorHandler() {

				@Override
				public void handleCacheGetError(RuntimeException exception, Cache cache, Object key) {
					Handling.this.failures.add(cache.getName());
				}

			};
		}

	}

}
