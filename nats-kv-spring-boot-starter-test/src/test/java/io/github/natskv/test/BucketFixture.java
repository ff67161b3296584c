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

import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.RestartableWatch;
import io.nats.client.api.KeyValueConfiguration;

/**
 * Where the buckets of the contract tests are.
 */
interface BucketFixture {

	KeyValueBuckets create(KeyValueConfiguration configuration, KeyCodec keyCodec);

	/**
	 * Create a watch as listeners have it.
	 */
	<V> RestartableWatch watch(KeyValueBuckets buckets, String name, Class<V> type, WatchOptions options,
			BucketWatchHandler<V> handler);

	/**
	 * Let time pass, if it does not do so by itself.
	 */
	void elapse(Duration duration);

	boolean supports(String serverVersion);

}
