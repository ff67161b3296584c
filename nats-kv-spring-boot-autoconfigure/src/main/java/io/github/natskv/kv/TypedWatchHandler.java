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

import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Decodes the entries of a watch for a consumer.
 *
 * @param <V> the type of the values
 */
final class TypedWatchHandler<V> implements WatchHandler {

	private static final Log logger = LogFactory.getLog(TypedWatchHandler.class);

	private final BucketStream stream;

	private final BucketValues<V> values;

	private final Consumer<BucketEntry<V>> consumer;

	TypedWatchHandler(BucketStream stream, BucketValues<V> values, Consumer<BucketEntry<V>> consumer) {
		this.stream = stream;
		this.values = values;
		this.consumer = consumer;
	}

	@Override
	public void handle(WatchEntry entry) {
		this.consumer.accept((entry.message() != null) ? this.values.entry(entry.message()) : inferred(entry));
	}

	private BucketEntry<V> inferred(WatchEntry entry) {
		String key = this.stream.settings().keyCodec().decode(entry.key());
		return new BucketEntry<>(this.stream.bucket(), key, null, entry.revision(), entry.operation(), null);
	}

	@Override
	public boolean isRetryable(Throwable failure) {
		return !(failure instanceof ValueDecodingException);
	}

	@Override
	public void failed(WatchEntry entry, Throwable failure) {
		logger.error("Watch of bucket '%s' could not handle revision %d of key '%s', which is passed over"
			.formatted(this.stream.bucket(), entry.revision(), entry.key()), failure);
	}

}
