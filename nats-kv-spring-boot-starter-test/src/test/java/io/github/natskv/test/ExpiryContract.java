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
import io.github.natskv.kv.BucketOptionRequiredException;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.nats.client.api.KeyValueOperation;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What expires, and what is left of it.
 */
@Execution(ExecutionMode.CONCURRENT)
abstract class ExpiryContract extends BucketContract {

	private static final Duration SECOND = Duration.ofSeconds(1);

	ExpiryContract(BucketFixture fixture) {
		super(fixture);
	}

	private KeyValueBucket<String> withMarkers(int history, Duration markerTtl) {
		Assumptions.assumeTrue(supports("2.11.0"), "The server has no limit markers");
		return create((options) -> options.maxHistoryPerKey(history).limitMarker(markerTtl)).as(String.class);
	}

	@Test
	void theTtlOfABucketLeavesNothing() {
		KeyValueBucket<String> expiring = create((options) -> options.ttl(SECOND).maxHistoryPerKey(3)).as(String.class);
		expiring.put("a", "1");
		expiring.put("a", "2");
		expiring.delete("b");
		assertThat(expiring.get("a")).isEqualTo("2");
		elapse(SECOND);
		await().untilAsserted(() -> assertThat(expiring.getStatus().getEntryCount()).isZero());
		assertThat(expiring.get("a")).isNull();
		assertThat(expiring.keys()).isEmpty();
		assertThat(expiring.history("a")).isEmpty();
		assertThat(expiring.update("a", "3", 0)).isEqualTo(4);
	}

	@Test
	void theTtlOfABucketIsToldToWatches() {
		KeyValueBucket<String> expiring = create((options) -> options.ttl(SECOND)).as(String.class);
		expiring.delete("gone");
		expiring.put("a", "1");
		List<BucketEntry<String>> seen = new CopyOnWriteArrayList<>();
		try (BucketWatch watch = expiring.watch(">", seen::add)) {
			assertThat(watch.awaitSnapshot(Duration.ofSeconds(5))).isTrue();
			elapse(SECOND);
			await().until(() -> seen.size() == 3);
			assertThat(seen.get(2))
				.isEqualTo(new BucketEntry<>(expiring.getName(), "a", null, 0, KeyValueOperation.DELETE, null));
			assertThat(seen.get(2).inferred()).isTrue();
			expiring.put("a", "2");
			await().until(() -> seen.get(seen.size() - 1).revision() == 3);
		}
		assertThat(seen).extracting(BucketEntry::revision).containsExactly(1L, 2L, 0L, 3L);
	}

	@Test
	void theTtlOfABucketLeavesLimitMarkersOfValuesAndDeletes() {
		Assumptions.assumeTrue(supports("2.11.0"), "The server has no limit markers");
		KeyValueBucket<String> expiring = create(
				(options) -> options.ttl(SECOND).limitMarker(Duration.ofSeconds(60)).maxHistoryPerKey(2))
			.as(String.class);
		List<BucketEntry<String>> seen = new CopyOnWriteArrayList<>();
		try (BucketWatch watch = expiring.watch(">", seen::add)) {
			expiring.put("a", "1");
			expiring.put("a", "2");
			expiring.delete("b");
			expiring.purge("c");
			elapse(SECOND);
			await().until(() -> seen.size() == 6);
			elapse(SECOND);
			await().untilAsserted(() -> assertThat(expiring.getStatus().getEntryCount()).isZero());
		}
		assertThat(seen).extracting(BucketEntry::key, BucketEntry::revision, BucketEntry::operation)
			.endsWith(tuple("a", 5L, KeyValueOperation.PURGE), tuple("b", 6L, KeyValueOperation.PURGE));
	}

	@Test
	void aValueWithATtlOfItsOwnLeavesAMarker() {
		KeyValueBucket<String> expiring = withMarkers(1, Duration.ofSeconds(60));
		expiring.create("a", "1", SECOND);
		expiring.create("b", "1");
		assertThat(expiring.get("a")).isEqualTo("1");
		List<BucketEntry<String>> seen = new CopyOnWriteArrayList<>();
		try (BucketWatch watch = expiring.watch(">", seen::add)) {
			assertThat(watch.awaitSnapshot(Duration.ofSeconds(5))).isTrue();
			elapse(SECOND);
			await().until(() -> seen.size() == 3);
		}
		assertThat(seen).extracting(BucketEntry::key, BucketEntry::revision, BucketEntry::operation)
			.endsWith(tuple("a", 3L, KeyValueOperation.PURGE));
		assertThat(expiring.exists("a")).isFalse();
		assertThat(expiring.keys()).containsExactly("b");
		assertThat(expiring.history("a")).extracting(BucketEntry::operation).containsExactly(KeyValueOperation.PURGE);
		assertThat(expiring.create("a", "2")).isEqualTo(4);
	}

	@Test
	void anUpdateEndsTheTtlOfAValue() {
		KeyValueBucket<String> expiring = withMarkers(1, Duration.ofSeconds(60));
		long revision = expiring.create("a", "1", SECOND);
		expiring.create("b", "1", SECOND);
		expiring.update("a", "2", revision);
		elapse(SECOND);
		await().until(() -> !expiring.exists("b"));
		assertThat(expiring.get("a")).isEqualTo("2");
	}

	@Test
	void limitMarkersExpireToo() {
		KeyValueBucket<String> expiring = withMarkers(1, SECOND);
		expiring.create("a", "1", SECOND);
		elapse(SECOND);
		await().until(() -> !expiring.exists("a"));
		elapse(SECOND);
		await().untilAsserted(() -> assertThat(expiring.history("a")).isEmpty());
	}

	@Test
	void theMarkerOfAPurgeExpires() {
		KeyValueBucket<String> expiring = withMarkers(3, SECOND);
		expiring.put("a", "1");
		expiring.purge("a", SECOND);
		assertThat(expiring.history("a")).extracting(BucketEntry::operation).containsExactly(KeyValueOperation.PURGE);
		elapse(SECOND);
		await().untilAsserted(() -> assertThat(expiring.history("a")).isEmpty());
		assertThat(expiring.update("a", "2", 0)).isPositive();
	}

	@Test
	void anExpiredValueUncoversOlderRevisions() {
		KeyValueBucket<String> expiring = withMarkers(5, SECOND);
		long first = expiring.put("a", "1");
		long deleted = expiring.delete("a");
		expiring.create("a", "2", SECOND);
		elapse(SECOND);
		await().untilAsserted(() -> assertThat(expiring.history("a")).extracting(BucketEntry::revision)
			.containsExactly(first, deleted));
		assertThat(expiring.exists("a")).isFalse();
	}

	@Test
	void withHistoryNothingExpiresBeforeALimitMarkerWould() {
		KeyValueBucket<String> expiring = withMarkers(1, Duration.ofSeconds(60));
		KeyValueBucket<String> lasting = withMarkers(2, Duration.ofSeconds(60));
		lasting.create("a", "1", SECOND);
		lasting.purge("b", SECOND);
		expiring.create("a", "1", SECOND);
		expiring.purge("b", SECOND);
		elapse(SECOND);
		await().until(() -> !expiring.exists("a") && expiring.history("b").isEmpty());
		assertThat(lasting.get("a")).isEqualTo("1");
		assertThat(lasting.history("b")).hasSize(1);
	}

	@Test
	void timesToLiveAreWholeSeconds() {
		KeyValueBucket<String> expiring = withMarkers(1, Duration.ofSeconds(60));
		assertThatIllegalArgumentException().isThrownBy(() -> expiring.create("a", "1", Duration.ofMillis(1500)))
			.withMessage("A time to live must be whole seconds, at least one, but is PT1.5S");
		assertThatIllegalArgumentException().isThrownBy(() -> expiring.create("a", "1", Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> expiring.purge("a", Duration.ofMillis(999)));
		assertThat(expiring.history("a")).isEmpty();
	}

	@Test
	void withoutLimitMarkersTimesToLiveAreRefused() {
		assertThatExceptionOfType(UnsupportedServerFeatureException.class)
			.isThrownBy(() -> this.bucket.create("a", "1", SECOND));
		assertThatExceptionOfType(UnsupportedServerFeatureException.class)
			.isThrownBy(() -> this.bucket.purge("a", SECOND))
			.satisfies((ex) -> {
				if (supports("2.11.0")) {
					assertThat(ex).isInstanceOfSatisfying(BucketOptionRequiredException.class,
							(lacking) -> assertThat(lacking.getOption()).isEqualTo("limit-marker-ttl"));
					assertThat(ex).hasMessage("A deletion marker that expires is not allowed by bucket '%s': set its"
							+ " option limit-marker-ttl", this.bucket.getName());
				}
			});
		assertThat(this.bucket.history("a")).isEmpty();
	}

}
