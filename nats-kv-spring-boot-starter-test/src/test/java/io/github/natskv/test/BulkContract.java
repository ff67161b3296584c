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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.BulkOperationException;
import io.github.natskv.kv.InvalidBucketKeyException;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.ValueTooLargeException;
import io.github.natskv.kv.WatchOptions;
import io.nats.client.api.KeyValueOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What asynchronous operations and those on many keys promise.
 */
abstract class BulkContract extends BucketContract {

	BulkContract(BucketFixture fixture) {
		super(fixture);
	}

	private static <R> R done(CompletableFuture<R> future) {
		return future.orTimeout(10, TimeUnit.SECONDS).join();
	}

	private static Throwable failure(CompletableFuture<?> future) {
		// on the future itself, where nothing wraps the failure
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		future.whenComplete((value, ex) -> failure.complete(ex));
		return done(failure);
	}

	@Test
	void asynchronousOperationsDoWhatTheirTwinsDo() {
		assertThat(done(this.bucket.getAsync("a"))).isNull();
		assertThat(done(this.bucket.getEntryAsync("a"))).isNull();
		long first = done(this.bucket.putAsync("a", "1"));
		assertThat(done(this.bucket.getAsync("a"))).isEqualTo("1");
		assertThat(done(this.bucket.getEntryAsync("a"))).isEqualTo(this.bucket.getEntry("a"));
		long second = done(this.bucket.updateAsync("a", "2", first));
		long marker = done(this.bucket.deleteAsync("a"));
		assertThat(done(this.bucket.getAsync("a"))).isNull();
		long third = done(this.bucket.createAsync("a", "3"));
		assertThat(List.of(first, second, marker, third)).isSorted().doesNotHaveDuplicates();
		assertThat(this.bucket.history("a")).extracting(BucketEntry::operation)
			.containsExactly(KeyValueOperation.PUT, KeyValueOperation.PUT, KeyValueOperation.DELETE,
					KeyValueOperation.PUT);
	}

	@Test
	void futuresFailWithWhatTheirTwinsThrow() {
		this.bucket.put("a", "1");
		assertThat(failure(this.bucket.createAsync("a", "2"))).isInstanceOf(DuplicateKeyException.class)
			.hasMessage("Key 'a' already has a value in bucket '%s'", this.bucket.getName());
		assertThat(failure(this.bucket.updateAsync("a", "2", 0))).isInstanceOf(RevisionConflictException.class);
		assertThat(failure(this.bucket.updateAsync("a", "2", -1))).isInstanceOf(IllegalArgumentException.class);
		assertThat(failure(this.bucket.putAsync("a", null))).isInstanceOf(IllegalArgumentException.class);
		assertThat(failure(this.bucket.putAsync("a b", "2"))).isInstanceOf(InvalidBucketKeyException.class);
		assertThat(failure(this.bucket.putAsync(null, "2"))).isInstanceOf(InvalidBucketKeyException.class);
		assertThat(failure(this.bucket.getAsync(""))).isInstanceOf(InvalidBucketKeyException.class);
		assertThat(failure(this.bucket.deleteAsync("*"))).isInstanceOf(InvalidBucketKeyException.class);
		assertThat(failure(this.bucket.putAsync("a", "x".repeat(1024 * 1024 + 1))))
			.isInstanceOf(ValueTooLargeException.class);
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> this.bucket.createAsync("a", "2").get(10, TimeUnit.SECONDS))
			.withCauseInstanceOf(DuplicateKeyException.class);
		assertThat(this.bucket.get("a")).isEqualTo("1");
	}

	@Test
	void valuesOfOneThreadAreWrittenInOrder() {
		List<CompletableFuture<Long>> writes = IntStream.range(0, 100)
			.mapToObj((i) -> this.bucket.putAsync("a", "" + i))
			.toList();
		assertThat(writes.stream().map(BulkContract::done).toList()).isSorted();
		assertThat(this.bucket.get("a")).isEqualTo("99");
	}

	@Test
	void whatDependsOnAFutureMayWaitForOtherOperations() {
		List<CompletableFuture<String>> chains = IntStream.range(0, 200)
			.mapToObj((i) -> this.bucket.putAsync("k" + i, "" + i).thenApply((revision) -> {
				this.bucket.put("s" + i, "x");
				return this.bucket.getAsync("k" + i).join() + this.bucket.get("s" + i);
			}))
			.toList();
		for (int i = 0; i < chains.size(); i++) {
			assertThat(done(chains.get(i))).isEqualTo(i + "x");
		}
	}

	@Test
	void manyKeysAreWrittenReadAndDeleted() {
		Map<String, String> values = new LinkedHashMap<>();
		IntStream.range(0, 3000).forEach((i) -> values.put("k." + i, "v" + i));
		Map<String, Long> revisions = this.bucket.putAll(values);
		assertThat(revisions.keySet()).containsExactlyElementsOf(values.keySet());
		assertThat(revisions.values()).doesNotHaveDuplicates();
		assertThat(this.bucket.getAll(values.keySet())).containsExactlyEntriesOf(values);
		Map<String, BucketEntry<String>> entries = this.bucket.getEntries(values.keySet());
		assertThat(entries.keySet()).containsExactlyElementsOf(values.keySet());
		assertThat(entries.get("k.7")).isEqualTo(this.bucket.getEntry("k.7"));
		entries.forEach((key, entry) -> assertThat(entry.revision()).isEqualTo(revisions.get(key)));
		assertThat(this.bucket.deleteAll(values.keySet())).isEqualTo(3000);
		assertThat(this.bucket.getAll(values.keySet())).isEmpty();
		assertThat(this.bucket.keys()).isEmpty();
	}

	@Test
	void absentAndDeletedKeysAreAbsent() {
		this.bucket.put("a", "1");
		this.bucket.put("deleted", "1");
		this.bucket.delete("deleted");
		this.bucket.put("purged", "1");
		this.bucket.purge("purged");
		List<String> keys = List.of("never", "a", "deleted", "a", "purged");
		assertThat(this.bucket.getAll(keys)).containsExactly(Map.entry("a", "1"));
		assertThat(this.bucket.getEntries(keys)).containsExactly(Map.entry("a", this.bucket.getEntry("a")));
	}

	@Test
	void emptyValuesAreNotAbsent() {
		KeyValueBucket<byte[]> bytes = create((options) -> options).as(byte[].class);
		bytes.putAll(Map.of("a", new byte[0], "b", "x".getBytes(StandardCharsets.UTF_8)));
		assertThat(bytes.getAll(List.of("a", "b")).get("a")).isEmpty();
		assertThat(done(bytes.getAsync("a"))).isEmpty();
	}

	@Test
	void largeValuesAreReadTogether() {
		KeyValueBucket<byte[]> bytes = create((options) -> options).as(byte[].class);
		Map<String, byte[]> values = IntStream.range(0, 40)
			.boxed()
			.collect(Collectors.toMap((i) -> "k" + i, (i) -> new byte[500_000 + i]));
		bytes.putAll(values);
		assertThat(bytes.getAll(values.keySet())).hasSize(40)
			.allSatisfy((key, value) -> assertThat(value).hasSameSizeAs(values.get(key)));
	}

	@Test
	void nothingIsDoneWithNothing() {
		assertThat(this.bucket.getAll(List.of())).isEmpty();
		assertThat(this.bucket.getEntries(List.of())).isEmpty();
		assertThat(this.bucket.putAll(Map.of())).isEmpty();
		assertThat(this.bucket.deleteAll(List.of())).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.getAll(null));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.getEntries(null));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.putAll(null));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.deleteAll(null));
		assertThatExceptionOfType(InvalidBucketKeyException.class)
			.isThrownBy(() -> this.bucket.getAll(Arrays.asList("a", null)));
		assertThatExceptionOfType(InvalidBucketKeyException.class)
			.isThrownBy(() -> this.bucket.getAll(List.of("a", "b c")));
	}

	@Test
	void eachKeyIsEitherWrittenOrNot() {
		KeyValueBucket<String> small = create((options) -> options.maximumValueSize(100)).as(String.class);
		Map<String, String> values = new HashMap<>();
		IntStream.range(0, 100).forEach((i) -> values.put("k" + i, (i % 10 == 0) ? "x".repeat(200) : "x"));
		values.put("a b", "x");
		values.put("_kv.mine", "x");
		values.put("none", null);
		values.put(null, "x");
		BulkOperationException ex = catchBulk(() -> small.putAll(values));
		assertThat(ex.getSucceeded()).hasSize(90);
		assertThat(ex.getFailures()).hasSize(14);
		assertThat(ex.getFailures().keySet()).doesNotContainAnyElementsOf(ex.getSucceeded().keySet());
		assertThat(ex.getFailures().get("k0")).isInstanceOf(ValueTooLargeException.class).hasMessageContaining("'k0'");
		assertThat(ex.getFailures().get("a b")).isInstanceOf(InvalidBucketKeyException.class);
		assertThat(ex.getFailures().get("_kv.mine")).isInstanceOf(InvalidBucketKeyException.class);
		assertThat(ex.getFailures().get("none")).isInstanceOf(IllegalArgumentException.class);
		assertThat(ex.getFailures().get(null)).isInstanceOf(InvalidBucketKeyException.class);
		assertThat(ex).isInstanceOf(DataAccessException.class)
			.hasMessageStartingWith("Could not write 14 of 104 keys in bucket '%s', the first of them '",
					small.getName());
		assertThat(small.keys()).isEqualTo(ex.getSucceeded().keySet());
		ex.getSucceeded().forEach((key, revision) -> assertThat(small.getEntry(key).revision()).isEqualTo(revision));
	}

	@Test
	void deletionsFailOneByOne() {
		this.bucket.putAll(Map.of("a", "1", "b", "1"));
		BulkOperationException ex = catchBulk(() -> this.bucket.deleteAll(List.of("a", "b c", "a", "b", "never")));
		assertThat(ex.getSucceeded()).containsOnlyKeys("a", "b", "never");
		assertThat(ex.getFailures()).containsOnlyKeys("b c");
		assertThat(this.bucket.keys()).isEmpty();
		assertThat(this.bucket.deleteAll(List.of("a", "a", "b"))).isEqualTo(2);
	}

	@Test
	void aValueThatDoesNotDecodeFailsTheReadOfAll() {
		Created created = create((options) -> options);
		created.as(String.class).putAll(Map.of("a", "1", "b", "not a number"));
		KeyValueBucket<Integer> numbers = created.as(Integer.class);
		assertThatExceptionOfType(ValueDecodingException.class).isThrownBy(() -> numbers.getAll(List.of("a", "b")))
			.withMessageContaining("'b'");
		assertThat(failure(numbers.getAsync("b"))).isInstanceOf(ValueDecodingException.class);
		assertThat(numbers.getAll(List.of("a"))).containsEntry("a", 1);
	}

	@ParameterizedTest
	@EnumSource(KeyCodec.class)
	void keyCodecsApply(KeyCodec codec) {
		Created created = create((options) -> options, codec);
		KeyValueBucket<String> users = created.as(String.class);
		String key = (codec != KeyCodec.NONE) ? "eu.jane@example.org" : "eu.jane";
		users.putAll(Map.of(key, "1"));
		assertThat(users.getAll(List.of(key))).containsExactly(Map.entry(key, "1"));
		assertThat(done(users.getEntryAsync(key)).key()).isEqualTo(key);
		assertThat(list(users.stream("eu.>"))).extracting(BucketEntry::key).containsExactly(key);
		assertThat(users.deleteAll(List.of(key))).isOne();
	}

	@ParameterizedTest
	@EnumSource(KeyCodec.class)
	void reservedKeysAreRefusedForWriting(KeyCodec codec) {
		KeyValueBucket<String> reserving = create((options) -> options, codec).as(String.class);
		for (String key : List.of("_kv.cleared", "_kv.x")) {
			assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> reserving.put(key, "x"))
				.withMessage("Key '%s' cannot be written: keys that begin with '_kv.' are reserved", key);
			assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> reserving.create(key, "x"));
			assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> reserving.update(key, "x", 0));
			assertThatExceptionOfType(InvalidBucketKeyException.class)
				.isThrownBy(() -> reserving.compute(key, (value) -> "x"));
			assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> reserving.delete(key));
			assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> reserving.purge(key));
			assertThat(failure(reserving.putAsync(key, "x"))).isInstanceOf(InvalidBucketKeyException.class);
		}
		reserving.put("_kv", "x");
		reserving.put("_kvx.y", "x");
		assertThat(reserving.keys()).containsExactlyInAnyOrder("_kv", "_kvx.y");
	}

	@Test
	void reservedKeysAreHidden() throws Exception {
		List<BucketEntry<String>> seen = new CopyOnWriteArrayList<>();
		try (BucketWatch watch = this.bucket.watch(">", seen::add)) {
			this.bucket.put("a", "1");
			long revision = this.bucket.getKeyValue().put("_kv.x", "hidden");
			this.bucket.put("b", "1");
			await().until(() -> seen.size() == 2);
			assertThat(this.bucket.get("_kv.x")).isNull();
			assertThat(this.bucket.getEntry("_kv.x")).isNull();
			assertThat(this.bucket.getEntry("_kv.x", revision)).isNull();
			assertThat(this.bucket.exists("_kv.x")).isFalse();
			assertThat(this.bucket.history("_kv.x")).isEmpty();
			assertThat(this.bucket.keys()).containsExactlyInAnyOrder("a", "b");
			assertThat(this.bucket.keys("_kv.>")).isEmpty();
			assertThat(this.bucket.entries()).extracting(BucketEntry::key).containsExactly("a", "b");
			assertThat(this.bucket.getAll(List.of("a", "_kv.x"))).containsOnlyKeys("a");
			assertThat(done(this.bucket.getAsync("_kv.x"))).isNull();
			assertThat(list(this.bucket.stream())).extracting(BucketEntry::key).containsExactly("a", "b");
			this.bucket.getKeyValue().delete("_kv.x");
			assertThat(this.bucket.purgeDeletes(Duration.ZERO)).isZero();
			assertThat(this.bucket.getKeyValue().history("_kv.x")).hasSize(2);
			assertThat(seen).extracting(BucketEntry::key).containsExactly("a", "b");
		}
	}

	@Test
	void aClearedBucketIsEmptyAndGoesOn() {
		assumeTrue(supports("2.10.0"));
		IntStream.range(0, 10).forEach((i) -> this.bucket.put("k" + (i % 4), "" + i));
		this.bucket.delete("k0");
		this.bucket.clear();
		assertThat(this.bucket.keys()).isEmpty();
		assertThat(this.bucket.entries()).isEmpty();
		assertThat(this.bucket.history("k1")).isEmpty();
		assertThat(this.bucket.getAll(List.of("k0", "k1"))).isEmpty();
		assertThat(this.bucket.getStatus().getEntryCount()).isOne();
		this.bucket.clear();
		assertThat(this.bucket.getStatus().getEntryCount()).isOne();
		assertThat(this.bucket.create("k1", "again")).isEqualTo(14);
		assertThat(this.bucket.keys()).containsExactly("k1");
	}

	@Test
	void anEmptyBucketIsCleared() {
		assumeTrue(supports("2.10.0"));
		this.bucket.clear();
		assertThat(this.bucket.keys()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { ">", "k.*", "k.1" })
	void watchesSeeDeletionsOfWhatTheyKnew(String filter) {
		assumeTrue(supports("2.10.0"));
		List<BucketEntry<String>> seen = new CopyOnWriteArrayList<>();
		this.bucket.put("k.1", "1");
		this.bucket.put("k.2", "2");
		this.bucket.put("other", "3");
		try (BucketWatch watch = this.bucket.watch(filter, seen::add)) {
			assertThat(watch.awaitSnapshot(Duration.ofSeconds(10))).isTrue();
			List<String> known = seen.stream().map(BucketEntry::key).toList();
			this.bucket.clear();
			await().atMost(Duration.ofSeconds(10)).until(() -> seen.size() == 2 * known.size());
			assertThat(seen.subList(known.size(), seen.size())).allMatch(BucketEntry::inferred)
				.extracting(BucketEntry::key)
				.containsExactlyInAnyOrderElementsOf(known);
			long revision = this.bucket.put("k.1", "again");
			await().until(() -> seen.size() == 2 * known.size() + 1);
			assertThat(seen.get(seen.size() - 1).revision()).isEqualTo(revision);
		}
	}

	@Test
	void aWatchWithoutInitialValuesSeesThatTheBucketWasCleared() {
		assumeTrue(supports("2.10.0"));
		List<BucketEntry<String>> seen = new CopyOnWriteArrayList<>();
		this.bucket.put("a", "1");
		this.bucket.put("b", "2");
		this.bucket.delete("b");
		try (BucketWatch watch = this.bucket.watch(WatchOptions.of(">").initialValues(false), seen::add)) {
			assertThat(watch.awaitSnapshot(Duration.ofSeconds(10))).isTrue();
			this.bucket.clear();
			this.bucket.put("c", "3");
			await().until(() -> seen.size() == 2);
			assertThat(seen).extracting(BucketEntry::key).containsExactly("a", "c");
			assertThat(seen.get(0).inferred()).isTrue();
		}
	}

	@Test
	void aWatchThatIgnoresDeletesSeesNoneWhenTheBucketIsCleared() {
		assumeTrue(supports("2.10.0"));
		List<BucketEntry<String>> seen = new CopyOnWriteArrayList<>();
		try (BucketWatch watch = this.bucket.watch(WatchOptions.of(">").ignoreDeletes(true), seen::add)) {
			this.bucket.put("a", "1");
			await().until(() -> seen.size() == 1);
			this.bucket.clear();
			this.bucket.put("a", "2");
			await().until(() -> seen.size() == 2);
			assertThat(seen).extracting(BucketEntry::value).containsExactly("1", "2");
		}
	}

	@Test
	void entriesAreStreamed() {
		Map<String, String> values = new LinkedHashMap<>();
		IntStream.range(0, 2000).forEach((i) -> values.put("k." + i, "v" + i));
		this.bucket.putAll(values);
		this.bucket.putAll(values);
		this.bucket.delete("k.5");
		this.bucket.purge("k.6");
		assertThat(list(this.bucket.stream())).isEqualTo(this.bucket.entries()).hasSize(1998);
		assertThat(list(this.bucket.stream("k.7", "k.8"))).extracting(BucketEntry::key).containsExactly("k.7", "k.8");
		assertThat(list(this.bucket.stream("none.*"))).isEmpty();
		try (Stream<BucketEntry<String>> stream = this.bucket.stream()) {
			assertThat(stream.limit(3)).extracting(BucketEntry::value).containsExactly("v0", "v1", "v2");
		}
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> this.bucket.stream("a b"));
	}

	@Test
	void aKeyThatMatchesSeveralFiltersIsStreamedOnce() {
		this.bucket.putAll(Map.of("a.1", "1", "a.2", "2", "b.1", "3", "c.d.1", "4"));
		assertThat(list(this.bucket.stream("a.*", "*.1", "a.>"))).extracting(BucketEntry::key)
			.containsExactlyInAnyOrder("a.1", "a.2", "b.1");
		assertThat(list(this.bucket.stream("c.>", ">"))).hasSize(4);
	}

	@Test
	void valuesThatDoNotDecodeFailAStreamWhenTheyCome() {
		Created created = create((options) -> options);
		created.as(String.class).put("a", "1");
		created.as(String.class).put("b", "not a number");
		try (Stream<BucketEntry<Integer>> stream = created.as(Integer.class).stream()) {
			Iterator<BucketEntry<Integer>> entries = stream.iterator();
			assertThat(entries.next().value()).isOne();
			assertThatExceptionOfType(ValueDecodingException.class).isThrownBy(entries::next);
		}
	}

	private static <V> List<BucketEntry<V>> list(Stream<BucketEntry<V>> stream) {
		try (stream) {
			return stream.toList();
		}
	}

	private static BulkOperationException catchBulk(Runnable operation) {
		try {
			operation.run();
		}
		catch (BulkOperationException ex) {
			return ex;
		}
		throw new AssertionError("Nothing failed");
	}

}
