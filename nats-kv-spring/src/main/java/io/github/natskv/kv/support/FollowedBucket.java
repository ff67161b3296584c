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

import java.util.function.BiFunction;
import java.util.function.Consumer;

import io.github.natskv.kv.InvalidBucketKeyException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.local.BucketCopy;
import io.github.natskv.kv.local.CopyListener;
import org.jspecify.annotations.Nullable;

/**
 * All values of a bucket in memory, each decoded once per revision, with news of its
 * changes. They are those of the local copy of the bucket; where it has none of all keys,
 * a copy is made for this.
 *
 * @param <T> the type of the values
 */
public final class FollowedBucket<T> implements AutoCloseable {

	private final BucketCopy copy;

	private final boolean own;

	private final BucketKeys keys;

	private final BiFunction<String, byte[], T> decoder;

	private final CopyListener listener;

	private FollowedBucket(DefaultKeyValueBucket<?> bucket, BiFunction<String, byte[], T> decoder, Listener listener) {
		BucketCopy shared = bucket.completeCopy();
		this.own = shared == null;
		this.copy = (shared != null) ? shared : bucket.createCopy();
		this.keys = bucket.keyNames();
		this.decoder = decoder;
		this.listener = new Adapter(this.keys, listener);
		this.copy.add(this.listener);
	}

	/**
	 * Follow a bucket, in the background.
	 * @param bucket the bucket, of a {@code KeyValueBuckets} of this library
	 * @param decoder makes a value of a key and its bytes; must not fail
	 * @param listener told of changes
	 * @param <T> the type of the values
	 * @return what is known of it
	 */
	public static <T> FollowedBucket<T> follow(KeyValueBucket<?> bucket, BiFunction<String, byte[], T> decoder,
			Listener listener) {
		KeyValueBucket<?> plain = (bucket instanceof InterceptedKeyValueBucket<?> intercepted) ? intercepted.delegate()
				: bucket;
		if (!(plain instanceof DefaultKeyValueBucket<?> own)) {
			throw new IllegalArgumentException(
					"Bucket '%s' cannot be kept in memory, as its implementation is %s: take it from KeyValueBuckets"
						.formatted(bucket.getName(), plain.getClass().getName()));
		}
		return new FollowedBucket<>(own, decoder, listener);
	}

	/**
	 * Return a value as it is known, however long ago.
	 * @param key the key
	 * @return the value, {@code null} if there is none
	 */
	@SuppressWarnings("unchecked")
	public @Nullable T get(String key) {
		try {
			return (T) this.copy.value(this.keys.encodeExisting(key), this, (bytes) -> this.decoder.apply(key, bytes));
		}
		catch (InvalidBucketKeyException ex) {
			return null;
		}
	}

	@Override
	public void close() {
		this.copy.remove(this.listener);
		if (this.own) {
			this.copy.close();
		}
	}

	/**
	 * Told of what happens, one thing after the other.
	 *
	 * @param changed given the key that was written or deleted
	 * @param caughtUp everything is known, at the beginning and after an outage
	 * @param outOfTouch given why it may not be
	 */
	public record Listener(Consumer<String> changed, Runnable caughtUp, Consumer<Throwable> outOfTouch) {

	}

	private record Adapter(BucketKeys keys, Listener listener) implements CopyListener {

		@Override
		public void changed(String key) {
			this.listener.changed().accept(this.keys.decode(key));
		}

		@Override
		public void caughtUp() {
			this.listener.caughtUp().run();
		}

		@Override
		public void outOfTouch(Throwable cause) {
			this.listener.outOfTouch().accept(cause);
		}

	}

}
