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

package io.github.natskv.kv;

import java.io.IOException;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;

import org.springframework.dao.DataAccessException;

/**
 * Opens watches that deliver decoded entries.
 */
final class TypedWatches implements WatchFactory {

	private final BucketWatches watches;

	TypedWatches(BucketWatches watches) {
		this.watches = watches;
	}

	@Override
	public <V> BucketWatch watch(BucketStream stream, BucketValues<V> values, WatchOptions options,
			Consumer<BucketEntry<V>> consumer) {
		KeyCodec keyCodec = stream.settings().keyCodec();
		WatchOptions encoded = options.withFilters(options.filters().stream().map(keyCodec::encodeFilter).toList());
		TypedWatchHandler<V> handler = new TypedWatchHandler<>(stream, values, consumer);
		try {
			return this.watches.open(stream.bucket(), encoded, handler, WatchListener.NONE);
		}
		catch (JetStreamApiException ex) {
			throw stream.translate("watch", ex);
		}
		catch (IOException ex) {
			throw noAnswer(stream, ex);
		}
	}

	private DataAccessException noAnswer(BucketStream stream, IOException ex) {
		String message = "Could not watch bucket '%s': %s".formatted(stream.bucket(), ex.getMessage());
		return (this.watches.connection().getStatus() != Connection.Status.CONNECTED)
				? new KeyValueNotConnectedException(message, ex) : new KeyValueTimeoutException(message, ex);
	}

}
