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

package io.github.natskv.test;

import java.time.Duration;
import java.util.List;

import io.github.natskv.cache.NatsCacheManager;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.cache.Cache;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Cached methods in tests without a server.
 */
@NatsKvTest(
		properties = { "nats.cache.bucket=cache", "nats.kv.buckets.cache.limit-marker-ttl=1m", "nats.cache.ttl=10m" })
@InMemoryNats
@Import(InMemoryCacheTests.Greetings.class)
class InMemoryCacheTests {

	@Autowired
	private Greetings greetings;

	@Autowired
	private NatsCacheManager manager;

	@Autowired
	private MutableClock clock;

	@Test
	void entriesExpireByTheClockOfTheTest() {
		assertThat(this.greetings.greet("Ann")).containsExactly("Hi Ann 1");
		assertThat(this.greetings.greet("Ann")).containsExactly("Hi Ann 1");
		this.clock.advance(Duration.ofMinutes(11));
		assertThat(this.greetings.greet("Ann")).containsExactly("Hi Ann 2");
	}

	@Test
	void aClearLeavesOtherCachesAlone() {
		Cache cache = this.manager.getCache("greetings");
		Cache other = this.manager.getCache("other");
		cache.put("a", "1");
		other.put("a", "2");
		cache.clear();
		assertThat(cache.get("a")).isNull();
		assertThat(other.get("a", String.class)).isEqualTo("2");
		assertThat(cache.<String>get("a", () -> {
			other.clear();
			return "3";
		})).isEqualTo("3");
		assertThat(other.get("a")).isNull();
	}

	@Test
	void anEvictionWhileAValueIsLoadedWins() {
		Cache cache = this.manager.getCache("greetings");
		assertThat(cache.<String>get("b", () -> {
			cache.evict("b");
			return "stale";
		})).isEqualTo("stale");
		assertThat(cache.get("b")).isNull();
	}

	static class Greetings {

		private int calls;

		@Cacheable("greetings")
		List<String> greet(String name) {
			return List.of("Hi " + name + " " + ++this.calls);
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableCaching
	static class Application {

		@Bean
		MutableClock clock() {
			return new MutableClock();
		}

	}

}
