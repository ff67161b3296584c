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

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.github.natskv.embedded.EmbeddedNatsServer;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.kv.watch.BucketRestorer;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.RestartableWatch;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueConfiguration;

import org.springframework.util.StringUtils;

/**
 * Buckets on a real server, where time passes by itself.
 */
class ServerFixture implements BucketFixture, AutoCloseable {

	private final EmbeddedNatsServer server = EmbeddedNatsServer.builder().binary(binary()).start();

	private final Connection connection = connect();

	private final List<DefaultKeyValueBuckets> buckets = new CopyOnWriteArrayList<>();

	private static Path binary() {
		return Stream.of(System.getProperty("nats-server.binary"), System.getenv("NATS_SERVER_BINARY"))
			.filter(StringUtils::hasText)
			.findFirst()
			.map(Path::of)
			.orElse(null);
	}

	private Connection connect() {
		try {
			return Nats.connect(this.server.getUrl());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public KeyValueBuckets create(KeyValueConfiguration configuration, KeyCodec keyCodec) {
		String name = configuration.getBucketName();
		try {
			this.connection.keyValueManagement().create(configuration);
		}
		catch (IOException | JetStreamApiException ex) {
			throw new IllegalStateException(ex);
		}
		DefaultKeyValueBuckets access = new DefaultKeyValueBuckets(this.connection, JetStreamOptions.DEFAULT_JS_OPTIONS,
				List.of(new BucketSettings(name, name, null, null, keyCodec, false)), DefaultCodec.get(),
				BucketRestorer.NONE);
		this.buckets.add(access);
		return access;
	}

	@Override
	public <V> RestartableWatch watch(KeyValueBuckets buckets, String name, Class<V> type, WatchOptions options,
			BucketWatchHandler<V> handler) {
		return ((DefaultKeyValueBuckets) buckets).createWatch(this.connection, name, type, options, handler);
	}

	@Override
	public void elapse(Duration duration) {
	}

	@Override
	public boolean supports(String serverVersion) {
		return this.connection.getServerInfo().isSameOrNewerThanVersion(serverVersion);
	}

	@Override
	public void close() throws InterruptedException {
		this.buckets.forEach(DefaultKeyValueBuckets::close);
		this.connection.close();
		this.server.kill();
		this.server.close();
	}

}
