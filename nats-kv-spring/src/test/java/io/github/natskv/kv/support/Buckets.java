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

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import io.github.natskv.core.JacksonPayloadFormat;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.jetstream.AsyncRequests;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.watch.BucketRestorer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Creates buckets and access to them, for tests.
 */
public final class Buckets {

	private Buckets() {
	}

	public static KeyValueConfiguration.Builder configuration(String name) {
		return KeyValueConfiguration.builder(name).storageType(StorageType.Memory);
	}

	public static void create(Connection connection, KeyValueConfiguration configuration) {
		try {
			connection.keyValueManagement().create(configuration);
		}
		catch (IOException | JetStreamApiException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static DefaultKeyValueBuckets access(Connection connection, BucketSettings... settings) {
		return access(connection, Duration.ofSeconds(2), settings);
	}

	public static DefaultKeyValueBuckets access(Connection connection, Duration timeout, BucketSettings... settings) {
		return access(connection, timeout, AsyncRequests.DEFAULT_MAX_IN_FLIGHT, settings);
	}

	public static DefaultKeyValueBuckets access(Connection connection, Duration timeout, int maxInFlight,
			BucketSettings... settings) {
		return access(connection, JetStreamOptions.builder().requestTimeout(timeout).build(), maxInFlight, settings);
	}

	public static DefaultKeyValueBuckets access(Connection connection, JetStreamOptions options, int maxInFlight,
			BucketSettings... settings) {
		return new DefaultKeyValueBuckets(connection, options, maxInFlight, List.of(settings),
				new DefaultKeyValueCodec(new PayloadConverter(new JacksonPayloadFormat(new JsonMapper()))),
				BucketRestorer.NONE, KeyValueInterceptors.NONE, (event) -> {
				});
	}

}
