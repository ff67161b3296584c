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

import java.time.InstantSource;

import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.support.KeyValueBucketsFactory;
import io.github.natskv.kv.watch.BucketWatchFactory;
import io.nats.client.Connection;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/**
 * The beans of {@link InMemoryNats}.
 */
@Configuration(proxyBeanMethods = false)
class InMemoryNatsConfiguration {

	// no server is meant, whatever the application connects to
	@Bean
	@Primary
	Connection natsInMemoryConnection() {
		return InMemoryConnection.create();
	}

	@Bean
	KeyValueBucketsFactory natsInMemoryBucketsFactory(ObjectProvider<MutableClock> mutableClock,
			ObjectProvider<InstantSource> clocks) {
		return (settings, configurations, codec, interceptors) -> {
			InstantSource clock = mutableClock.getIfUnique();
			return InMemoryKeyValueBuckets.declared(settings, configurations, codec, interceptors,
					(clock != null) ? clock : clocks.getIfUnique(InstantSource::system));
		};
	}

	@Bean
	BucketWatchFactory natsInMemoryWatchFactory(ObjectProvider<KeyValueBuckets> buckets) {
		return new InMemoryWatchFactory(buckets);
	}

}
