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

package io.github.natskv.kv.watch;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.natskv.kv.WatchOptions;
import io.github.natskv.testsupport.NatsCluster;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.PurgeOptions;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what a watch has delivered in the end, whatever happened in between: on a
 * bucket with 10,000 keys under write load.
 */
class WatchRecoveryTests {

	private static final int KEYS = 10_000;

	private static final Duration LIMIT = Duration.ofSeconds(2);

	private final WatchRecorder recorder = new WatchRecorder();

	private final long threadsBefore = WatchScene.watchThreads();

	private NatsServer server;

	private NatsCluster cluster;

	private WatchScene scene;

	private WatchLoop watch;

	private void begin(KeyValueConfiguration.Builder configuration, WatchOptions options, boolean restore)
			throws Exception {
		this.server = NatsServer.start();
		begin(List.of(this.server.url()), configuration, options, restore);
	}

	private void begin(List<String> urls, KeyValueConfiguration.Builder configuration, WatchOptions options,
			boolean restore) throws Exception {
		this.scene = new WatchScene(urls, configuration, restore);
		this.scene.fill(0, KEYS);
		this.scene.startWriting(KEYS);
		this.watch = this.scene.watch(this.recorder, options);
		assertThat(this.watch.awaitSnapshot(Duration.ofSeconds(10))).as(() -> "last error: " + this.watch.lastError())
			.isTrue();
		if (options.initialValues()) {
			assertThat(this.recorder.values()).hasSizeGreaterThan(KEYS * 8 / 10);
		}
	}

	@AfterEach
	void close() throws Exception {
		if (this.scene != null) {
			this.scene.close();
		}
		if (this.server != null) {
			this.server.close();
		}
		if (this.cluster != null) {
			this.cluster.close();
		}
	}

	@Test
	void survivesTenForcedReconnects() throws Exception {
		begin(WatchScene.file(), WatchOptions.of(), false);
		for (int i = 0; i < 10; i++) {
			long revision = this.recorder.lastRevision();
			this.scene.watching().forceReconnect();
			Awaitility.await().until(() -> this.recorder.lastRevision() > revision);
		}
		assertCaughtUp(1);
	}

	@Test
	void survivesSigkillAndRestart() throws Exception {
		begin(WatchScene.file(), WatchOptions.of(), false);
		this.server.kill();
		this.server.restart();
		assertCaughtUp(1);
	}

	@Test
	void survivesSigtermAndRestart() throws Exception {
		begin(WatchScene.file(), WatchOptions.of(), false);
		this.server.stop();
		this.server.restart();
		assertCaughtUp(1);
	}

	@Test
	void survivesAServerThatHangsForLongerThanThePingTime() throws Exception {
		begin(WatchScene.file(), WatchOptions.of(), false);
		this.server.suspend();
		Awaitility.await().until(() -> this.scene.watching().getStatus() != Connection.Status.CONNECTED);
		this.server.resume();
		assertCaughtUp(1);
	}

	@Test
	void startsOverWhenTheBucketWasMadeAgain() throws Exception {
		begin(WatchScene.file(), WatchOptions.of(), false);
		this.scene.stopWriting();
		this.scene.deleteBucket();
		this.scene.createBucket();
		this.scene.fill(KEYS - 10, KEYS + 10);
		assertCaughtUp(2);
		assertThat(this.recorder.values()).hasSize(21).containsEntry("key.10005", "initial10005");
		assertThat(this.recorder.inferred()).hasSizeGreaterThan(KEYS * 8 / 10).doesNotHaveDuplicates();
	}

	@Test
	void survivesItsConsumerBeingDeleted() throws Exception {
		begin(WatchScene.file(), WatchOptions.of(), false);
		for (String consumer : this.scene.consumers()) {
			this.scene.other().jetStreamManagement().deleteConsumer(WatchScene.STREAM, consumer);
		}
		assertCaughtUp(1);
	}

	@Test
	void infersTheDeletionOfAKeyPurgedWithItsMarkerDuringTheOutage() throws Exception {
		begin(WatchScene.file(), WatchOptions.of(), false);
		this.scene.keyValue().put("purged", "value");
		Awaitility.await().until(() -> this.recorder.values().containsKey("purged"));
		this.scene.whileDisconnected(() -> {
			this.scene.keyValue().purge("purged");
			this.scene.other()
				.jetStreamManagement()
				.purgeStream(WatchScene.STREAM, PurgeOptions.subject("$KV." + WatchScene.BUCKET + ".purged"));
		});
		assertCaughtUp(1);
		assertThat(this.recorder.inferred()).containsExactly("purged");
	}

	@Test
	void startsOverWhenAMemoryBucketWasLostAndRestored() throws Exception {
		begin(WatchScene.memory(), WatchOptions.of(), true);
		this.server.kill();
		this.server.restart();
		assertCaughtUp(2);
		assertThat(this.recorder.inferred()).isNotEmpty();
	}

	@Test
	void leavesABucketThatWasDeletedToOthersForAMomentBeforeRestoringIt() throws Exception {
		begin(WatchScene.file(), WatchOptions.of(), true);
		this.scene.stopWriting();
		this.scene.deleteBucket();
		Awaitility.await().during(Duration.ofMillis(600)).atMost(Duration.ofMillis(900)).until(() -> !bucketExists());
		Awaitility.await().atMost(LIMIT).until(this::bucketExists);
		this.scene.fill(0, 10);
		assertCaughtUp(2);
	}

	private boolean bucketExists() throws Exception {
		return this.scene.other().keyValueManagement().getBucketNames().contains(WatchScene.BUCKET);
	}

	@Test
	void survivesTheLeaderOfAReplicatedBucketBeingKilled() throws Exception {
		this.cluster = NatsCluster.start();
		begin(this.cluster.urls(), WatchScene.file().replicas(3), WatchOptions.of(), false);
		int leader = this.cluster.leaderOf(WatchScene.STREAM);
		this.cluster.killNode(leader);
		assertCaughtUp(1);
	}

	@Test
	void updatesOnlyLosesNothingWrittenDuringAnOutage() throws Exception {
		this.server = NatsServer.start();
		this.scene = new WatchScene(List.of(this.server.url()), WatchScene.file(), false);
		this.scene.fill(0, 10);
		this.watch = this.scene.watch(this.recorder, WatchOptions.of().initialValues(false));
		this.server.kill();
		this.server.restart();
		this.scene.whileDisconnected(() -> {
			Awaitility.await().ignoreExceptions().until(() -> this.scene.keyValue().put("key.3", "written") > 0);
			this.scene.keyValue().delete("key.4");
		});
		Awaitility.await().atMost(LIMIT).until(() -> this.recorder.lastRevision() >= 12);
		assertThat(this.recorder.values()).containsExactly(Map.entry("key.3", "written"));
	}

	private void assertCaughtUp(int lives) throws Exception {
		this.scene.awaitJetStream();
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.pollInterval(Duration.ofMillis(5))
			.ignoreExceptions()
			.until(() -> this.scene.keyValue().put("canary", "alive") > 0);
		this.scene.awaitConsumersAreMade();
		long answering = System.nanoTime();
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.pollInterval(Duration.ofMillis(2))
			.until(() -> this.recorder.values().containsKey("canary"));
		Duration recovery = Duration.ofNanos(System.nanoTime() - answering);
		this.scene.stopWriting();
		Map<String, String> contents = this.scene.contents();
		Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(differences(contents)).isEmpty());
		assertThat(recovery).isLessThan(LIMIT);
		assertThat(this.recorder.offences()).isEmpty();
		assertThat(this.recorder.lives()).isEqualTo(lives);
		Awaitility.await().untilAsserted(() -> assertThat(this.scene.consumers()).hasSize(1));
		this.watch.close();
		// whoever lists them in a cluster may be behind
		Awaitility.await().untilAsserted(() -> assertThat(this.scene.consumers()).isEmpty());
		assertThat(WatchScene.watchThreads()).isEqualTo(this.threadsBefore);
	}

	private Map<String, String> differences(Map<String, String> contents) {
		Map<String, String> differences = new TreeMap<>();
		contents.forEach((key, value) -> {
			String seen = this.recorder.values().get(key);
			if (!value.equals(seen)) {
				differences.put(key, seen + " instead of " + value);
			}
		});
		this.recorder.values().forEach((key, seen) -> {
			if (!contents.containsKey(key)) {
				differences.put(key, seen + " instead of nothing");
			}
		});
		return differences;
	}

}
