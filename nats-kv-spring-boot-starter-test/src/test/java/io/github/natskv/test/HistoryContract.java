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
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBucket;
import io.nats.client.api.KeyValueOperation;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What is kept of older revisions and of deletions, and what is listed.
 */
abstract class HistoryContract extends BucketContract {

	HistoryContract(BucketFixture fixture) {
		super(fixture);
	}

	@Test
	void historyKeepsAsManyRevisionsAsTheBucket() {
		IntStream.range(0, 8).forEach((i) -> this.bucket.put("a", "" + i));
		this.bucket.put("other", "x");
		assertThat(this.bucket.history("a")).extracting(BucketEntry::value).containsExactly("3", "4", "5", "6", "7");
		assertThat(this.bucket.history("a")).extracting(BucketEntry::revision).containsExactly(4L, 5L, 6L, 7L, 8L);
		assertThat(this.bucket.getEntry("a", 3)).isNull();
		assertThat(this.bucket.history("b")).isEmpty();
	}

	@Test
	void aBucketKeepsOneRevisionUnlessToldOtherwise() {
		KeyValueBucket<String> single = create((options) -> options).as(String.class);
		single.put("a", "1");
		single.put("a", "2");
		assertThat(single.history("a")).extracting(BucketEntry::value).containsExactly("2");
		single.delete("a");
		assertThat(single.history("a")).extracting(BucketEntry::operation).containsExactly(KeyValueOperation.DELETE);
	}

	@Test
	void deleteLeavesOlderRevisions() {
		long first = this.bucket.put("a", "1");
		long deleted = this.bucket.delete("a");
		assertThat(this.bucket.get("a")).isNull();
		assertThat(this.bucket.exists("a")).isFalse();
		assertThat(this.bucket.history("a")).extracting(BucketEntry::operation)
			.containsExactly(KeyValueOperation.PUT, KeyValueOperation.DELETE);
		assertThat(this.bucket.history("a")).extracting(BucketEntry::revision).containsExactly(first, deleted);
		assertThat(this.bucket.history("a")).extracting(BucketEntry::value).containsExactly("1", null);
		assertThat(this.bucket.getEntry("a", first).value()).isEqualTo("1");
	}

	@Test
	void purgeLeavesItsMarkerOnly() {
		long first = this.bucket.put("a", "1");
		this.bucket.put("a", "2");
		this.bucket.put("b", "3");
		long purged = this.bucket.purge("a");
		assertThat(this.bucket.history("a")).singleElement()
			.isEqualTo(new BucketEntry<>(this.bucket.getName(), "a", null, purged, KeyValueOperation.PURGE,
					this.bucket.history("a").get(0).created()));
		assertThat(this.bucket.history("a").get(0).created()).isNotNull();
		assertThat(this.bucket.getEntry("a", first)).isNull();
		assertThat(this.bucket.history("b")).hasSize(1);
	}

	@Test
	void deletingAnAbsentKeyLeavesAMarker() {
		this.bucket.delete("a");
		this.bucket.purge("b");
		assertThat(this.bucket.history("a")).extracting(BucketEntry::operation)
			.containsExactly(KeyValueOperation.DELETE);
		assertThat(this.bucket.history("b")).extracting(BucketEntry::operation)
			.containsExactly(KeyValueOperation.PURGE);
		assertThat(this.bucket.keys()).isEmpty();
	}

	@Test
	void purgeDeletesRemovesOldMarkers() {
		this.bucket.put("a", "1");
		this.bucket.delete("a");
		this.bucket.purge("b");
		this.bucket.put("c", "1");
		assertThat(this.bucket.purgeDeletes(Duration.ofMinutes(1))).isZero();
		assertThat(this.bucket.history("a")).hasSize(2);
		assertThat(this.bucket.purgeDeletes(Duration.ZERO)).isEqualTo(2);
		assertThat(this.bucket.history("a")).isEmpty();
		assertThat(this.bucket.keys()).containsExactly("c");
		assertThat(this.bucket.create("a", "2")).isEqualTo(5);
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.purgeDeletes(Duration.ofSeconds(-1)));
	}

	@Test
	void purgeDeletesLeavesNoLimitMarkers() {
		Assumptions.assumeTrue(supports("2.11.0"), "The server has no limit markers");
		KeyValueBucket<String> marking = create((options) -> options.limitMarker(Duration.ofSeconds(60)))
			.as(String.class);
		marking.delete("a");
		assertThat(marking.purgeDeletes(Duration.ZERO)).isEqualTo(1);
		assertThat(marking.history("a")).isEmpty();
		assertThat(marking.update("a", "1", 0)).isEqualTo(2);
	}

	@Test
	void keysAndEntriesAreThoseWithAValue() {
		this.bucket.put("x.1", "a");
		this.bucket.put("y.1", "b");
		this.bucket.put("x.2", "c");
		this.bucket.put("x.1", "d");
		this.bucket.delete("y.1");
		assertThat(this.bucket.keys()).containsExactlyInAnyOrder("x.1", "x.2");
		assertThat(this.bucket.entries()).extracting(BucketEntry::value).containsExactly("c", "d");
		assertThat(this.bucket.entries()).extracting(BucketEntry::revision).containsExactly(3L, 4L);
	}

	@Test
	void filtersHaveWildcardsAndMayOverlap() {
		for (String key : new String[] { "x", "x.1", "x.2", "x.1.a", "y.2" }) {
			this.bucket.put(key, key);
		}
		assertThat(this.bucket.keys("x.*")).containsExactlyInAnyOrder("x.1", "x.2");
		assertThat(this.bucket.keys("x.>")).containsExactlyInAnyOrder("x.1", "x.2", "x.1.a");
		assertThat(this.bucket.keys("*")).containsExactly("x");
		assertThat(this.bucket.keys("*.*.*")).containsExactly("x.1.a");
		assertThat(this.bucket.keys("x.1", "x.*", "*.2")).containsExactlyInAnyOrder("x.1", "x.2", "y.2");
		assertThat(this.bucket.keys(">", "x.1")).hasSize(5);
		assertThat(this.bucket.keys("z.>")).isEmpty();
		assertThat(this.bucket.entries("x.1", "*.2")).extracting(BucketEntry::key).containsExactly("x.1", "x.2", "y.2");
	}

	@Test
	void anEmptyBucketHasNoKeys() {
		assertThat(this.bucket.keys()).isEmpty();
		assertThat(this.bucket.entries()).isEmpty();
		assertThat(this.bucket.purgeDeletes(Duration.ZERO)).isZero();
	}

}
