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

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketFullException;
import io.github.natskv.kv.InvalidBucketKeyException;
import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBucket.KeyPage;
import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.ValueTooLargeException;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.StreamState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What reads and writes promise.
 */
abstract class ReadsAndWritesContract extends BucketContract {

	ReadsAndWritesContract(BucketFixture fixture) {
		super(fixture);
	}

	@Test
	void aValueIsReadBack() {
		Instant before = Instant.now().minusSeconds(60);
		long revision = this.bucket.put("a", "1");
		assertThat(this.bucket.get("a")).isEqualTo("1");
		assertThat(this.bucket.exists("a")).isTrue();
		BucketEntry<String> entry = this.bucket.getEntry("a");
		assertThat(entry).isEqualTo(
				new BucketEntry<>(this.bucket.getName(), "a", "1", revision, KeyValueOperation.PUT, entry.created()));
		assertThat(entry.created()).isBetween(before, Instant.now().plusSeconds(1));
	}

	@Test
	void anAbsentKeyIsNull() {
		assertThat(this.bucket.get("a")).isNull();
		assertThat(this.bucket.getEntry("a")).isNull();
		assertThat(this.bucket.exists("a")).isFalse();
	}

	@Test
	void anEmptyValueIsNotAbsent() {
		this.bucket.put("a", "");
		assertThat(this.bucket.get("a")).isEmpty();
		assertThat(this.bucket.exists("a")).isTrue();
		KeyValueBucket<byte[]> bytes = create((options) -> options).as(byte[].class);
		bytes.put("a", new byte[0]);
		assertThat(bytes.get("a")).isEmpty();
	}

	@Test
	void nullIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.put("a", null))
			.withMessageContaining("use delete");
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.create("a", null));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.update("a", null, 0));
	}

	@Test
	void revisionsCountTheWritesOfTheBucket() {
		assertThat(this.bucket.put("a", "1")).isEqualTo(1);
		assertThat(this.bucket.create("b", "2")).isEqualTo(2);
		assertThat(this.bucket.delete("a")).isEqualTo(3);
		assertThat(this.bucket.purge("b")).isEqualTo(4);
		assertThat(this.bucket.put("a", "5")).isEqualTo(5);
	}

	@Test
	void oneRevisionIsRead() {
		long first = this.bucket.put("a", "1");
		this.bucket.put("a", "2");
		long marker = this.bucket.delete("a");
		assertThat(this.bucket.getEntry("a", first).value()).isEqualTo("1");
		assertThat(this.bucket.getEntry("b", first)).isNull();
		assertThat(this.bucket.getEntry("a", marker)).isNull();
		assertThat(this.bucket.getEntry("a", 1000)).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.getEntry("a", 0));
	}

	@Test
	void valuesAreStoredEncoded() {
		Created created = create((options) -> options);
		Map<String, List<Profile>> value = Map.of("x", List.of(new Profile("Jane", 42, Instant.EPOCH)));
		KeyValueBucket<Map<String, List<Profile>>> profiles = created.as(new ParameterizedTypeReference<>() {
		});
		profiles.put("m", value);
		assertThat(profiles.get("m")).isEqualTo(value);
		assertThat(created.as(String.class).get("m")).contains("\"age\":42");
		KeyValueBucket<BigDecimal> numbers = created.as(BigDecimal.class);
		numbers.put("n", new BigDecimal("1.50"));
		assertThat(created.as(String.class).get("n")).isEqualTo("1.50");
		KeyValueBucket<Integer> integers = created.as(int.class);
		integers.put("i", 42);
		assertThat(integers.get("i")).isEqualTo(42);
	}

	@Test
	void whatJsonDoesNotKeepIsLost() {
		KeyValueBucket<Forgetful> values = create((options) -> options).as(Forgetful.class);
		Forgetful value = new Forgetful();
		value.kept = "kept";
		value.lost = "lost";
		values.put("a", value);
		value.kept = "changed later";
		assertThat(values.get("a").kept).isEqualTo("kept");
		assertThat(values.get("a").lost).isNull();
	}

	@Test
	void bytesAreCopied() {
		KeyValueBucket<byte[]> bytes = create((options) -> options).as(byte[].class);
		byte[] value = { 1 };
		bytes.put("a", value);
		value[0] = 2;
		bytes.get("a")[0] = 3;
		assertThat(bytes.get("a")).containsExactly(1);
	}

	@Test
	void aValueThatDoesNotDecodeIsReachableRaw() {
		Created created = create((options) -> options);
		long revision = created.as(String.class).put("p", "not json");
		KeyValueBucket<Profile> profiles = created.as(Profile.class);
		assertThatExceptionOfType(ValueDecodingException.class).isThrownBy(() -> profiles.get("p"))
			.withMessage("Revision %d of key 'p' in bucket '%s' (8 bytes) is not a value of type '%s'", revision,
					created.name(), Profile.class.getName())
			.satisfies((ex) -> {
				assertThat(ex.getEntry().getValueAsString()).isEqualTo("not json");
				assertThat(ex.getEntry().getKey()).isEqualTo("p");
				assertThat(ex.getEntry().getBucket()).isEqualTo(created.name());
				assertThat(ex.getEntry().getRevision()).isEqualTo(revision);
				assertThat(ex.getEntry().getOperation()).isEqualTo(KeyValueOperation.PUT);
			});
		assertThatExceptionOfType(ValueDecodingException.class).isThrownBy(() -> profiles.getEntry("p"));
		assertThatExceptionOfType(ValueDecodingException.class).isThrownBy(profiles::entries);
		assertThat(profiles.exists("p")).isTrue();
		assertThat(profiles.keys()).containsExactly("p");
		created.as(String.class).put("p", "null");
		assertThatExceptionOfType(ValueDecodingException.class).isThrownBy(() -> profiles.get("p"));
	}

	@Test
	void listingsHandOverWhatDoesNotDecode() {
		Created created = create((options) -> options.maxHistoryPerKey(5));
		KeyValueBucket<Profile> profiles = created.as(Profile.class);
		Profile jane = new Profile("Jane", 42, Instant.EPOCH);
		created.as(String.class).put("a.jane", "not json");
		profiles.put("a.jane", jane);
		created.as(String.class).put("a.john", "not json either");
		created.as(String.class).put("b.jim", "null");
		List<ValueDecodingException> undecodable = new ArrayList<>();
		assertThat(profiles.entries(undecodable::add)).extracting(BucketEntry::value).containsExactly(jane);
		assertThat(undecodable).extracting((ex) -> ex.getEntry().getKey()).containsExactly("a.john", "b.jim");
		undecodable.clear();
		assertThat(profiles.entries(undecodable::add, "a.*")).isUnmodifiable().hasSize(1);
		assertThat(undecodable).extracting((ex) -> ex.getEntry().getValueAsString()).containsExactly("not json either");
		undecodable.clear();
		profiles.delete("a.jane");
		assertThat(profiles.history("a.jane", undecodable::add)).extracting(BucketEntry::value)
			.containsExactly(jane, null);
		assertThat(undecodable).extracting((ex) -> ex.getEntry().getRevision()).containsExactly(1L);
		assertThatExceptionOfType(ValueDecodingException.class).isThrownBy(() -> profiles.entries("a.*"));
		assertThatExceptionOfType(ValueDecodingException.class).isThrownBy(() -> profiles.history("a.jane"));
		assertThatExceptionOfType(ValueDecodingException.class).isThrownBy(() -> profiles.entries((ex) -> {
			throw ex;
		}));
	}

	@Test
	void anAbsentKeyMayHaveADefault() {
		assertThat(this.bucket.getOrDefault("a", "default")).isEqualTo("default");
		assertThat(this.bucket.exists("a")).isFalse();
		this.bucket.put("a", "");
		assertThat(this.bucket.getOrDefault("a", "default")).isEmpty();
		this.bucket.delete("a");
		assertThat(this.bucket.getOrDefault("a", "default")).isEqualTo("default");
	}

	@Test
	void invalidKeysAreRefusedEverywhere() {
		List<Consumer<String>> operations = List.of(this.bucket::get, this.bucket::getEntry, this.bucket::exists,
				this.bucket::delete, this.bucket::purge, this.bucket::history, (key) -> this.bucket.put(key, "x"),
				(key) -> this.bucket.create(key, "x"), (key) -> this.bucket.update(key, "x", 1),
				(key) -> this.bucket.compute(key, (value) -> "x"),
				(key) -> this.bucket.computeIfAbsent(key, (absent) -> "x"));
		List<Consumer<String>> writes = operations.subList(3, 5);
		for (Consumer<String> operation : writes) {
			assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> operation.accept("ä"));
		}
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> this.bucket.put("ä", "x"));
		// another application may have written it
		assertThat(this.bucket.get("ä")).isNull();
		assertThat(this.bucket.history("ä")).isEmpty();
		for (String key : new String[] { "a b", "a.", "a..b", ".a", "", "a.*", ">", "x".repeat(4000) }) {
			for (Consumer<String> operation : operations) {
				assertThatExceptionOfType(InvalidBucketKeyException.class).as(key)
					.isThrownBy(() -> operation.accept(key))
					.satisfies((ex) -> assertThat(ex.getKey()).isEqualTo(key));
			}
		}
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> this.bucket.keys("a b"));
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> this.bucket.entries("a..b"));
		assertThat(this.bucket.getStatus().getEntryCount()).isZero();
		String longKey = "x".repeat(3500);
		this.bucket.put(longKey, "x");
		assertThat(this.bucket.get(longKey)).isEqualTo("x");
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void keyCodecsApplyToEverything(KeyCodec codec) throws Exception {
		KeyValueBucket<String> users = create((options) -> options.maxHistoryPerKey(3), codec).as(String.class);
		users.put("eu.jane@example.org", "1");
		users.create("eu.user:42", "2");
		users.put("us.ä..b", "3");
		assertThat(users.get("eu.user:42")).isEqualTo("2");
		assertThat(users.keys()).containsExactlyInAnyOrder("eu.jane@example.org", "eu.user:42", "us.ä..b");
		assertThat(users.keys("eu.user:*")).isEmpty();
		assertThat(users.keys("us.ä.>")).containsExactly("us.ä..b");
		assertThat(users.entries("eu.user:42")).extracting(BucketEntry::key).containsExactly("eu.user:42");
		assertThat(users.history("us.ä..b")).extracting(BucketEntry::key).containsExactly("us.ä..b");
		assertThat(users.getKeyValue().get(codec.encode("eu.user:42")).getValueAsString()).isEqualTo("2");
		users.getKeyValue().put("=zz", "foreign");
		assertThat(users.keys()).hasSize(3).doesNotContain("=zz");
	}

	@Test
	void valuesAreLimitedCountingHeaders() {
		KeyValueBucket<String> small = create((options) -> options.maximumValueSize(60)).as(String.class);
		String sixty = "x".repeat(60);
		small.put("a", sixty);
		assertThatExceptionOfType(ValueTooLargeException.class).isThrownBy(() -> small.put("a", sixty + "x"))
			.withMessage("Could not write key 'a' in bucket '%s': with its headers, the value is larger than"
					+ " the bucket's max-value-size [10054]", small.getName());
		assertThatExceptionOfType(ValueTooLargeException.class).isThrownBy(() -> small.create("b", sixty));
		small.create("b", "x");
		KeyValueBucket<String> tiny = create((options) -> options.maximumValueSize(20)).as(String.class);
		tiny.put("a", "x");
		assertThatExceptionOfType(ValueTooLargeException.class).isThrownBy(() -> tiny.delete("a"));
		assertThat(tiny.get("a")).isEqualTo("x");
	}

	@Test
	void noValueIsLargerThanTheServerTakes() {
		KeyValueBucket<byte[]> bytes = create((options) -> options).as(byte[].class);
		bytes.put("a", new byte[1024 * 1024]);
		assertThatExceptionOfType(ValueTooLargeException.class)
			.isThrownBy(() -> bytes.put("a", new byte[1024 * 1024 + 1]))
			.withMessage("A value of 1048577 bytes for bucket '%s' is larger than the server takes (max_payload is"
					+ " 1048576)", bytes.getName());
		assertThatExceptionOfType(ValueTooLargeException.class)
			.isThrownBy(() -> bytes.update("a", new byte[1024 * 1024], 1));
	}

	@Test
	void aFullBucketRefusesNewKeysAndKeepsTheOldOnes() {
		KeyValueBucket<byte[]> full = create((options) -> options.maxBucketSize(4096)).as(byte[].class);
		full.put("a", new byte[2000]);
		full.put("b", new byte[1000]);
		assertThatExceptionOfType(BucketFullException.class).isThrownBy(() -> full.put("c", new byte[2000]))
			.withMessage("Could not write key 'c' in bucket '%s': the bucket is full [10077]. Raise the bucket's"
					+ " max-bytes or the server's limits, or purge keys and deletion markers", full.getName());
		assertThatExceptionOfType(BucketFullException.class).isThrownBy(() -> full.put("a", new byte[3000]));
		full.put("a", new byte[1900]);
		full.delete("a");
		full.put("c", new byte[1000]);
		assertThat(full.keys()).containsExactlyInAnyOrder("b", "c");
	}

	@Test
	void aFullBucketWithHistoryRefusesDeletionsToo() {
		KeyValueBucket<byte[]> full = create((options) -> options.maxHistoryPerKey(5).maxBucketSize(2048))
			.as(byte[].class);
		full.put("a", new byte[1900]);
		assertThatExceptionOfType(BucketFullException.class).isThrownBy(() -> full.put("a", new byte[100]));
		assertThat(full.get("a")).hasSize(1900);
	}

	@Test
	void theStatusCountsEntries() {
		this.bucket.put("a", "1");
		this.bucket.put("a", "2");
		this.bucket.delete("b");
		assertThat(this.bucket.getStatus().getBucketName()).isEqualTo(this.bucket.getName());
		assertThat(this.bucket.getStatus().getEntryCount()).isEqualTo(3);
		assertThat(this.bucket.getStatus().getMaxHistoryPerKey()).isEqualTo(5);
		StreamState state = this.bucket.getStatus().getBackingStreamInfo().getStreamState();
		assertThat(state.getLastSequence()).isEqualTo(3);
		long subject = ("$KV." + this.bucket.getName() + ".a").length();
		assertThat(state.getByteCount()).as("two values and the header of a deletion")
			.isEqualTo(3 * (subject + 16) + 1 + 1 + 30);
	}

	@Test
	void listsKeysPageByPage() {
		for (String key : List.of("a", "b", "c", "d", "e")) {
			this.bucket.put(key, "1");
		}
		this.bucket.delete("b");
		KeyPage first = this.bucket.keys(">", 0, 2);
		assertThat(first.keys()).containsExactly("a", "c");
		this.bucket.put("a", "2");
		this.bucket.put("d", "2");
		KeyPage second = this.bucket.keys(">", first.next(), 2);
		assertThat(second.keys()).containsExactly("e", "a");
		KeyPage third = this.bucket.keys(">", second.next(), 2);
		assertThat(third).isEqualTo(new KeyPage(List.of("d"), null));
		assertThat(this.bucket.keys("c", 0, 10)).isEqualTo(new KeyPage(List.of("c"), null));
		assertThat(this.bucket.keys("none", 0, 10)).isEqualTo(new KeyPage(List.of(), null));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.keys(">", 0, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.keys(">", -1, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> this.bucket.keys(">", 100, 1))
			.withMessageContaining("recreated");
	}

	record Profile(String name, int age, Instant since) {

	}

	static class Forgetful {

		public String kept;

		transient String lost;

	}

}
