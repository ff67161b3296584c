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

package io.github.natskv.kv.jetstream;

import java.time.Duration;
import java.util.Iterator;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.github.natskv.jetstream.AsyncRequests;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Writes with many requests underway at a time. Each is told what became of it. As soon
 * as something is in the way of all of them, such as a lost connection, no more are sent.
 *
 * @param <W> the type of the writes
 */
final class BulkWriter<W extends BulkWrite> {

	private final BucketStream stream;

	private final RequestPipeline<W> pipeline;

	private final Function<W, BucketStream.Begun> beginning;

	private final BiFunction<W, BucketStream.Begun, Long> end;

	private @Nullable RuntimeException obstacle;

	private long answeredAt = System.nanoTime();

	private BulkWriter(BucketStream stream, AsyncRequests requests, Function<W, BucketStream.Begun> beginning,
			BiFunction<W, BucketStream.Begun, Long> end) {
		this.stream = stream;
		this.beginning = beginning;
		this.end = end;
		this.pipeline = new RequestPipeline<>(requests, stream.api().timeout(), this::answered);
	}

	static BulkWriter<BulkWrite> of(BucketStream stream, AsyncRequests requests) {
		StreamWrites writes = new StreamWrites(stream);
		return new BulkWriter<>(stream, requests,
				(write) -> writes.beginPublish(write.key(), write.headers(), write.value()),
				(write, begun) -> writes.published(begun, Duration.ZERO, write.key(), write.headers(), write.value()));
	}

	static BulkWriter<Removal> removing(BucketStream stream, AsyncRequests requests) {
		StreamWrites writes = new StreamWrites(stream);
		return new BulkWriter<>(stream, requests, (removal) -> writes.beginRemoval(removal.key(), removal.upTo()),
				(removal, begun) -> writes.removed(begun, removal.key(), removal.upTo()));
	}

	void write(Iterator<? extends W> writes) {
		try {
			W next = null;
			try {
				while (writes.hasNext()) {
					next = writes.next();
					begin(next);
					next = null;
				}
				this.pipeline.finish();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				abandon(ex);
				RuntimeException unsent = new TransientDataAccessResourceException(
						"Interrupted before this was written to bucket '%s': nothing was sent"
							.formatted(this.stream.bucket()),
						ex);
				if (next != null) {
					next.failed(unsent);
				}
				writes.forEachRemaining((write) -> write.failed(unsent));
			}
		}
		finally {
			// where preparing a write failed, or whoever is told of one
			this.pipeline.abandon((write, begun) -> {
			});
		}
	}

	private void begin(W write) throws InterruptedException {
		if (this.obstacle != null) {
			write.failed(this.obstacle);
		}
		else {
			this.pipeline.send(write, () -> publish(write));
		}
	}

	private BucketStream.@Nullable Begun publish(W write) {
		RuntimeException failure = this.obstacle;
		if (failure == null) {
			try {
				requireWritable();
				return this.beginning.apply(write);
			}
			catch (KeyValueNotConnectedException ex) {
				this.obstacle = ex;
				failure = ex;
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
		}
		write.failed(failure);
		return null;
	}

	private void requireWritable() {
		try {
			this.stream.requireWritable();
		}
		catch (RuntimeException ex) {
			this.obstacle = ex;
			throw ex;
		}
	}

	private void answered(W write, BucketStream.Begun begun) {
		long revision;
		try {
			revision = this.end.apply(write, begun);
		}
		catch (KeyValueTimeoutException ex) {
			if (this.answeredAt - begun.time() < 0 && this.obstacle == null) {
				this.obstacle = new TransientDataAccessResourceException(
						"Nothing was sent to bucket '%s': none of the writes before were answered"
							.formatted(this.stream.bucket()),
						ex);
			}
			write.failed(ex);
			return;
		}
		catch (RuntimeException ex) {
			this.answeredAt = System.nanoTime();
			write.failed(ex);
			return;
		}
		this.answeredAt = System.nanoTime();
		write.written(revision);
	}

	private void abandon(InterruptedException ex) {
		RuntimeException unknown = new KeyValueTimeoutException(
				"Interrupted while writing to bucket '%s', the outcome is unknown".formatted(this.stream.bucket()), ex);
		this.pipeline.abandon((write, begun) -> {
			if (begun.reply().message().isDone()) {
				answered(write, begun);
			}
			else {
				write.failed(unknown);
			}
		});
	}

	/**
	 * Removes the messages of a key up to a revision.
	 *
	 * @param key the key
	 * @param upTo the last revision to remove
	 * @param removed told how many were removed
	 * @param failure told why they were not
	 */
	record Removal(String key, long upTo, BiConsumer<String, Long> removed,
			BiConsumer<String, RuntimeException> failure) implements BulkWrite {

		@Override
		public @Nullable Headers headers() {
			return null;
		}

		@Override
		public byte @Nullable [] value() {
			return null;
		}

		@Override
		public void written(long count) {
			this.removed.accept(this.key, count);
		}

		@Override
		public void failed(RuntimeException failure) {
			this.failure.accept(this.key, failure);
		}

	}

}
