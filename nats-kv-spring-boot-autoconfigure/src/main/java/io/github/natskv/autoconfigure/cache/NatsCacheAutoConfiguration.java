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

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsCacheProperties;
import io.github.natskv.autoconfigure.binding.ConfiguredConnection;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.autoconfigure.connection.ConnectionBeans;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.cache.NatsCache;
import io.github.natskv.cache.NatsCacheManager;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueCodec;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.nats.client.Connection;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.boot.cache.autoconfigure.CacheManagerCustomizer;
import org.springframework.boot.cache.autoconfigure.CacheManagerCustomizers;
import org.springframework.boot.cache.autoconfigure.CacheProperties;
import org.springframework.boot.cache.metrics.CacheMeterBinderProvider;
import org.springframework.boot.cache.metrics.CacheMetricsRegistrar;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cache.CacheManager;
import org.springframework.cache.interceptor.CacheAspectSupport;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;

/**
 * Auto-configuration for Spring's cache abstraction on a bucket.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = CacheAutoConfiguration.class, after = NatsKeyValueAutoConfiguration.class)
@ConditionalOnClass({ Connection.class, CacheManager.class, CacheAutoConfiguration.class })
@ConditionalOnProperty("nats.cache.bucket")
@ConditionalOnBooleanProperty(name = "nats.cache.enabled", matchIfMissing = true)
@ConditionalOnBean(CacheAspectSupport.class)
@Conditional(NoCacheTypeCondition.class)
@ImportRuntimeHints(CacheRuntimeHints.class)
public final class NatsCacheAutoConfiguration {

	NatsCacheAutoConfiguration() {
	}

	// also for cached methods of a context whose parent has the cache manager
	@Bean
	@ConditionalOnSingleCandidate(NatsCacheManager.class)
	FillingCacheResolverInitializer natsFillingCacheResolverInitializer(ObjectProvider<CacheAspectSupport> aspects,
			NatsCacheManager cacheManager) {
		return new FillingCacheResolverInitializer(aspects, cacheManager);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(value = CacheManager.class, name = "cacheResolver")
	@EnableConfigurationProperties(CacheProperties.class)
	static class CacheManagerConfiguration {

		@Bean
		NatsCacheManager cacheManager(ConfigurableListableBeanFactory beanFactory, CacheProperties cacheProperties,
				ObjectProvider<KeyValueCodec> codec, ObjectProvider<CacheManagerCustomizer<?>> customizers) {
			ConfiguredConnections connections = ConfiguredConnections.of(beanFactory);
			CacheOptions options = new CacheOptions(connections.cache());
			ConnectionBeans beans = new ConnectionBeans(beanFactory, connection(connections));
			NatsCacheManager manager = new NatsCacheManager(beans.get(KeyValueBuckets.class), options.bucket(),
					codec.getIfUnique(() -> CacheOptions.defaultCodec(beanFactory)));
			manager.setDefaults(options.defaults());
			cacheProperties.getCacheNames().forEach((name) -> manager.setConfiguration(name, options.of(name)));
			options.names().forEach((name) -> manager.setConfiguration(name, options.of(name)));
			if (AutoConfigurationPackages.has(beanFactory)) {
				manager.trustPackages(AutoConfigurationPackages.get(beanFactory).toArray(new String[0]));
			}
			manager.trustPackages(connections.cache().trustedPackages().toArray(new String[0]));
			return new CacheManagerCustomizers(customizers.orderedStream().toList()).customize(manager);
		}

		private static ConfiguredConnection connection(ConfiguredConnections connections) {
			NatsCacheProperties properties = connections.cache();
			if (properties.connection() == null) {
				return connections.ofDefault();
			}
			return connections.all()
				.stream()
				.filter((connection) -> properties.connection().equals(connection.name().name()))
				.findFirst()
				.orElseThrow(() -> new InvalidNatsPropertyException("nats.cache.connection",
						"is '%s', but there is no such connection.".formatted(properties.connection()),
						"Use one of %s, or declare it below 'nats.connections'.".formatted(connections.names())));
		}

		@Bean
		CacheTimeToLiveCheck natsCacheTimeToLiveCheck(ConfigurableListableBeanFactory beanFactory,
				NatsCacheManager cacheManager) {
			return new CacheTimeToLiveCheck(cacheManager,
					new CacheOptions(ConfiguredConnections.of(beanFactory).cache()));
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass({ MeterBinder.class, CacheMeterBinderProvider.class })
		static class CacheMetricsConfiguration {

			@Bean
			CacheMeterBinderProvider<NatsCache> natsCacheMeterBinderProvider() {
				return NatsCacheMetrics::new;
			}

			// Boot binds those that exist from the start
			@Bean
			SmartInitializingSingleton natsCacheMeterRegistration(ObjectProvider<NatsCacheManager> cacheManager,
					ObjectProvider<CacheMetricsRegistrar> registrar) {
				return () -> registrar
					.ifAvailable((meters) -> cacheManager.ifUnique((manager) -> manager.setCacheListener(
							(cache) -> meters.bindCacheToRegistry(cache, Tag.of("cache.manager", "cacheManager")))));
			}

		}

	}

}
