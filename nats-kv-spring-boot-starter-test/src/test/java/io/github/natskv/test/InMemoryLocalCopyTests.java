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

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.LocalCopySettings;
import io.github.natskv.kv.LocalCopySettings.WhenStale;
import io.github.natskv.kv.LocalCopyStatus;
import io.github.natskv.kv.support.KeyValueInterceptors;
import io.github.natskv.provisioning.BucketConfigurations;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Local copies of buckets in memory.
 */
class InMemoryLocalCopyTests {

	private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

	@AutoClose
	private final InMemoryKeyValueBuckets buckets = InMemoryKeyValueBuckets.declared(
			List.of(BucketSettings.of("flags")
				.withLocalCopy(new LocalCopySettings(List.of(">"), 100, Duration.ofSeconds(30), WhenStale.FAIL,
						Duration.ofSeconds(10)))),
			List.of(BucketConfigurations
				.withTransactions(KeyValueConfiguration.builder("flags").limitMarker(Duration.ofMinutes(1)).build())),
			DefaultCodec.get(), KeyValueInterceptors.NONE, this.clock);

	private final KeyValueBucket<String> bucket = this.buckets.bucket("flags", String.class);

	private LocalCopyStatus status() {
		LocalCopyStatus status = this.bucket.getLocalCopyStatus();
		assertThat(status).isNotNull();
		return status;
	}

	@Test
	void readsAreAnsweredFromMemoryAndOwnWritesSeenAtOnce() {
		for (int i = 0; i < 50; i++) {
			this.bucket.put("key", "v" + i);
			assertThat(this.bucket.get("key")).isEqualTo("v" + i);
		}
		this.bucket.delete("key");
		assertThat(this.bucket.get("key")).isNull();
		assertThat(status().hits()).isEqualTo(51);
		assertThat(status().misses()).isZero();
		assertThat(this.bucket.remote().get("key")).isNull();
		assertThat(status().hits()).isEqualTo(51);
	}

	@Test
	void changesOfOthersArrive() throws Exception {
		assertThat(this.bucket.get("key")).isNull();
		this.buckets.keyValue("flags").put("key", "other");
		Awaitility.await().until(() -> "other".equals(this.bucket.get("key")));
		assertThat(this.bucket.keys()).containsExactly("key");
	}

	@Test
	void transactionsReadTheCopyAndAreValidatedAtTheCommit() throws Exception {
		this.buckets.keyValue("flags").put("a", "1");
		Awaitility.await().until(() -> "1".equals(this.bucket.get("a")));
		long misses = status().misses();
		assertThat(this.bucket.<String>transaction((tx) -> tx.get("a") + tx.get("none"))).isEqualTo("1null");
		assertThat(status().misses()).isEqualTo(misses);
		this.bucket.transactionWithoutResult((tx) -> {
			String read = tx.get("a");
			if ("1".equals(read)) {
				this.bucket.remote().put("a", "2");
			}
			tx.put("b", String.valueOf(read));
		});
		assertThat(this.bucket.get("b")).isEqualTo("2");
	}

	@Test
	void valuesLeaveByTheClock() {
		this.bucket.create("key", "short", Duration.ofSeconds(5));
		assertThat(this.bucket.get("key")).isEqualTo("short");
		this.clock.advance(Duration.ofSeconds(6));
		assertThat(this.bucket.get("key")).isNull();
		assertThat(this.bucket.keys()).isEmpty();
	}

	@Test
	void nothingIsLeftOfBucketsThatWereEmptied() {
		for (int round = 0; round < 20; round++) {
			this.bucket.put("key" + round, "value");
			this.bucket.put("other", "value");
			this.bucket.delete("other");
			this.buckets.empty();
			assertThat(this.bucket.keys()).isEmpty();
			assertThat(this.bucket.get("key" + round)).isNull();
		}
	}

}
