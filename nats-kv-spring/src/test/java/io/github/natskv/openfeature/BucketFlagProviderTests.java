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

package io.github.natskv.openfeature;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EventDetails;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.ProviderState;
import dev.openfeature.sdk.Value;
import dev.openfeature.sdk.exceptions.OpenFeatureError;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.LocalCopySettings;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for flags in a bucket of a server.
 */
@Timeout(60)
class BucketFlagProviderTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private final String name = "b" + UUID.randomUUID();

	private final DefaultKeyValueBuckets buckets = Buckets.access(connection, BucketSettings.of(this.name));

	private final KeyValueBucket<String> json = this.buckets.bucket(this.name, String.class);

	private final OpenFeatureAPI api = OpenFeatureAPI.createIsolated();

	private final Client client = this.api.getClient();

	@AfterEach
	void close() {
		this.api.shutdown();
		this.buckets.close();
	}

	private void createBucket() {
		Buckets.create(connection, Buckets.configuration(this.name).build());
	}

	private BucketFlagProvider provider(Duration timeout) {
		return new BucketFlagProvider(this.buckets.bucket(this.name, byte[].class), timeout);
	}

	private static String flag(String value) {
		return "{\"variants\": {\"a\": %s}, \"defaultVariant\": \"a\"}".formatted(value);
	}

	@Test
	void flagsAreKeysOfTheBucket() {
		createBucket();
		this.json.put("on", flag("true"));
		this.json.put("text", flag("\"red\""));
		this.json.put("object", flag("{\"size\": 3}"));
		this.json.put("broken", "{");
		this.api.setProviderAndWait(provider(SOON));
		assertThat(this.client.getProviderState()).isEqualTo(ProviderState.READY);
		assertThat(this.client.getBooleanValue("on", false)).isTrue();
		assertThat(this.client.getStringValue("text", "")).isEqualTo("red");
		assertThat(this.client.getObjectValue("object", new Value()).asStructure().getValue("size").asInteger())
			.isEqualTo(3);
		assertThat(this.client.getBooleanDetails("none", true)).satisfies((details) -> {
			assertThat(details.getValue()).isTrue();
			assertThat(details.getErrorCode()).isEqualTo(ErrorCode.FLAG_NOT_FOUND);
		});
		assertThat(this.client.getStringDetails("on", "x").getErrorCode()).isEqualTo(ErrorCode.TYPE_MISMATCH);
		assertThat(this.client.getStringDetails("broken", "x").getErrorCode()).isEqualTo(ErrorCode.PARSE_ERROR);
	}

	@Test
	void changesAreEvents() {
		createBucket();
		this.json.put("on", flag("true"));
		this.api.setProviderAndWait(provider(SOON));
		List<EventDetails> changes = new CopyOnWriteArrayList<>();
		this.api.onProviderConfigurationChanged(changes::add);
		this.json.put("on", flag("false"));
		awaitChanges(changes, 1);
		assertThat(changes.get(0).getFlagsChanged()).containsExactly("on");
		assertThat(this.client.getBooleanValue("on", true)).isFalse();
		this.json.delete("on");
		awaitChanges(changes, 2);
		assertThat(this.client.getBooleanDetails("on", true).getErrorCode()).isEqualTo(ErrorCode.FLAG_NOT_FOUND);
	}

	private static void awaitChanges(List<EventDetails> changes, int count) {
		Awaitility.await().atMost(SOON).until(() -> changes.size() == count);
	}

	@Test
	void flagsThatComeLateMakeItReady() {
		assertThatExceptionOfType(OpenFeatureError.class)
			.isThrownBy(() -> this.api.setProviderAndWait(provider(Duration.ofMillis(200))))
			.withMessageContainingAll(this.name, "200 ms");
		assertThat(this.client.getProviderState()).isEqualTo(ProviderState.ERROR);
		assertThat(this.client.getBooleanValue("on", true)).isTrue();
		createBucket();
		this.json.put("on", flag("false"));
		Awaitility.await().atMost(SOON).until(() -> this.client.getProviderState() == ProviderState.READY);
		Awaitility.await().atMost(SOON).until(() -> !this.client.getBooleanValue("on", true));
	}

	@Test
	void aProviderOutOfTouchIsStale() throws Exception {
		createBucket();
		this.json.put("on", flag("true"));
		try (NetworkProxy proxy = NetworkProxy.to(server.port());
				Connection own = proxy.connect();
				DefaultKeyValueBuckets far = Buckets.access(own, BucketSettings.of(this.name))) {
			this.api.setProviderAndWait(new BucketFlagProvider(far.bucket(this.name, byte[].class), SOON));
			proxy.hold();
			Awaitility.await().atMost(SOON).until(() -> this.client.getProviderState() == ProviderState.STALE);
			assertThat(this.client.getBooleanValue("on", false)).isTrue();
			this.json.put("on", flag("false"));
			proxy.release();
			Awaitility.await().atMost(SOON).until(() -> this.client.getProviderState() == ProviderState.READY);
			assertThat(this.client.getBooleanValue("on", true)).isFalse();
		}
	}

	@Test
	void theLocalCopyOfTheBucketIsRead() throws Exception {
		createBucket();
		this.json.put("on", flag("true"));
		try (DefaultKeyValueBuckets copied = Buckets.access(connection,
				BucketSettings.of(this.name).withLocalCopy(LocalCopySettings.ofAll()))) {
			KeyValueBucket<byte[]> bucket = copied.bucket(this.name, byte[].class);
			BucketFlagProvider provider = new BucketFlagProvider(bucket, SOON);
			this.api.setProviderAndWait(provider);
			Awaitility.await()
				.atMost(SOON)
				.until(() -> connection.jetStreamManagement().getConsumerNames("KV_" + this.name).size() == 1);
			long hits = bucket.getLocalCopyStatus().hits();
			assertThat(this.client.getBooleanValue("on", false)).isTrue();
			assertThat(bucket.getLocalCopyStatus().hits()).isGreaterThan(hits);
			List<EventDetails> changes = new CopyOnWriteArrayList<>();
			this.api.onProviderConfigurationChanged(changes::add);
			this.json.put("on", flag("false"));
			awaitChanges(changes, 1);
			assertThat(this.client.getBooleanValue("on", true)).isFalse();
			provider.shutdown();
			assertThat(bucket.exists("on")).isTrue();
		}
	}

	@Test
	void aFlagIsParsedOncePerRevision() {
		createBucket();
		this.json.put("on", flag("{\"size\": 3}"));
		BucketFlagProvider provider = provider(SOON);
		this.api.setProviderAndWait(provider);
		Value first = evaluated(provider);
		assertThat(evaluated(provider)).isSameAs(first);
		this.json.put("on", flag("{\"size\": 4}"));
		Awaitility.await().atMost(SOON).until(() -> evaluated(provider) != first);
		assertThat(evaluated(provider)).isSameAs(evaluated(provider));
	}

	private static Value evaluated(BucketFlagProvider provider) {
		return provider.getObjectEvaluation("on", new Value(), null).getValue();
	}

	@Test
	void keysABucketCannotHaveAreNoFlags() {
		createBucket();
		this.api.setProviderAndWait(provider(SOON));
		assertThat(this.client.getBooleanDetails("not a key", true).getErrorCode()).isEqualTo(ErrorCode.FLAG_NOT_FOUND);
	}

	@Test
	void shuttingDownLeavesNoThreadAndNoConsumer() throws Exception {
		createBucket();
		this.api.setProviderAndWait(provider(SOON));
		assertThat(connection.jetStreamManagement().getConsumerNames("KV_" + this.name)).isNotEmpty();
		this.api.shutdown();
		Awaitility.await()
			.atMost(SOON)
			.untilAsserted(
					() -> assertThat(connection.jetStreamManagement().getConsumerNames("KV_" + this.name)).isEmpty());
		Awaitility.await()
			.atMost(SOON)
			.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
				.noneMatch((thread) -> thread.endsWith(this.name) || thread.contains("watch-" + this.name)));
	}

	@Test
	void aContextIsTargeted() {
		createBucket();
		this.json.put("beta", "{\"variants\": {\"on\": true, \"off\": false}, \"defaultVariant\": \"off\","
				+ " \"targeting\": [{\"when\": {\"team\": \"core\"}, \"variant\": \"on\"}]}");
		this.api.setProviderAndWait(provider(SOON));
		FlagEvaluationDetails<Boolean> details = this.client.getBooleanDetails("beta", false,
				new ImmutableContext(Map.of("team", new Value("core"))));
		assertThat(details.getValue()).isTrue();
		assertThat(details.getVariant()).isEqualTo("on");
		assertThat(details.getReason()).isEqualTo("TARGETING_MATCH");
		assertThat(this.client.getBooleanValue("beta", false)).isFalse();
	}

}
