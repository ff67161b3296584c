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

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.github.natskv.jetstream.AsyncRequests;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.impl.Headers;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for writes and reads with many requests underway, where those that take part
 * fail.
 */
@Timeout(30)
class RequestPipelineTests {

	private static final int MAX_IN_FLIGHT = 2;

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private final AsyncRequests requests = new AsyncRequests(MAX_IN_FLIGHT);

	private final BucketStream stream = stream();

	private final List<String> told = new ArrayList<>();

	@AfterEach
	void close() {
		this.requests.close();
	}

	private static BucketStream stream() {
		String name = "b" + UUID.randomUUID();
		Buckets.create(connection, Buckets.configuration(name).build());
		return new BucketStream(
				new JetStreamClient(connection, JetStreamOptions.defaultOptions(), BucketErrors::translate),
				BucketSettings.of(name));
	}

	private void write(Iterator<BulkWrite> writes) {
		BulkWriter.of(this.stream, this.requests).write(writes);
	}

	private void assertThatNothingIsUnderway() {
		for (int i = 0; i < MAX_IN_FLIGHT; i++) {
			Awaitility.await().until(this.requests::tryEnter);
		}
	}

	@Test
	void whoeverIsToldMayFailWithoutAnotherWriteBeingTold() {
		List<BulkWrite> writes = new ArrayList<>();
		writes.add(new TestWrite("failing", () -> {
			throw new IllegalStateException("told");
		}));
		IntStream.range(0, 100).forEach((i) -> writes.add(new TestWrite("k" + i, () -> null)));
		assertThatIllegalStateException().isThrownBy(() -> write(writes.iterator())).withMessage("told");
		assertThat(this.told).noneMatch((outcome) -> outcome.contains("failed"));
		assertThatNothingIsUnderway();
	}

	@Test
	void anInterruptAfterAWriteWasSentIsNotThatItWasNotSent() {
		Iterator<BulkWrite> one = List.<BulkWrite>of(new TestWrite("k", () -> null)).iterator();
		write(new Iterator<>() {

			@Override
			public boolean hasNext() {
				if (one.hasNext() || Thread.currentThread().isInterrupted()) {
					return one.hasNext();
				}
				throw RequestPipelineTests.<RuntimeException>unchecked(new InterruptedException());
			}

			@Override
			public BulkWrite next() {
				return one.next();
			}

		});
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.told).hasSize(1).noneMatch((outcome) -> outcome.contains("nothing was sent"));
		assertThatNothingIsUnderway();
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> T unchecked(Throwable throwable) throws T {
		throw (T) throwable;
	}

	@Test
	void anErrorLeavesNothingUnderway() {
		TestWrite write = new TestWrite("k", () -> null) {

			@Override
			public byte[] value() {
				throw new StackOverflowError();
			}

		};
		for (int i = 0; i <= MAX_IN_FLIGHT; i++) {
			assertThatExceptionOfType(StackOverflowError.class)
				.isThrownBy(() -> write(List.<BulkWrite>of(write).iterator()));
		}
		assertThatNothingIsUnderway();
	}

	@Test
	void anErrorBeforeARequestIsSentLeavesNothingUnderway() {
		for (int i = 0; i <= MAX_IN_FLIGHT; i++) {
			assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> this.requests.call(() -> {
				throw new StackOverflowError();
			}, BucketStream.Begun::reply, (begun) -> begun));
		}
		assertThatNothingIsUnderway();
	}

	private class TestWrite implements BulkWrite {

		private final String key;

		private final Supplier<@Nullable Void> action;

		TestWrite(String key, Supplier<@Nullable Void> action) {
			this.key = key;
			this.action = action;
		}

		@Override
		public String key() {
			return this.key;
		}

		@Override
		public @Nullable Headers headers() {
			return null;
		}

		@Override
		public byte @Nullable [] value() {
			return new byte[1];
		}

		@Override
		public void written(long revision) {
			this.action.get();
			RequestPipelineTests.this.told.add(this.key + " written");
		}

		@Override
		public void failed(RuntimeException failure) {
			RequestPipelineTests.this.told.add(this.key + " failed: " + failure.getMessage());
		}

	}

}
