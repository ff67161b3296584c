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

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.PurgeOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for snapshots of more keys than one request takes, while others change the
 * bucket.
 */
@Timeout(60)
class BucketSnapshotTests {

	/** More than one request takes. */
	private static final int KEYS = 1100;

	private static NatsServer server;

	private static Connection others;

	private final String name = "b" + UUID.randomUUID();

	private KeyValueBucket<String> bucket;

	@BeforeAll
	static void start() {
		server = NatsServer.start();
		others = server.connect();
	}

	@AfterAll
	static void stop() throws InterruptedException {
		others.close();
		server.close();
	}

	@BeforeEach
	void create() {
		Buckets.create(others, Buckets.configuration(this.name).build());
		this.bucket = Buckets.access(others).bucket(this.name, String.class);
		this.bucket.putAll(IntStream.range(0, KEYS).boxed().collect(Collectors.toMap((i) -> "k." + i, (i) -> "0")));
		this.bucket.put("other", "0");
	}

	private Map<String, String> snapshot(Consumer<String> beforeRequest, String... filters) {
		return Buckets.access(DisturbedConnection.of(others, beforeRequest))
			.bucket(this.name, String.class)
			.snapshot(filters)
			.stream()
			.collect(Collectors.toMap(BucketEntry::key, BucketEntry::value));
	}

	// between the looks at the bucket: first it is scanned, then read on
	private static Consumer<String> beforeConsumers(Runnable first, Runnable second) {
		AtomicInteger consumers = new AtomicInteger();
		return (request) -> {
			if (request.contains(".CONSUMER.CREATE.")) {
				switch (consumers.incrementAndGet()) {
					case 1 -> first.run();
					case 2 -> second.run();
					default -> {
					}
				}
			}
		};
	}

	private static void nothing() {
	}

	/** Without a trace. */
	private void remove(String key) {
		try {
			others.jetStreamManagement()
				.purgeStream("KV_" + this.name, PurgeOptions.subject("$KV." + this.name + "." + key));
		}
		catch (IOException | JetStreamApiException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void aRevisionThatIsRemovedAfterItWasScannedIsNotAwaited() {
		Map<String, String> values = snapshot(
				beforeConsumers(() -> this.bucket.put("last", "1"), () -> remove("last")));
		assertThat(values).hasSize(KEYS + 1).doesNotContainKey("last");
	}

	@Test
	void aRevisionThatIsReplacedAfterItWasScannedIsTheLaterOne() {
		Map<String, String> values = snapshot(beforeConsumers(() -> this.bucket.put("last", "1"), () -> {
			this.bucket.put("k.0", "2");
			this.bucket.put("last", "2");
		}));
		assertThat(values).hasSize(KEYS + 2).containsEntry("k.0", "2").containsEntry("last", "2");
	}

	@ParameterizedTest
	@ValueSource(strings = { ">", "k.>,other", "k.5,k.6,k.*,nothing.>" })
	void aKeyWhoseMarkerIsRemovedIsNotBesideLaterValues(String filters) {
		Map<String, String> values = snapshot(beforeConsumers(BucketSnapshotTests::nothing, () -> {
			this.bucket.delete("k.5");
			this.bucket.put("k.6", "1");
			this.bucket.purgeDeletes(Duration.ZERO);
		}), filters.split(","));
		assertThat(values).doesNotContainKey("k.5")
			.containsEntry("k.6", "1")
			.hasSize(KEYS - 1 + (filters.matches(">|.*other") ? 1 : 0));
	}

	/**
	 * Between the end of reading and the list of keys.
	 */
	@Test
	void whatIsWrittenBesideADeletionIsReadOnceTheKeyIsFoundGone() {
		AtomicInteger lists = new AtomicInteger();
		Map<String, String> values = snapshot((request) -> {
			if (request.contains("subjects_filter") && lists.incrementAndGet() == 1) {
				this.bucket.delete("k.5");
				this.bucket.put("k.6", "1");
				this.bucket.purgeDeletes(Duration.ZERO);
			}
			else if (request.contains(".CONSUMER.CREATE.")) {
				this.bucket.put("k.7", "1");
			}
		});
		assertThat(values).hasSize(KEYS).doesNotContainKey("k.5").containsEntry("k.6", "1").containsEntry("k.7", "1");
		assertThat(lists).hasValueGreaterThan(1);
	}

	@Test
	void keysThatVanishAllTheTimeDoNotEndIt() {
		AtomicInteger lists = new AtomicInteger();
		Map<String, String> values = snapshot((request) -> {
			if (request.contains("subjects_filter")) {
				remove("k." + lists.getAndIncrement());
			}
			else if (request.contains(".CONSUMER.CREATE.")) {
				this.bucket.put("other", "1");
			}
		});
		assertThat(values).hasSize(KEYS + 1 - lists.get()).containsEntry("other", "1");
		assertThat(lists).hasValueBetween(2, 20);
	}

	@Test
	void aQuietBucketIsNotListed() {
		List<String> requests = new CopyOnWriteArrayList<>();
		assertThat(snapshot(requests::add)).hasSize(KEYS + 1);
		assertThat(requests).noneMatch((request) -> request.contains("subjects_filter"));
	}

}
