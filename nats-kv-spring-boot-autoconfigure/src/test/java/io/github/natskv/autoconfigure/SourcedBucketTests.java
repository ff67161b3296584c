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

package io.github.natskv.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.ReadOnlyBucketException;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.Source;
import io.nats.client.api.StreamConfiguration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Buckets that copy others, their sources.
 */
@ExtendWith(OutputCaptureExtension.class)
class SourcedBucketTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private static final boolean OLD = connection.getServerInfo().isOlderThanVersion("2.10.0");

	private final ApplicationContextRunner runner = CopiedBucket.runner(server);

	private KeyValue one;

	private KeyValue other;

	@BeforeEach
	void makeSources() throws Exception {
		CopiedBucket.deleteBuckets(connection);
		this.one = CopiedBucket.origin(connection, "one");
		this.other = CopiedBucket.origin(connection, "other");
		this.one.create("a", "1".getBytes());
		this.one.put("gone", "x");
		this.one.delete("gone");
		this.one.update("a", "2".getBytes(), 1);
		this.other.put("b.c", "3");
	}

	private ApplicationContextRunner sourced() {
		return this.runner.withPropertyValues("nats.kv.buckets.copy.sources[0].bucket=one",
				"nats.kv.buckets.copy.sources[1].bucket=other", "nats.kv.buckets.copy.history=5",
				"nats.kv.buckets.copy.value-type=java.lang.String");
	}

	@Test
	void anOlderServerIsRefusedByName() {
		assumeTrue(OLD, "needs a server before 2.10");
		sourced().run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
			.contains("'nats.kv.buckets.copy.sources' needs nats-server 2.10.0", "2.9"));
	}

	@Test
	void everyWayToReadASourcedBucketHasWhatItsSourcesHave() {
		assumeFalse(OLD, "needs a server from 2.10");
		sourced().withBean(CopiedBucket.Listener.class).run((context) -> {
			CopiedBucket copy = new CopiedBucket(context, "copy");
			copy.awaitValue("a", "2");
			copy.awaitValue("b.c", "3");
			copy.assertReads();
			CopiedBucket.Listener listener = context.getBean(CopiedBucket.Listener.class);
			listener.await("copy.a=2", "copy.b.c=3");
			this.other.put("d", "4");
			listener.await("copy.d=4");
		});
	}

	@Test
	void aBeanWithSourcesIsReadLikeABucketOfTheProperties() {
		assumeFalse(OLD, "needs a server from 2.10");
		this.runner
			.withBean("sourced", KeyValueConfiguration.class,
					() -> KeyValueConfiguration.builder("copy")
						.maxHistoryPerKey(5)
						.sources(Source.builder().name("one").build(), Source.builder().name("KV_other").build())
						.build())
			.run((context) -> {
				CopiedBucket copy = new CopiedBucket(context, "copy");
				copy.awaitValue("a", "2");
				copy.awaitValue("b.c", "3");
				copy.assertReads();
			});
	}

	@Test
	void aFilterIsHonouredAndTransformsOfTheUserStay() {
		assumeFalse(OLD, "needs a server from 2.10");
		this.runner
			.withPropertyValues("nats.kv.buckets.copy.history=5", "nats.kv.buckets.copy.sources[0].bucket=other",
					"nats.kv.buckets.copy.sources[0].filter-subject=$KV.other.*.c",
					"nats.kv.buckets.copy.sources[1].bucket=one",
					"nats.kv.buckets.copy.sources[1].subject-transforms[0].source=$KV.one.>",
					"nats.kv.buckets.copy.sources[1].subject-transforms[0].destination=$KV.copy.one.>")
			.run((context) -> {
				this.other.put("b.d", "no");
				this.other.put("e.c", "5");
				KeyValueBucket<String> copy = new CopiedBucket(context, "copy").typed();
				CopiedBucket.copied()
					.untilAsserted(() -> assertThat(copy.keys()).containsExactlyInAnyOrder("b.c", "e.c", "one.a"));
				assertThat(copy.get("e.c")).isEqualTo("5");
				assertThat(copy.get("one.a")).isEqualTo("2");
			});
	}

	@Test
	void writesAreRefusedByNameAndNothingIsSent() {
		assumeFalse(OLD, "needs a server from 2.10");
		sourced().run((context) -> {
			CopiedBucket copy = new CopiedBucket(context, "copy");
			CopiedBucket.copied().until(() -> copy.raw().getStatus().getEntryCount() == 5);
			KeyValueBucket<String> typed = copy.typed();
			KeyValue raw = copy.raw();
			byte[] value = { 1 };
			List<ThrowingCallable> writes = List.of(() -> typed.put("a", "x"), () -> typed.create("n", "x"),
					() -> typed.create("n", "x", Duration.ofSeconds(5)), () -> typed.putIfAbsent("n", "x"),
					() -> typed.update("a", "x", 1), () -> typed.delete("a"), () -> typed.delete("a", 1),
					() -> typed.purge("a"), () -> typed.purge("a", 1), () -> typed.purge("a", Duration.ofSeconds(5)),
					() -> typed.purgeDeletes(Duration.ZERO), () -> typed.compute("a", (old) -> {
						throw new AssertionError("must not be called");
					}), () -> raw.put("a", value), () -> raw.put("a", "x"), () -> raw.put("a", 1),
					() -> raw.create("n", value), () -> raw.update("a", value, 1), () -> raw.update("a", "x", 1),
					() -> raw.delete("a"), () -> raw.delete("a", 1), () -> raw.purge("a"), () -> raw.purge("a", 1),
					raw::purgeDeletes);
			long messages = raw.getStatus().getEntryCount();
			for (ThrowingCallable write : writes) {
				assertThatExceptionOfType(ReadOnlyBucketException.class).isThrownBy(write)
					.withMessageContainingAll("'copy'", "'one', 'other'");
			}
			assertThat(raw.getStatus().getEntryCount()).isEqualTo(messages);
		});
	}

	@Test
	void aBucketThatBecomesSourcedAndOneThatNoLongerIsAreNoticed() throws Exception {
		assumeFalse(OLD, "needs a server from 2.10");
		CopiedBucket.origin(connection, "copy");
		this.runner.run((context) -> {
			CopiedBucket copy = new CopiedBucket(context, "copy");
			copy.typed().put("a", "own");
			connection.keyValueManagement().delete("copy");
			connection.keyValueManagement()
				.create(KeyValueConfiguration.builder("copy").sources(Source.builder().name("one").build()).build());
			assertThatExceptionOfType(ReadOnlyBucketException.class).isThrownBy(() -> copy.typed().put("a", "x"));
			connection.keyValueManagement().delete("copy");
			CopiedBucket.origin(connection, "copy");
			copy.typed().put("a", "again");
			assertThat(copy.typed().get("a")).isEqualTo("again");
		});
	}

	@Test
	void aSourcedBucketWithSubjectsOfItsOwnTakesWrites() throws Exception {
		StreamConfiguration sourced = KeyValueConfiguration.builder("copy")
			.sources(Source.builder().name("one").build())
			.build()
			.getBackingConfig();
		connection.jetStreamManagement().addStream(StreamConfiguration.builder(sourced).subjects("$KV.copy.>").build());
		this.runner.run((context) -> {
			CopiedBucket copy = new CopiedBucket(context, "copy");
			copy.typed().put("own", "1");
			copy.raw().put("own", "2");
			assertThat(copy.typed().get("own")).isEqualTo("2");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "create", "update", "validate" })
	void sourcesAreNotADifferenceTheNextTime(String policy, CapturedOutput output) throws Exception {
		assumeFalse(OLD, "needs a server from 2.10");
		ApplicationContextRunner sourced = sourced().withPropertyValues(
				"nats.kv.buckets.copy.sources[1].filter-subject=$KV.other.b.*",
				"nats.kv.buckets.copy.sources[0].start-time=2026-01-01T00:00:00Z");
		sourced.run((context) -> assertThat(context).hasNotFailed());
		StreamConfiguration before = CopiedBucket.stream(connection, "copy");
		sourced.withPropertyValues("nats.kv.provisioning=" + policy)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(CopiedBucket.stream(connection, "copy").toJson()).isEqualTo(before.toJson());
		assertThat(output).doesNotContain("differs", "updated");
	}

	@Test
	void sourcesThatDoNotRenameKeysAreADifferenceAndMended(CapturedOutput output) throws Exception {
		assumeFalse(OLD, "needs a server from 2.10");
		connection.keyValueManagement()
			.create(KeyValueConfiguration.builder("copy").sources(Source.builder().name("one").build()).build());
		CopiedBucket.copied().until(() -> connection.keyValue("copy").getStatus().getEntryCount() > 0);
		sourced().withPropertyValues("nats.kv.provisioning=validate")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.contains("sources is one instead of one with $KV.one.> as $KV.copy.>"));
		sourced().withPropertyValues("nats.kv.provisioning=update").run((context) -> {
			CopiedBucket copy = new CopiedBucket(context, "copy");
			if (connection.getServerInfo().isSameOrNewerThanVersion("2.15.0")) {
				copy.awaitValue("a", "2");
				copy.awaitValue("b.c", "3");
				assertThat(output).doesNotContain("only what changes from now on is copied");
				return;
			}
			assertThat(output).contains("only what changes from now on is copied");
			CopiedBucket.copied().until(() -> {
				this.one.put("a", "later");
				return "later".equals(copy.typed().get("a"));
			});
		});
	}

}
