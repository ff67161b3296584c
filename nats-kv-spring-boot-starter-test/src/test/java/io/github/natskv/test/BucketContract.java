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
import java.util.UUID;
import java.util.function.UnaryOperator;

import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.RestartableWatch;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import org.springframework.core.ParameterizedTypeReference;

/**
 * What the contract tests have in common, which the bucket in memory and the one on a
 * server have to pass alike.
 */
@Timeout(60)
abstract class BucketContract {

	private final BucketFixture fixture;

	/** Keeps five revisions of each key. */
	protected KeyValueBucket<String> bucket;

	BucketContract(BucketFixture fixture) {
		this.fixture = fixture;
	}

	@BeforeEach
	void createBucket() {
		this.bucket = create((options) -> options.maxHistoryPerKey(5)).as(String.class);
	}

	Created create(UnaryOperator<KeyValueConfiguration.Builder> options) {
		return create(options, KeyCodec.NONE);
	}

	Created create(UnaryOperator<KeyValueConfiguration.Builder> options, KeyCodec keyCodec) {
		KeyValueConfiguration configuration = options
			.apply(KeyValueConfiguration.builder("b" + UUID.randomUUID()).storageType(StorageType.Memory))
			.build();
		return new Created(configuration.getBucketName(), this.fixture.create(configuration, keyCodec));
	}

	<V> RestartableWatch watch(Created created, Class<V> type, WatchOptions options, BucketWatchHandler<V> handler) {
		return this.fixture.watch(created.buckets(), created.name(), type, options, handler);
	}

	void elapse(Duration duration) {
		this.fixture.elapse(duration);
	}

	boolean supports(String serverVersion) {
		return this.fixture.supports(serverVersion);
	}

	static ConditionFactory await() {
		return Awaitility.await().pollInterval(Duration.ofMillis(5));
	}

	record Created(String name, KeyValueBuckets buckets) {

		<V> KeyValueBucket<V> as(Class<V> type) {
			return this.buckets.bucket(this.name, type);
		}

		<V> KeyValueBucket<V> as(ParameterizedTypeReference<V> type) {
			return this.buckets.bucket(this.name, type);
		}

	}

}
