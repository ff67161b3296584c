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

import java.util.function.Consumer;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.kv.watch.BucketWatchHandler;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Gives the entries of a watch to a consumer.
 *
 * @param bucket the server's name of the bucket
 * @param consumer the consumer
 * @param <V> the type of the values
 */
public record ConsumerWatchHandler<V>(String bucket,
		Consumer<BucketEntry<V>> consumer) implements BucketWatchHandler<V> {

	private static final Log logger = LogFactory.getLog(ConsumerWatchHandler.class);

	@Override
	public void handle(BucketChange<V> change) {
		this.consumer.accept(change.entry());
	}

	@Override
	public void failed(BucketChange<V> change, Throwable failure) {
		logger.error("Watch of bucket '%s' could not handle revision %d of key '%s', which is passed over"
			.formatted(this.bucket, change.revision(), change.key()), failure);
	}

	@Override
	public void caughtUp() {
	}

}
