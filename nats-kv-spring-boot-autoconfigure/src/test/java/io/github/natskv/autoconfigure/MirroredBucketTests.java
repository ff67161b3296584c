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

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.Mirror;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.SubjectTransform;
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
import static org.junit.jupiter.api.Assumptions.assumeFalse;

/**
 * Buckets that mirror another one.
 */
@ExtendWith(OutputCaptureExtension.class)
class MirroredBucketTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private final ApplicationContextRunner runner = CopiedBucket.runner(server);

	private KeyValue origin;

	@BeforeEach
	void makeOrigin() throws Exception {
		CopiedBucket.deleteBuckets(connection);
		this.origin = CopiedBucket.origin(connection, "origin");
		fill(this.origin);
	}

	private static void fill(KeyValue origin) throws Exception {
		origin.put("a", "1");
		origin.put("a", "2");
		origin.put("gone", "x");
		origin.delete("gone");
		origin.put("b.c", "3");
	}

	@Test
	void everyWayToReadAMirrorHasWhatItMirrors() {
		this.runner
			.withPropertyValues("nats.kv.buckets.copy.mirror.bucket=origin", "nats.kv.buckets.copy.history=5",
					"nats.kv.buckets.copy.value-type=java.lang.String")
			.withBean(CopiedBucket.Listener.class)
			.run((context) -> {
				CopiedBucket copy = new CopiedBucket(context, "copy");
				copy.awaitValue("b.c", "3");
				copy.assertReads();
				CopiedBucket.Listener listener = context.getBean(CopiedBucket.Listener.class);
				listener.await("copy.a=2", "copy.b.c=3");
				this.origin.put("d", "4");
				listener.await("copy.d=4");
			});
	}

	@Test
	void aMirrorDeclaredAsABeanIsReadLikeOneOfTheProperties() {
		this.runner
			.withBean("mirror", KeyValueConfiguration.class,
					() -> KeyValueConfiguration.builder("copy")
						.maxHistoryPerKey(5)
						.mirror(Mirror.builder().name("origin").build())
						.build())
			.run((context) -> {
				CopiedBucket copy = new CopiedBucket(context, "copy");
				copy.awaitValue("b.c", "3");
				copy.assertReads();
			});
	}

	@Test
	void writesToAMirrorGoToTheOriginAndComeBack() {
		this.runner.withPropertyValues("nats.kv.buckets.copy.mirror.bucket=origin").run((context) -> {
			CopiedBucket copy = new CopiedBucket(context, "copy");
			copy.typed().put("typed", "1");
			copy.raw().put("raw", "1");
			copy.awaitValue("typed", "1");
			copy.awaitValue("raw", "1");
			assertThat(this.origin.keys()).contains("typed", "raw");
			long revision = copy.typed().create("gone", "again");
			copy.awaitValue("gone", "again");
			copy.raw().delete("gone", revision);
			CopiedBucket.copied().until(() -> copy.typed().get("gone") == null);
			revision = copy.raw().create("gone", "2".getBytes());
			copy.typed().update("gone", "3", revision);
			copy.awaitValue("gone", "3");
			copy.raw().purge("gone");
			CopiedBucket.copied().until(() -> copy.raw().get("gone") == null);
			assertThat(this.origin.get("gone")).isNull();
			copy.raw().purgeDeletes();
			copy.typed().purgeDeletes(Duration.ZERO);
		});
	}

	@Test
	void readsOfTheOriginAreNotHarmedByAMirror() {
		this.runner.withPropertyValues("nats.kv.buckets.copy.mirror.bucket=origin").run((context) -> {
			new CopiedBucket(context, "copy").awaitValue("b.c", "3");
			for (int i = 0; i < 100; i++) {
				assertThat(this.origin.get("a")).isNotNull();
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "filter-subject=$KV.origin.a", "start-revision=2", "start-time=2026-01-01T00:00:00Z",
			"subject-transforms[0].source=$KV.origin.>" })
	void aMirrorThatWouldHideKeysOfItsOriginIsRefused(String option) {
		assumeFalse(option.startsWith("subject") && connection.getServerInfo().isOlderThanVersion("2.10.0"),
				"refused because of its version");
		this.runner
			.withPropertyValues("nats.kv.buckets.copy.mirror.bucket=origin", "nats.kv.buckets.copy.mirror." + option,
					option.startsWith("subject")
							? "nats.kv.buckets.copy.mirror.subject-transforms[0].destination=$KV.copy.>" : "a=b")
			.run((context) -> {
				assertThat(FailureAnalyses.of(context).getDescription()).contains("'nats.kv.buckets.copy.mirror'",
						"'origin'");
				assertThat(FailureAnalyses.of(context).getAction()).contains("sources");
				assertThat(connection.keyValueManagement().getBucketNames()).containsExactly("origin");
			});
	}

	@Test
	void aMirrorThatSomebodyElseMadeWithSubjectTransformsIsReadToo() throws Exception {
		assumeFalse(connection.getServerInfo().isOlderThanVersion("2.10.0"), "needs a server from 2.10");
		connection.keyValueManagement()
			.create(KeyValueConfiguration.builder("copy")
				.maxHistoryPerKey(5)
				.mirror(Mirror.builder()
					.name("origin")
					.subjectTransforms(
							SubjectTransform.builder().source("$KV.origin.>").destination("$KV.copy.>").build())
					.build())
				.build());
		this.runner.run((context) -> {
			CopiedBucket copy = new CopiedBucket(context, "copy");
			copy.awaitValue("b.c", "3");
			copy.assertReads();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "create", "update", "validate" })
	void aMirrorIsNotADifferenceTheNextTime(String policy, CapturedOutput output) throws Exception {
		ApplicationContextRunner mirror = this.runner.withPropertyValues("nats.kv.buckets.copy.mirror.bucket=origin");
		mirror.run((context) -> assertThat(context).hasNotFailed());
		StreamConfiguration before = CopiedBucket.stream(connection, "copy");
		mirror.withPropertyValues("nats.kv.provisioning=" + policy)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(CopiedBucket.stream(connection, "copy").toJson()).isEqualTo(before.toJson());
		assertThat(output).doesNotContain("WARN").doesNotContain("updated");
	}

	@Test
	void anotherOriginIsRefusedByName() throws Exception {
		CopiedBucket.origin(connection, "other");
		this.runner.withPropertyValues("nats.kv.buckets.copy.mirror.bucket=origin")
			.run((context) -> assertThat(context).hasNotFailed());
		this.runner
			.withPropertyValues("nats.kv.buckets.copy.mirror.bucket=other", "nats.kv.buckets.copy.provisioning=update")
			.run((context) -> {
				assertThat(FailureAnalyses.of(context).getDescription()).contains("nats.kv.buckets.copy",
						"mirror is origin instead of other");
				assertThat(FailureAnalyses.of(context).getAction()).contains("cannot change this");
			});
	}

	@Test
	void originsAreMadeBeforeTheirMirrors() throws Exception {
		CopiedBucket.deleteBuckets(connection);
		this.runner
			.withPropertyValues("nats.kv.buckets.copy.mirror.bucket=between",
					"nats.kv.buckets.between.mirror.bucket=origin", "nats.kv.buckets.origin.history=5")
			.run((context) -> {
				this.origin = connection.keyValue("origin");
				this.origin.put("a", "1");
				new CopiedBucket(context, "between").awaitValue("a", "1");
				List<String> created = connection.jetStreamManagement()
					.getStreams()
					.stream()
					.sorted((one, other) -> one.getCreateTime().compareTo(other.getCreateTime()))
					.map((stream) -> stream.getConfiguration().getName())
					.toList();
				assertThat(created).containsExactly("KV_origin", "KV_between", "KV_copy");
			});
	}

}
