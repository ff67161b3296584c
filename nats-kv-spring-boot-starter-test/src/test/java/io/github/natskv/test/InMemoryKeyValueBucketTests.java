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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.RevisionConflictException;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueOperation;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link InMemoryKeyValueBucket}: the contract, and what is its own.
 */
class InMemoryKeyValueBucketTests {

	@Test
	void theSystemsClockIsTheDefault() {
		KeyValueBucket<String> expiring = InMemoryKeyValueBucket.builder("b")
			.ttl(Duration.ofMillis(100))
			.build(String.class);
		expiring.put("a", "1");
		Awaitility.await().until(() -> expiring.get("a") == null);
	}

	@Test
	void nothingExpiresBeforeTheClockIsMoved() {
		MutableClock clock = new MutableClock();
		KeyValueBucket<String> expiring = InMemoryKeyValueBucket.builder("b")
			.ttl(Duration.ofHours(1))
			.limitMarkerTtl(Duration.ofMinutes(10))
			.clock(clock)
			.build(String.class);
		expiring.put("a", "1");
		assertThat(expiring.getEntry("a").created()).isEqualTo(clock.instant());
		clock.advance(Duration.ofMinutes(59));
		assertThat(expiring.get("a")).isEqualTo("1");
		clock.advance(Duration.ofMinutes(1));
		assertThat(expiring.history("a")).extracting(BucketEntry::operation).containsExactly(KeyValueOperation.PURGE);
		clock.advance(Duration.ofMinutes(10));
		assertThat(expiring.history("a")).isEmpty();
	}

	@Test
	void aLeapOfTheClockIsLikeManySteps() {
		MutableClock clock = new MutableClock();
		KeyValueBucket<String> expiring = InMemoryKeyValueBucket.builder("b")
			.ttl(Duration.ofMinutes(10))
			.limitMarkerTtl(Duration.ofMinutes(1))
			.clock(clock)
			.build(String.class);
		List<BucketEntry<String>> seen = new CopyOnWriteArrayList<>();
		try (BucketWatch watch = expiring.watch(">", seen::add)) {
			expiring.put("a", "1");
			clock.advance(Duration.ofDays(1));
			Awaitility.await().until(() -> seen.size() == 2);
			assertThat(seen.get(1).created()).isEqualTo(seen.get(0).created().plus(Duration.ofMinutes(10)));
		}
		assertThat(expiring.history("a")).isEmpty();
	}

	@Test
	void markersAreAsOldAsTheClockSays() {
		MutableClock clock = new MutableClock();
		KeyValueBucket<String> bucket = InMemoryKeyValueBucket.builder("b").clock(clock).build(String.class);
		bucket.delete("a");
		clock.advance(Duration.ofHours(1));
		bucket.delete("b");
		assertThat(bucket.purgeDeletes(Duration.ofMinutes(30))).isEqualTo(1);
		assertThat(bucket.history("b")).hasSize(1);
	}

	@Test
	void computeGivesUpSayingAfterHowManyAttempts() {
		KeyValueBucket<String> bucket = InMemoryKeyValueBucket.of("b", String.class);
		assertThatExceptionOfType(RevisionConflictException.class)
			.isThrownBy(() -> bucket.compute("a", (value) -> "" + bucket.put("a", "other")))
			.withMessage("Gave up changing key 'a' in bucket 'b' after 100 attempts: others write to it all the time");
	}

	@Test
	void bucketsAreFoundByName() throws Exception {
		InMemoryKeyValueBucket<String> flags = InMemoryKeyValueBucket.of("flags", String.class);
		KeyValueBuckets buckets = new InMemoryKeyValueBuckets(flags, InMemoryKeyValueBucket.of("other", int.class));
		flags.put("a", "1");
		assertThat(buckets.bucket("flags", Integer.class).get("a")).isEqualTo(1);
		assertThat(buckets.keyValue("flags").get("a").getValueAsString()).isEqualTo("1");
		assertThat(buckets.names()).containsExactly("flags", "other");
		assertThatIllegalArgumentException().isThrownBy(() -> buckets.keyValue("flag"))
			.withMessageContainingAll("'flag'", "[flags, other]");
	}

	@Test
	void theJnatsHandleSaysWhereToWatch() {
		KeyValue keyValue = InMemoryKeyValueBucket.of("flags", String.class).getKeyValue();
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> keyValue.watch(List.of("a"), null))
			.withMessageContaining("KeyValueBucket.watch");
	}

	@Test
	void transactionsAreAnOption() {
		KeyValueBucket<String> bucket = InMemoryKeyValueBucket.builder("b")
			.history(3)
			.transactions()
			.ttl(Duration.ofHours(1))
			.build(String.class);
		bucket.transactionWithoutResult((tx) -> {
			tx.put("a", "1");
			tx.put("b", "1");
		});
		assertThat(bucket.getStatus().getMaxHistoryPerKey()).isEqualTo(3);
		assertThat(bucket.getStatus().getTtl()).isEqualTo(Duration.ofHours(1));
		assertThat(bucket.keys()).containsExactly("a", "b");
	}

	@Test
	void impossibleOptionsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> InMemoryKeyValueBucket.of("a b", String.class));
		assertThatIllegalArgumentException().isThrownBy(() -> InMemoryKeyValueBucket.builder("b").history(65));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> InMemoryKeyValueBucket.builder("b").limitMarkerTtl(Duration.ofMillis(999)));
	}

	@Test
	void aClockDoesNotGoBack() {
		assertThatIllegalArgumentException().isThrownBy(() -> new MutableClock().advance(Duration.ofNanos(-1)));
	}

	@Nested
	class ReadsAndWritesTests extends ReadsAndWritesContract {

		ReadsAndWritesTests() {
			super(new InMemoryFixture());
		}

	}

	@Nested
	class ConflictTests extends ConflictContract {

		ConflictTests() {
			super(new InMemoryFixture());
		}

	}

	@Nested
	class BulkTests extends BulkContract {

		BulkTests() {
			super(new InMemoryFixture());
		}

	}

	@Nested
	class HistoryTests extends HistoryContract {

		HistoryTests() {
			super(new InMemoryFixture());
		}

	}

	@Nested
	class ExpiryTests extends ExpiryContract {

		ExpiryTests() {
			super(new InMemoryFixture());
		}

	}

	@Nested
	class TransactionTests extends TransactionContract {

		TransactionTests() {
			super(new InMemoryFixture());
		}

	}

	@Nested
	class WatchTests extends WatchContract {

		WatchTests() {
			super(new InMemoryFixture());
		}

	}

	@Nested
	class ListenerWatchTests extends ListenerWatchContract {

		ListenerWatchTests() {
			super(new InMemoryFixture());
		}

	}

	@Nested
	class ReactiveTests extends ReactiveContract {

		ReactiveTests() {
			super(new InMemoryFixture());
		}

	}

	@Nested
	class RawHandleTests extends RawHandleContract {

		RawHandleTests() {
			super(new InMemoryFixture());
		}

	}

}
