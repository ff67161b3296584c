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

package io.github.natskv.kv.support;

import java.util.List;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueCodec;
import io.nats.client.api.KeyValueConfiguration;

/**
 * Creates the buckets of the configuration in place of a server. Where there is such a
 * bean, no bucket is provisioned.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface KeyValueBucketsFactory {

	/**
	 * Make the buckets.
	 * @param settings what the application does with each bucket
	 * @param configurations what a server would be told to keep, by the same names
	 * @param defaultCodec the codec of buckets without one of their own
	 * @param interceptors called around operations on buckets and deliveries to watches
	 */
	KeyValueBuckets create(List<BucketSettings> settings, List<KeyValueConfiguration> configurations,
			KeyValueCodec defaultCodec, KeyValueInterceptors interceptors);

}
