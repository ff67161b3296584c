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
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.cache.NatsCache;
import io.github.natskv.cache.NatsCacheConfiguration;
import io.github.natskv.cache.NatsCacheConfiguration.OnError;
import io.github.natskv.cache.NatsCacheManager;
import io.github.natskv.testsupport.NatsServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.boot.cache.autoconfigure.CacheManagerCustomizer;
import org.springframework.boot.cache.autoconfigure.metrics.CacheMetricsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.transaction.TransactionAwareCacheDecorator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The cache manager of the configuration, and cached methods of two applications.
 */
class NatsCacheAutoConfigurationTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final String bucket = "c" + UUID.randomUUID();

	private final ApplicationContextRunner plain = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsCacheAutoConfiguration.class, CacheAutoConfiguration.class,
				CacheMetricsAutoConfiguration.class))
		.withUserConfiguration(Caching.class)
		.withPropertyValues("nats.servers=" + server.url());

	private final ApplicationContextRunner runner = this.plain.withPropertyValues("nats.cache.bucket=" + this.bucket,
			"nats.kv.buckets." + this.bucket + ".storage=memory");

	@Test
	void cachedMethodsShareTheBucket() {
		this.runner.run((one) -> this.runner.run((two) -> {
			Service first = one.getBean(Service.class);
			Service second = two.getBean(Service.class);
			assertThat(first.find("a")).isEqualTo(List.of(new Order("a", 1)));
			assertThat(second.find("a")).isEqualTo(List.of(new Order("a", 1)));
			assertThat(second.loads()).isEqualTo(0);
			assertThat(second.put("a")).isEqualTo(List.of(new Order("a", 101)));
			assertThat(first.find("a")).isEqualTo(List.of(new Order("a", 101)));
			first.evict("a");
			assertThat(second.find("a")).isEqualTo(List.of(new Order("a", 2)));
			assertThat(first.none("a")).isNull();
			assertThat(second.none("a")).isNull();
			assertThat(second.loads()).isEqualTo(2);
			second.evictAll();
			assertThat(first.none("a")).isNull();
			assertThat(first.find("a")).isEqualTo(List.of(new Order("a", 3)));
			assertThat(first.later("x", 1).join()).isEqualTo("4");
			assertThat(second.later("x", 1).join()).isEqualTo("4");
			assertThat(first.sync("y")).isEqualTo(5);
			assertThat(second.sync("y")).isEqualTo(5);
		}));
	}

	@Test
	void anEvictionWhileACachedMethodRunsWins() {
		this.runner.run((one) -> this.runner.run((two) -> {
			Service first = one.getBean(Service.class);
			Service second = two.getBean(Service.class);
			first.meanwhile(() -> second.evict("a"));
			first.find("a");
			first.later("b", 2).join();
			first.sync("c");
			first.meanwhile(null);
			assertThat(cache(two).get("a")).isNull();
			assertThat(first.find("a")).isEqualTo(List.of(new Order("a", 4)));
			assertThat(second.find("a")).isEqualTo(List.of(new Order("a", 4)));
			// a put that is no fill counts whatever was before
			first.meanwhile(() -> second.evict("a"));
			first.put("a");
			assertThat(cache(two).get("a")).isNotNull();
			first.meanwhile(() -> second.evict("a"));
			first.evict("a");
			first.find("a");
			assertThat(cache(two).get("a")).isNull();
		}));
	}

	private static Cache cache(AssertableApplicationContext context) {
		Cache cache = context.getBean(CacheManager.class).getCache("orders");
		assertThat(cache).isNotNull();
		return cache;
	}

	@Test
	void cachesHaveOptionsOfTheirOwn() {
		this.runner
			.withPropertyValues("nats.kv.buckets." + this.bucket + ".ttl=10", "nats.cache.on-error=fail",
					"nats.cache.caches.orders.ttl=10", "nats.cache.caches[a.b c].null-values=false",
					"nats.cache.caches.orders.single-flight=true", "spring.cache.cache-names=named")
			.withBean(CacheManagerCustomizer.class,
					() -> (CacheManagerCustomizer<NatsCacheManager>) (manager) -> manager.setConfiguration("custom",
							manager.getDefaults().onError(OnError.MISS)))
			.run((context) -> {
				NatsCacheManager manager = context.getBean(NatsCacheManager.class);
				assertThat(manager.getBucketName()).isEqualTo(this.bucket);
				assertThat(manager.getCacheNames()).containsExactlyInAnyOrder("orders", "a.b c", "named", "custom");
				NatsCacheConfiguration orders = ((NatsCache) cache(context)).getConfiguration();
				assertThat(orders.isExpiring()).isTrue();
				assertThat(orders.isSingleFlight()).isTrue();
				assertThat(orders.getOnError()).isEqualTo(OnError.FAIL);
				assertThat(((NatsCache) manager.getCache("a.b c")).getConfiguration().isNullValues()).isFalse();
				assertThat(((NatsCache) manager.getCache("custom")).getConfiguration().getOnError())
					.isEqualTo(OnError.MISS);
			});
	}

	@Test
	void localCachesReadMemoryAndHearOfEvictions() {
		ApplicationContextRunner local = this.runner.withPropertyValues("nats.cache.local=true",
				"nats.cache.trusted-packages=io.github.natskv");
		local.run((one) -> local.run((two) -> {
			Service first = one.getBean(Service.class);
			Service second = two.getBean(Service.class);
			first.find("a");
			Awaitility.await().until(() -> cache(two).get("a") != null);
			long sent = two.getBean(Connection.class).getStatistics().getOutMsgs();
			for (int i = 0; i < 100; i++) {
				assertThat(second.find("a")).isEqualTo(List.of(new Order("a", 1)));
			}
			assertThat(two.getBean(Connection.class).getStatistics().getOutMsgs() - sent).isLessThan(50);
			first.evict("a");
			assertThat(cache(one).get("a")).isNull();
			Awaitility.await().until(() -> cache(two).get("a") == null);
			assertThat(second.find("a")).isEqualTo(List.of(new Order("a", 1)));
			second.evictAll();
			assertThat(cache(two).get("a")).isNull();
			Awaitility.await().until(() -> cache(one).get("a") == null);
			assertThat(first.find("a")).isEqualTo(List.of(new Order("a", 2)));
			assertThat(cache(one).get("a")).isNotNull();
		}));
	}

	@Test
	void itBacksOff() {
		this.plain.run((context) -> assertThat(context).hasSingleBean(CacheManager.class)
			.doesNotHaveBean(NatsCacheManager.class));
		this.runner.withPropertyValues("spring.cache.type=simple")
			.run((context) -> assertThat(context).getBean(CacheManager.class)
				.isInstanceOf(ConcurrentMapCacheManager.class));
		this.runner.withPropertyValues("nats.cache.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(NatsCacheManager.class));
		this.runner.withBean("mine", CacheManager.class, ConcurrentMapCacheManager::new)
			.run((context) -> assertThat(context).getBean(CacheManager.class)
				.isInstanceOf(ConcurrentMapCacheManager.class));
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
					NatsCacheAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "nats.cache.bucket=b")
			.withClassLoader(new FilteredClassLoader(CacheAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed());
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
					NatsCacheAutoConfiguration.class, CacheAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "nats.cache.bucket=b")
			.run((context) -> assertThat(context).doesNotHaveBean(CacheManager.class));
	}

	@Test
	void mistakesFailTheStart() {
		this.runner.withPropertyValues("nats.cache.tll=5m")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidNatsPropertyException.class)
				.hasMessageContaining("nats.cache.tll"));
		this.runner.withPropertyValues("nats.cache.caches.a.b.ttl=5m")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidNatsPropertyException.class)
				.hasMessageContaining("keys have no dots"));
		this.runner.withPropertyValues("nats.cache.caches.orders.ttl=500ms")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("nats.cache.caches.orders.ttl"));
		this.runner.withPropertyValues("nats.cache.bucket=")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidNatsPropertyException.class)
				.hasMessageContaining("it is empty"));
		this.runner.withPropertyValues("nats.cache.connection=other")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("no such connection"));
	}

	@Test
	void environmentVariablesSetOptionsButAddNoCache() {
		this.runner.withPropertyValues("nats.cache.caches.orders.null-values=true")
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("systemEnvironment",
						Map.of("NATS_CACHE_CACHES_ORDERS_NULLVALUES", "false"))))
			.run((context) -> {
				assertThat(((NatsCache) cache(context)).getConfiguration().isNullValues()).isFalse();
				assertThat(context.getBean(CacheManager.class).getCacheNames()).containsExactly("orders");
			});
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("systemEnvironment",
						Map.of("NATS_CACHE_CACHES_OTHER_TTL", "5m"))))
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void theBucketMayBeOnAnotherConnection() {
		this.plain
			.withPropertyValues("nats.cache.bucket=b", "nats.cache.connection=other",
					"nats.connections.other.servers=" + server.url(),
					"nats.connections.other.kv.buckets.b.name=" + this.bucket)
			.run((context) -> {
				cache(context).put("a", "1");
				assertThat(context.getBean(NatsCacheManager.class).getBucketName()).isEqualTo(this.bucket);
			});
	}

	@Test
	void whatIsPutInATransactionHappensAfterItsCommit() {
		this.runner
			.withBean(CacheManagerCustomizer.class,
					() -> (CacheManagerCustomizer<NatsCacheManager>) (manager) -> manager.setTransactionAware(true))
			.run((context) -> {
				assertThat(cache(context)).isInstanceOf(TransactionAwareCacheDecorator.class);
				Service service = context.getBean(Service.class);
				TransactionSynchronizationManager.initSynchronization();
				try {
					service.find("a");
					assertThat(cache(context).get("a")).isNull();
					TransactionSynchronizationManager.getSynchronizations()
						.forEach(TransactionSynchronization::afterCommit);
				}
				finally {
					TransactionSynchronizationManager.clear();
				}
				assertThat(cache(context).get("a")).isNotNull();
			});
	}

	@Test
	void cachesAreMeasured() {
		this.runner.withPropertyValues("nats.cache.caches.orders.local=false")
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> {
				context.getBean(Service.class).find("a");
				context.getBean(Service.class).find("a");
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				assertThat(
						meters.get("cache.gets").tag("name", "orders").tag("result", "hit").functionCounter().count())
					.isEqualTo(1);
				assertThat(meters.get("cache.puts").tag("cache", "orders").functionCounter().count()).isEqualTo(1);
				assertThat(meters.get("cache.fills.refused").functionCounter().count()).isZero();
				assertThat(meters.get("cache.failures").functionCounter().count()).isZero();
			});
	}

	@Test
	void aBucketThatIsMissingIsToldOfWhenItIsWrittenTo() {
		this.plain.withPropertyValues("nats.cache.bucket=missing").run((context) -> {
			assertThat(cache(context).get("a")).isNull();
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> cache(context).put("a", "1"))
				.withMessageContaining("missing");
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

		@Bean
		Service service() {
			return new Service();
		}

	}

	static class Service {

		private final AtomicInteger loads = new AtomicInteger();

		private @Nullable Runnable meanwhile;

		int loads() {
			return this.loads.get();
		}

		void meanwhile(@Nullable Runnable task) {
			this.meanwhile = task;
		}

		private int load() {
			if (this.meanwhile != null) {
				this.meanwhile.run();
			}
			return this.loads.incrementAndGet();
		}

		@Cacheable("orders")
		List<Order> find(String id) {
			return List.of(new Order(id, load()));
		}

		@CachePut("orders")
		List<Order> put(String id) {
			return List.of(new Order(id, 100 + load()));
		}

		@CacheEvict("orders")
		void evict(String id) {
		}

		@CacheEvict(cacheNames = "orders", allEntries = true)
		void evictAll() {
		}

		@Cacheable("nothing")
		@Nullable Order none(String id) {
			load();
			return null;
		}

		@Cacheable("later")
		CompletableFuture<String> later(String id, int number) {
			return CompletableFuture.supplyAsync(() -> Integer.toString(load()));
		}

		@Cacheable(cacheNames = "sync", sync = true)
		int sync(String id) {
			return load();
		}

	}

	record Order(String id, int amount) {

	}

}
