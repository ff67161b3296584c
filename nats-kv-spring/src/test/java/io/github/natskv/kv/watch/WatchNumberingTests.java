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

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.github.natskv.embedded.EmbeddedNatsServer;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.github.natskv.testsupport.NatsCluster;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.PurgeOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.NatsMessage;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for watches of a bucket whose revisions start over, or go back, although it was
 * not made again: its stream keeps the time it was created.
 */
class WatchNumberingTests {

	private static final int KEYS = 20;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final WatchRecorder recorder = new WatchRecorder();

	private @Nullable NatsCluster cluster;

	private @Nullable EmbeddedNatsServer server;

	private @Nullable WatchScene scene;

	private @Nullable KeyValue bucket;

	@AfterEach
	void close() throws Exception {
		if (this.scene != null) {
			this.scene.close();
		}
		if (this.cluster != null) {
			this.cluster.close();
		}
		if (this.server != null) {
			this.server.close();
		}
	}

	private WatchScene begin(List<String> urls, KeyValueConfiguration.Builder configuration) throws Exception {
		WatchScene begun = new WatchScene(urls, configuration, false);
		this.scene = begun;
		this.bucket = begun.keyValue();
		return begun;
	}

	private WatchLoop watch(WatchScene scene, WatchOptions options) throws Exception {
		scene.awaitJetStream();
		WatchLoop watch = scene.watch(this.recorder, options);
		assertThat(watch.awaitSnapshot(PATIENCE)).isTrue();
		return watch;
	}

	private void put(String key, String value) {
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(5))
			.ignoreExceptions()
			.until(() -> this.bucket.put(key, value) > 0);
	}

	private void put(int from, int to, String value) {
		for (int i = from; i < to; i++) {
			put("k" + i, value + i);
		}
	}

	// those of the scene are not to reconnect yet
	private void byAnotherClient(Runnable writes) throws Exception {
		EmbeddedNatsServer running = Objects.requireNonNull(this.server);
		KeyValue before = this.bucket;
		try (Connection connection = Nats.connect(running.getUrl())) {
			this.bucket = connection.keyValue(WatchScene.BUCKET);
			writes.run();
		}
		this.bucket = before;
	}

	private void assertSeesTheBucket(WatchScene scene) {
		Map<String, String> contents = new TreeMap<>(scene.contents());
		Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat(new TreeMap<>(this.recorder.values())).isEqualTo(contents));
	}

	@Test
	void aBucketInMemoryOfOneNodeThatIsKilledWhileItIsWatched() throws Exception {
		this.cluster = NatsCluster.start();
		WatchScene begun = begin(this.cluster.urls(), WatchScene.memory().replicas(1));
		put(0, KEYS, "old");
		watch(begun, WatchOptions.of());
		int node = this.cluster.leaderOf(WatchScene.STREAM);
		this.cluster.killNode(node);
		this.cluster.node(node).restart();
		put(0, KEYS, "new");
		put(KEYS, 3 * KEYS, "new");
		assertSeesTheBucket(begun);
		assertThat(this.recorder.values()).hasSize(3 * KEYS).containsEntry("k3", "new3");
	}

	@Test
	void aBucketInMemoryOfOneNodeThatIsKilledWhileTheWatchIsPaused() throws Exception {
		this.cluster = NatsCluster.start();
		WatchScene begun = begin(this.cluster.urls(), WatchScene.memory().replicas(1));
		put(0, KEYS, "old");
		WatchLoop watch = watch(begun, WatchOptions.of());
		watch.stop(PATIENCE);
		int node = this.cluster.leaderOf(WatchScene.STREAM);
		this.cluster.killNode(node);
		this.cluster.node(node).restart();
		put(0, KEYS, "new");
		put(KEYS, 3 * KEYS, "new");
		watch.start();
		assertSeesTheBucket(begun);
	}

	@Test
	void aReplicatedBucketInMemoryOfNodesThatAreAllKilled() throws Exception {
		this.cluster = NatsCluster.start();
		WatchScene begun = begin(this.cluster.urls(), WatchScene.memory().replicas(3));
		put(0, KEYS, "old");
		WatchLoop watch = watch(begun, WatchOptions.of());
		watch.stop(PATIENCE);
		for (int node = 0; node < 3; node++) {
			this.cluster.killNode(node);
		}
		for (int node = 0; node < 3; node++) {
			this.cluster.node(node).restart();
		}
		put(0, KEYS, "new");
		put(KEYS, 3 * KEYS, "new");
		watch.start();
		assertSeesTheBucket(begun);
	}

	@Test
	void anOlderCopyOfTheStoreThatIsWrittenToBeforeTheWatchIsBack(@TempDir Path directory) throws Exception {
		WatchScene begun = beginWithStore(directory);
		for (int i = 0; i < 10; i++) {
			put("k" + i, "first" + i);
		}
		Path copy = copyStore(directory);
		put(0, 5, "lost");
		watch(begun, WatchOptions.of());
		begun.whileDisconnected(() -> {
			restoreStore(directory, copy);
			byAnotherClient(() -> put(2, 8, "new"));
		});
		assertSeesTheBucket(begun);
		assertThat(this.recorder.values()).containsEntry("k0", "first0").containsEntry("k7", "new7");
	}

	@Test
	void anOlderCopyOfTheStoreOfWhichNothingWrittenSinceIsLeftBeforeThePosition(@TempDir Path directory)
			throws Exception {
		WatchScene begun = beginWithStore(directory);
		for (int i = 0; i < 10; i++) {
			put("k" + i, "first" + i);
		}
		Path copy = copyStore(directory);
		put(0, 5, "lost");
		watch(begun, WatchOptions.of());
		begun.whileDisconnected(() -> {
			restoreStore(directory, copy);
			byAnotherClient(() -> {
				for (int i = 0; i < 10; i++) {
					put("k9", "new" + i);
				}
			});
		});
		assertSeesTheBucket(begun);
		assertThat(this.recorder.values()).containsEntry("k4", "first4").containsEntry("k9", "new9");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 150 })
	void anOlderCopyOfTheStoreThatHasAKeyThatWasDeletedSince(int deletions, @TempDir Path directory) throws Exception {
		WatchScene begun = beginWithStore(directory);
		put(0, 200, "first");
		Path copy = copyStore(directory);
		begun.awaitJetStream();
		Awaitility.await().ignoreExceptions().until(() -> this.bucket.get("k0") != null);
		for (int i = 0; i < deletions; i++) {
			this.bucket.delete("k" + i);
		}
		put("k199", "lost");
		watch(begun, WatchOptions.of());
		assertThat(this.recorder.values()).doesNotContainKey("k0");
		begun.whileDisconnected(() -> {
			restoreStore(directory, copy);
			byAnotherClient(() -> {
				for (int i = 0; i < deletions + 3; i++) {
					put("k199", "new" + i);
				}
			});
		});
		assertSeesTheBucket(begun);
		assertThat(this.recorder.values()).containsEntry("k0", "first0");
	}

	@Test
	void anOlderCopyOfTheStoreOfAWatchForUpdatesOnly(@TempDir Path directory) throws Exception {
		WatchScene begun = beginWithStore(directory);
		put(0, 10, "first");
		Path copy = copyStore(directory);
		watch(begun, WatchOptions.of().initialValues(false));
		put(0, 5, "lost");
		Awaitility.await().until(() -> this.recorder.values().size() == 5);
		begun.whileDisconnected(() -> {
			restoreStore(directory, copy);
			byAnotherClient(() -> put(2, 8, "new"));
		});
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.recorder.values()).containsEntry("k0", "first0")
				.containsEntry("k1", "first1")
				.containsEntry("k2", "new2")
				.containsEntry("k7", "new7")
				.hasSize(8));
	}

	private WatchScene beginWithStore(Path directory) throws Exception {
		EmbeddedNatsServer started = EmbeddedNatsServer.builder()
			.binary(NatsServer.binary())
			.storeDirectory(directory.resolve("store"))
			.start();
		this.server = started;
		return begin(List.of(started.getUrl()), WatchScene.file());
	}

	// files are complete when the server has stopped
	private Path copyStore(Path directory) throws IOException {
		EmbeddedNatsServer running = Objects.requireNonNull(this.server);
		running.stop();
		Path copy = directory.resolve("copy");
		FileSystemUtils.copyRecursively(directory.resolve("store"), copy);
		running.restart();
		return copy;
	}

	private void restoreStore(Path directory, Path copy) throws IOException {
		EmbeddedNatsServer running = Objects.requireNonNull(this.server);
		running.stop();
		FileSystemUtils.deleteRecursively(directory.resolve("store"));
		FileSystemUtils.copyRecursively(copy, directory.resolve("store"));
		running.restart();
	}

	@Test
	void aWatchThatMayNotLookUpMessages() throws Exception {
		this.server = serverWithoutLookups();
		WatchScene begun = begin(List.of(this.server.getUrl()), WatchScene.file());
		put(0, KEYS, "old");
		this.bucket.delete("k7");
		watch(begun, WatchOptions.of());
		for (int round = 0; round < 3; round++) {
			String value = "round" + round;
			begun.whileDisconnected(() -> this.bucket.put("k5", value));
			Awaitility.await().until(() -> value.equals(this.recorder.values().get("k5")));
		}
		assertSeesTheBucket(begun);
		assertThat(this.recorder.offences()).isEmpty();
		assertThat(this.recorder.lives()).isEqualTo(1);
	}

	// more keys than the server lists at a time
	@Test
	void aKeyThatVanishesWhereMessagesMayNotBeLookedUp() throws Exception {
		this.server = serverWithoutLookups();
		WatchScene begun = begin(List.of(this.server.getUrl()), WatchScene.memory());
		begun.fill(0, 100_100);
		WatchLoop watch = watch(begun, WatchOptions.of());
		begun.other()
			.jetStreamManagement()
			.purgeStream(WatchScene.STREAM, PurgeOptions.subject("$KV.%s.key.7".formatted(WatchScene.BUCKET)));
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.recorder.inferred()).containsExactly("key.7"));
		assertThat(watch.recoveries()).isZero();
	}

	private static EmbeddedNatsServer serverWithoutLookups() {
		return EmbeddedNatsServer.builder().binary(NatsServer.binary()).configuration("""
				no_auth_user: "restricted"
				authorization { users: [ { user: "restricted", password: "secret",
				  permissions: { publish: { deny: "$JS.API.STREAM.MSG.GET.>" } } } ] }
				""").start();
	}

	@Test
	void aLeaderThatReportsAnOlderRevisionIsNotBelievedAtOnce() throws Exception {
		WatchNumbering numbering = new WatchNumbering(new RevisionLookup());
		assertThatIOException().isThrownBy(() -> numbering.wentBack(stream(3, 5), 10))
			.withMessage("The bucket's leader is at revision 5, but 10 was written");
		assertThat(numbering.wentBack(stream(3, 12), 10)).isFalse();
		assertThatIOException().isThrownBy(() -> numbering.wentBack(stream(3, 5), 10));
		Awaitility.await()
			.atMost(Duration.ofMillis(1500))
			.ignoreException(IOException.class)
			.until(() -> numbering.wentBack(stream(3, 5), 10));
		assertThat(new WatchNumbering(new RevisionLookup()).wentBack(stream(1, 5), 10)).isTrue();
	}

	@Test
	void aLeaderThatReportsAnOlderRevisionIsBelievedWhereAnswersTakeLong() throws Exception {
		WatchNumbering numbering = new WatchNumbering(new RevisionLookup());
		assertThatIOException().isThrownBy(() -> numbering.wentBack(stream(3, 5), 10));
		Awaitility.await().pollDelay(Duration.ofMillis(1200)).until(() -> numbering.wentBack(stream(3, 5), 10));
	}

	@Test
	void aReplicaThatIsBehindIsNotTakenForRevisionsThatWentBack() throws Exception {
		this.server = EmbeddedNatsServer.builder().binary(NatsServer.binary()).start();
		WatchScene begun = begin(List.of(this.server.getUrl()), WatchScene.memory().maxHistoryPerKey(2));
		put("k", "1");
		put("k", "2");
		put("gone", "3");
		this.bucket.delete("gone");
		put("last", "5");
		String prefix = "$KV.%s.".formatted(WatchScene.BUCKET);
		WatchApi api = begun.watches().api(WatchScene.BUCKET, PATIENCE, () -> false);
		WatchPosition position = new WatchPosition();
		position.begin(api.info().getCreateTime(), 0, null, false);
		for (String key : List.of("k", "last")) {
			position.handled(entry(this.bucket.get(key)));
		}
		position.resume(0, true);
		WatchNumbering numbering = new WatchNumbering(new RevisionLookup());
		for (WatchEntry old : List.of(entry(this.bucket.get("k", 1)), entry(this.bucket.get("gone", 3)))) {
			assertThat(position.isOutdated(old)).isTrue();
			numbering.check(position, old, prefix, api);
			assertThat(position.covers(old)).isTrue();
		}
		// what the leader confirms has taken the place of what was lost
		WatchEntry last = entry(this.bucket.get("last"));
		position.handled(new WatchEntry("last", last.value(), 6, last.operation(), last.created(), null));
		assertThatIOException().isThrownBy(() -> numbering.check(position, last, prefix, api))
			.withMessageContaining("went back");
	}

	private static WatchEntry entry(KeyValueEntry entry) {
		return new WatchEntry(entry.getKey(), entry.getValue(), entry.getRevision(), entry.getOperation(),
				entry.getCreated().toInstant(), null);
	}

	@Test
	void initialValuesAreCompleteWhenTheLeaderHasNoMore() throws Exception {
		this.server = EmbeddedNatsServer.builder().binary(NatsServer.binary()).start();
		WatchScene begun = begin(List.of(this.server.getUrl()), WatchScene.memory());
		put("a.1", "1");
		put("a.2", "2");
		put("b.1", "3");
		WatchApi api = begun.watches().api(WatchScene.BUCKET, PATIENCE, () -> false);
		SnapshotEnd end = new SnapshotEnd(new RevisionLookup());
		end.opened(stream(3, 3), List.of("$KV.watched.>"), PATIENCE);
		assertThat(end.isReached(2, api)).isFalse();
		assertThat(end.isReached(3, api)).isTrue();
		end.opened(stream(3, 3), List.of("$KV.watched.a.*", "$KV.watched.c"), PATIENCE);
		assertThat(end.isReached(1, api)).isFalse();
		assertThat(end.isReached(2, api)).isTrue();
		end.opened(stream(1, 3), List.of("$KV.watched.>"), PATIENCE);
		assertThat(end.isReached(0, api)).isTrue();
	}

	private static StreamInfo stream(int replicas, long last) {
		return new StreamInfo(NatsMessage.builder().subject("reply").data("""
				{"config":{"name":"KV_watched","subjects":["$KV.watched.>"],"num_replicas":%d},
				 "created":"2026-01-01T00:00:00Z","state":{"messages":1,"first_seq":1,"last_seq":%d}}
				""".formatted(replicas, last)).build());
	}

	// what must not be taken for revisions that start over

	@Test
	void changesOfAllKeysDuringAnOutageArriveOnce() throws Exception {
		this.server = EmbeddedNatsServer.builder().binary(NatsServer.binary()).start();
		WatchScene begun = begin(List.of(this.server.getUrl()), WatchScene.file().maxHistoryPerKey(3));
		put(0, KEYS, "old");
		this.bucket.delete("k7");
		watch(begun, WatchOptions.of().includeHistory(true));
		for (int round = 0; round < 5; round++) {
			String value = "round" + round + "-";
			begun.whileDisconnected(() -> {
				put(0, KEYS, value);
				this.bucket.delete("k3");
				put(0, KEYS / 2, value);
				put(0, KEYS / 4, value);
				put(0, KEYS / 4, value);
				this.bucket.delete("k4");
			});
			Awaitility.await()
				.untilAsserted(() -> assertThat(this.recorder.lastRevision())
					.isEqualTo(this.bucket.getStatus().getBackingStreamInfo().getStreamState().getLastSequence()));
		}
		assertSeesTheBucket(begun);
		assertThat(this.recorder.offences()).isEmpty();
		assertThat(this.recorder.lives()).isEqualTo(1);
	}

	@Test
	void aKeyThatIsOverwrittenAllTheTimeDuringAnOutageArrivesOnce() throws Exception {
		this.server = EmbeddedNatsServer.builder().binary(NatsServer.binary()).start();
		WatchScene begun = begin(List.of(this.server.getUrl()), WatchScene.file());
		put(0, KEYS, "old");
		this.bucket.delete("k7");
		this.bucket.put("hot", "0");
		watch(begun, WatchOptions.of());
		for (int round = 0; round < 5; round++) {
			String value = "round" + round;
			begun.whileDisconnected(() -> this.bucket.put("hot", value));
			Awaitility.await().until(() -> value.equals(this.recorder.values().get("hot")));
		}
		assertSeesTheBucket(begun);
		KeyValueEntry deleted = this.bucket.get("k7");
		assertThat(deleted).isNull();
		assertThat(this.recorder.offences()).isEmpty();
		assertThat(this.recorder.lives()).isEqualTo(1);
	}

}
