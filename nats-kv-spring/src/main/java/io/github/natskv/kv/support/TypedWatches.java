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
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.StoredBytesCodec;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.WatchRecoveredEvent;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.kv.jetstream.BucketStream;
import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.watch.BucketWatchHandler;
import io.github.natskv.kv.watch.BucketWatches;
import io.github.natskv.kv.watch.RestartableWatch;
import io.github.natskv.kv.watch.WatchLoop;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;

import org.springframework.dao.DataAccessException;

/**
 * Creates watches that deliver decoded entries.
 */
final class TypedWatches {

	private final BucketWatches watches;

	private final Function<BucketSettings, BucketInterceptors> interceptors;

	private final Consumer<WatchRecoveredEvent> recovered;

	TypedWatches(BucketWatches watches, Function<BucketSettings, BucketInterceptors> interceptors,
			Consumer<WatchRecoveredEvent> recovered) {
		this.watches = watches;
		this.interceptors = interceptors;
		this.recovered = recovered;
	}

	/**
	 * Open a watch.
	 * @param options what to deliver
	 * @param handler given each change
	 * @return the running watch
	 */
	<V> BucketWatch open(BucketStream stream, BucketValues<V> values, WatchOptions options,
			BucketWatchHandler<V> handler) {
		WatchLoop watch = create(stream, values, options, handler);
		stream.api().requireConnected();
		try {
			watch.openAndStart();
			return watch;
		}
		catch (JetStreamApiException ex) {
			throw stream.translate("watch", ex);
		}
		catch (IOException ex) {
			throw noAnswer(stream, ex);
		}
	}

	/**
	 * Create a watch that is not started.
	 * @param options what to deliver
	 */
	<V> WatchLoop create(BucketStream stream, BucketValues<V> values, WatchOptions options,
			BucketWatchHandler<V> handler) {
		BucketInterceptors interceptors = this.interceptors.apply(stream.settings());
		return this.watches.create(values, stream.keys().encode(options), interceptors.around(handler),
				(recoveries) -> this.recovered.accept(new WatchRecoveredEvent(this.watches.connection(),
						interceptors.all().connectionName(), stream.settings().key(), stream.bucket(),
						options.filters(), handler.listenerId(), recoveries)));
	}

	// of raw entries, which no interceptor sees, not started
	RestartableWatch follow(BucketStream stream, List<String> filters, BucketWatchHandler<byte[]> handler) {
		return this.watches.follow(new BucketValues<>(stream.keys(), byte[].class, StoredBytesCodec.INSTANCE),
				stream.keys().encode(WatchOptions.of().filters(filters)), handler);
	}

	Stream<WatchStatus> statuses() {
		return this.watches.statuses();
	}

	long recoveries(String bucket) {
		return this.watches.recoveries(bucket);
	}

	void close() {
		this.watches.close();
	}

	private DataAccessException noAnswer(BucketStream stream, IOException ex) {
		String message = "Could not watch bucket '%s': %s".formatted(stream.bucket(), ex.getMessage());
		return (this.watches.connection().getStatus() != Connection.Status.CONNECTED)
				? new KeyValueNotConnectedException(message, ex) : new KeyValueTimeoutException(message, ex);
	}

}
