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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.natskv.core.connection.ServerSilence;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.Message;
import io.nats.client.PurgeOptions;
import io.nats.client.Subscription;
import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link WatchLoop}, {@link BucketWatches} and what they are made of.
 */
class WatchLoopTests {

	private static final Duration SOON = Duration.ofSeconds(5);

	private static final Duration DELETIONS_ARRIVE = Duration.ofSeconds(10);

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final WatchRecorder recorder = new WatchRecorder();

	private final List<WatchEntry> entries = new CopyOnWriteArrayList<>();

	private WatchScene scene;

	@AfterEach
	void close() throws Exception {
		if (this.scene != null) {
			this.scene.deleteBucket();
			this.scene.close();
		}
	}

	private void begin(KeyValueConfiguration.Builder configuration) throws Exception {
		this.scene = new WatchScene(List.of(server.url()), configuration, false);
	}

	private void add(BucketChange<byte[]> change) {
		this.entries.add(change.stored());
	}

	private WatchLoop watch(WatchOptions options) throws IOException, JetStreamApiException {
		WatchLoop watch = this.scene.watch(this::add, options);
		assertThat(watch.awaitSnapshot(SOON)).isTrue();
		return watch;
	}

	private void put(String key, String value) throws Exception {
		this.scene.keyValue().put(key, value);
	}

	private void awaitRevisions(Long... revisions) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.untilAsserted(() -> assertThat(this.entries).extracting(WatchEntry::revision).containsExactly(revisions));
	}

	@Test
	void deliversCurrentValuesThenChangesAndDeletions() throws Exception {
		begin(WatchScene.file());
		put("a", "1");
		put("a", "2");
		put("b", "");
		watch(WatchOptions.of());
		awaitRevisions(2L, 3L);
		put("a", "3");
		this.scene.keyValue().delete("b");
		this.scene.keyValue().purge("a");
		awaitRevisions(2L, 3L, 4L, 5L, 6L);
		assertThat(this.entries).extracting(WatchEntry::operation)
			.containsExactly(KeyValueOperation.PUT, KeyValueOperation.PUT, KeyValueOperation.PUT,
					KeyValueOperation.DELETE, KeyValueOperation.PURGE);
		assertThat(this.entries.get(0).value()).asString(StandardCharsets.UTF_8).isEqualTo("2");
		assertThat(this.entries.get(0).created()).isNotNull();
		assertThat(this.entries.get(0).toKeyValueEntry()).isNotNull();
		assertThat(this.entries.get(1).value()).isEmpty();
		assertThat(this.entries.get(3).value()).isNull();
	}

	@Test
	void deliversOlderRevisionsWithHistory() throws Exception {
		begin(WatchScene.file().maxHistoryPerKey(3));
		put("a", "1");
		put("a", "2");
		put("b", "3");
		watch(WatchOptions.of().includeHistory(true));
		awaitRevisions(1L, 2L, 3L);
	}

	@Test
	void deliversOnlyTheLatestRevisionWithoutHistory() throws Exception {
		begin(WatchScene.file().maxHistoryPerKey(3));
		put("a", "1");
		put("a", "2");
		put("b", "3");
		watch(WatchOptions.of());
		awaitRevisions(2L, 3L);
	}

	@Test
	void leavesOutDeletionsOnRequest() throws Exception {
		begin(WatchScene.file());
		put("a", "1");
		put("b", "2");
		this.scene.keyValue().delete("a");
		watch(WatchOptions.of().ignoreDeletes(true));
		this.scene.keyValue().delete("b");
		put("c", "5");
		awaitRevisions(2L, 5L);
	}

	@Test
	void updatesOnlyStartsWithTheNextChange() throws Exception {
		begin(WatchScene.file());
		put("a", "1");
		watch(WatchOptions.of().initialValues(false));
		put("b", "2");
		awaitRevisions(2L);
	}

	@Test
	void updatesOnlyInfersDeletionsOfKeysItNeverDelivered() throws Exception {
		begin(WatchScene.file());
		put("a", "1");
		put("b", "2");
		watch(WatchOptions.of().initialValues(false));
		this.scene.whileDisconnected(() -> purgeWithoutTrace("a"));
		awaitRevisions(0L);
		assertThat(this.entries).extracting(WatchEntry::key).containsExactly("a");
	}

	@Test
	void updatesOnlyKeepsQuietAboutWhatWasDeletedBefore() throws Exception {
		begin(WatchScene.file());
		put("a", "1");
		put("b", "2");
		put("c", "3");
		this.scene.keyValue().delete("a");
		this.scene.keyValue().purge("b");
		watch(WatchOptions.of().initialValues(false));
		this.scene.whileDisconnected(() -> {
			purgeWithoutTrace("a");
			purgeWithoutTrace("b");
			purgeWithoutTrace("c");
		});
		awaitRevisions(0L);
		put("d", "6");
		awaitRevisions(0L, 6L);
		assertThat(this.entries).extracting(WatchEntry::key).containsExactly("c", "d");
	}

	@Test
	void severalFiltersDeliverTheirKeysOnly() throws Exception {
		begin(WatchScene.file());
		put("user.1.name", "1");
		put("user.1.mail", "2");
		put("flag.x", "3");
		put("flag.x.y", "4");
		watch(WatchOptions.of("user.*.name", "flag.*"));
		awaitRevisions(1L, 3L);
		put("user.2.mail", "5");
		put("flag.z", "6");
		awaitRevisions(1L, 3L, 6L);
	}

	@Test
	void refusesOverlappingFiltersBeforeAnythingIsSent() throws Exception {
		begin(WatchScene.file());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.scene.watch(this.recorder, WatchOptions.of("a.>", "b.c", "b.*")))
			.withMessageContaining("'b.c' and 'b.*'");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.scene.watch(this.recorder, WatchOptions.of("a.>", "a.b")));
		assertThat(this.scene.consumers()).isEmpty();
	}

	@Test
	void refusesInvalidFilters() throws Exception {
		begin(WatchScene.file());
		for (String filter : List.of("", ".a", "a.", "a..b", "a b", ">.a", "a*", "ä", "a.>b")) {
			assertThatIllegalArgumentException().as(filter)
				.isThrownBy(() -> this.scene.watch(this.recorder, WatchOptions.of(filter)))
				.withMessageContaining("'" + filter + "'");
		}
	}

	@Test
	void adjacentFiltersDoNotOverlap() {
		assertThat(new WatchFilters(List.of("a.*", "a", "a.b.>", "b.>")).list()).hasSize(4);
	}

	@Test
	void adaptsToTheInactiveThresholdTheStreamAllows() throws Exception {
		begin(WatchScene.file());
		assumeTrue(this.scene.other().getServerInfo().isSameOrNewerThanVersion("2.10.0"), "needs server 2.10");
		JetStreamManagement management = this.scene.other().jetStreamManagement();
		StreamConfiguration configuration = management.getStreamInfo(WatchScene.STREAM).getConfiguration();
		management.updateStream(StreamConfiguration.builder(configuration)
			.consumerLimits(ConsumerLimits.builder().inactiveThreshold(Duration.ofSeconds(2)).build())
			.build());
		put("a", "1");
		WatchLoop watch = watch(WatchOptions.of());
		watch(WatchOptions.of().initialValues(false));
		put("a", "2");
		awaitRevisions(1L, 2L, 2L);
		assertThat(watch.recoveries()).isZero();
		assertThat(management.getConsumers(WatchScene.STREAM))
			.extracting((consumer) -> consumer.getConsumerConfiguration().getInactiveThreshold())
			.containsOnly(Duration.ofSeconds(2));
	}

	@Test
	void failsToOpenOnAMissingBucket() throws Exception {
		begin(WatchScene.file());
		assertThatExceptionOfType(JetStreamApiException.class)
			.isThrownBy(() -> this.scene.open("missing", this.recorder, WatchOptions.of()))
			.satisfies((ex) -> assertThat(ex.getApiErrorCode()).isEqualTo(JetStreamError.STREAM_NOT_FOUND));
	}

	@Test
	void waitsForAMissingBucketWhenStartedInTheBackground() throws Exception {
		begin(WatchScene.file());
		this.scene.deleteBucket();
		WatchLoop watch = WatchScene.create(this.scene.watches(), WatchScene.BUCKET, this::add, WatchOptions.of());
		watch.start();
		assertThat(watch.awaitSnapshot(Duration.ofMillis(100))).isFalse();
		Awaitility.await().until(() -> watch.lastError() != null);
		this.scene.createBucket();
		assertThat(watch.awaitSnapshot(SOON)).isTrue();
		watch.close();
	}

	@Test
	void infersTheExpiryOfKeysThatLeaveNoMarker() throws Exception {
		begin(WatchScene.file().ttl(Duration.ofSeconds(2)));
		put("a", "1");
		watch(WatchOptions.of());
		put("b", "2");
		awaitRevisions(1L, 2L, 0L, 0L);
		assertThat(this.entries).extracting(WatchEntry::key).containsExactly("a", "b", "a", "b");
		put("a", "3");
		awaitRevisions(1L, 2L, 0L, 0L, 3L);
	}

	@Test
	void infersTheExpiryOfKeysWithATimeToLiveOfTheirOwn() throws Exception {
		beginWithTimesToLive();
		putExpiring("long", "1h");
		putExpiring("short", "2s");
		watch(WatchOptions.of());
		putExpiring("shorter", "1s");
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(this.entries).extracting(WatchEntry::revision)
				.containsExactly(1L, 2L, 3L, 0L, 0L));
		assertThat(this.entries).extracting(WatchEntry::key)
			.containsExactlyInAnyOrder("long", "short", "shorter", "shorter", "short");
	}

	@Test
	void infersAnExpiryAtItsTimeAlsoAfterManyVerificationsInVain() throws Exception {
		beginWithTimesToLive();
		watch(WatchOptions.of());
		for (long i = 1; i <= 6; i++) {
			this.scene.whileDisconnected(() -> {
			});
			put("a", "1");
			awaitLast(i);
		}
		putExpiring("b", "1s");
		awaitLast(7L);
		awaitLast(0L);
	}

	private void awaitLast(long revision) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(this.entries).last().extracting(WatchEntry::revision).isEqualTo(revision));
	}

	private void beginWithTimesToLive() throws Exception {
		begin(WatchScene.file());
		assumeTrue(this.scene.other().getServerInfo().isSameOrNewerThanVersion("2.11.0"), "needs server 2.11");
		JetStreamManagement management = this.scene.other().jetStreamManagement();
		management
			.updateStream(StreamConfiguration.builder(management.getStreamInfo(WatchScene.STREAM).getConfiguration())
				.allowMessageTtl(true)
				.build());
	}

	private void putExpiring(String key, String ttl) throws Exception {
		this.scene.other()
			.jetStream()
			.publish("$KV." + WatchScene.BUCKET + "." + key, new Headers().put("Nats-TTL", ttl), new byte[] { '1' });
	}

	@Test
	void retriesAThrowingHandlerThenTellsAndGoesOn() throws Exception {
		begin(WatchScene.file());
		put("bad", "1");
		put("good", "2");
		AtomicInteger attempts = new AtomicInteger();
		AtomicReference<Throwable> reported = new AtomicReference<>();
		CountDownLatch good = new CountDownLatch(1);
		this.scene.watch(new BucketWatchHandler<>() {

			@Override
			public void handle(BucketChange<byte[]> change) {
				if (change.key().equals("bad")) {
					throw new AssertionError("attempt " + attempts.incrementAndGet());
				}
				good.countDown();
			}

			@Override
			public void failed(BucketChange<byte[]> change, Throwable failure) {
				reported.set(failure);
				throw new IllegalStateException("the error handler fails, too");
			}

		}, WatchOptions.of());
		assertThat(good.await(5, TimeUnit.SECONDS)).isTrue();
		assertThat(attempts).hasValue(1 + WatchSettings.defaults().retries());
		assertThat(reported.get()).hasMessage("attempt 4");
	}

	@Test
	void doesNotRetryWhatWillNotGoAway() throws Exception {
		begin(WatchScene.file());
		put("bad", "1");
		AtomicInteger attempts = new AtomicInteger();
		CountDownLatch reported = new CountDownLatch(1);
		this.scene.watch(new BucketWatchHandler<>() {

			@Override
			public void handle(BucketChange<byte[]> change) {
				attempts.incrementAndGet();
				throw new IllegalArgumentException("undecodable");
			}

			@Override
			public boolean isRetryable(Throwable failure) {
				return false;
			}

			@Override
			public void failed(BucketChange<byte[]> change, Throwable failure) {
				reported.countDown();
			}

		}, WatchOptions.of());
		assertThat(reported.await(5, TimeUnit.SECONDS)).isTrue();
		assertThat(attempts).hasValue(1);
	}

	@Test
	void aBlockedHandlerHoldsUpNobodyAndDoesNotGrowTheHeap() throws Exception {
		begin(WatchScene.file());
		this.scene.fill(0, 1);
		CountDownLatch blocked = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		WatchRecorder behind = new WatchRecorder();
		this.scene.watch((entry) -> {
			blocked.countDown();
			release.await();
			behind.handle(entry);
		}, WatchOptions.of());
		assertThat(blocked.await(5, TimeUnit.SECONDS)).isTrue();
		this.scene.watch(this.recorder, WatchOptions.of());
		long received = this.scene.watching().getStatistics().getInMsgs();
		this.scene.fill(0, 100_000);
		Awaitility.await().until(() -> this.recorder.lastRevision() == 100_001);
		long others = this.scene.watching().getStatistics().getInMsgs() - received - 100_000;
		assertThat(others).isLessThan(5_000);
		// up to 2.9, a purge makes the server skip what a consumer has not got yet
		boolean purge = this.scene.other().getServerInfo().isSameOrNewerThanVersion("2.10.0");
		if (purge) {
			this.scene.keyValue().purge("key.7");
			purgeWithoutTrace("key.8");
		}
		release.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(behind.values().size()).isEqualTo(purge ? 99_998 : 100_000));
		assertThat(behind.offences()).isEmpty();
		assertThat(behind.lives()).isOne();
	}

	@Test
	void infersADeletionWithoutTraceBehindABlockedHandler() throws Exception {
		begin(WatchScene.file());
		put("a", "1");
		CountDownLatch release = new CountDownLatch(1);
		this.scene.watch((change) -> {
			add(change);
			if (change.key().equals("block")) {
				release.await();
			}
		}, WatchOptions.of());
		put("block", "2");
		awaitRevisions(1L, 2L);
		this.scene.keyValue().delete("a");
		purgeWithoutTrace("a");
		Awaitility.await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
		release.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(this.entries).extracting(WatchEntry::key).endsWith("a"));
		assertThat(this.entries.get(this.entries.size() - 1).isDeletion()).isTrue();
	}

	@Test
	void infersDeletionsWhenAnotherClientPurgesTheStream() throws Exception {
		begin(WatchScene.file());
		put("a", "1");
		put("b", "1");
		WatchLoop watch = watch(WatchOptions.of());
		this.scene.other().jetStreamManagement().purgeStream(WatchScene.STREAM);
		awaitInferred("a", "b");
		assertThat(watch.recoveries()).isZero();
	}

	@Test
	void infersDeletionsOfPurgedKeysWhileOtherKeysAreWritten() throws Exception {
		begin(WatchScene.file());
		put("a.1", "1");
		put("a.2", "1");
		put("b.1", "1");
		watch(WatchOptions.of("a.*"));
		purgeWithoutTrace("a.1");
		put("b.1", "2");
		put("b.2", "1");
		put("b.3", "1");
		awaitInferred("a.1");
	}

	@Test
	void infersADeletionWhoseMarkerWasPurgedBeforeItCame() throws Exception {
		begin(WatchScene.file());
		this.scene.fill(0, 300);
		watch(WatchOptions.of());
		Connection connection = this.scene.other();
		Headers deletion = new Headers().add("KV-Operation", "DEL");
		for (int i = 0; i < 300; i++) {
			String subject = "$KV." + WatchScene.BUCKET + ".key." + i;
			connection.publish(NatsMessage.builder().subject(subject).headers(deletion).build());
			connection.request("$JS.API.STREAM.PURGE." + WatchScene.STREAM,
					"{\"filter\":\"%s\"}".formatted(subject).getBytes(StandardCharsets.UTF_8));
			if (i % 10 == 0) {
				connection.publish("$KV." + WatchScene.BUCKET + ".new." + i, null);
			}
		}
		Awaitility.await()
			.atMost(DELETIONS_ARRIVE)
			.untilAsserted(
					() -> assertThat(this.entries.stream().filter(WatchEntry::isDeletion)).extracting(WatchEntry::key)
						.hasSize(300)
						.doesNotHaveDuplicates());
	}

	@Test
	void looksForDeletionsAtLittleCost() throws Exception {
		begin(WatchScene.file());
		this.scene.fill(0, 10);
		Subscription observed = this.scene.other().subscribe("$JS.API.STREAM.INFO." + WatchScene.STREAM);
		watch(WatchOptions.of());
		watch(WatchOptions.of());
		watch(WatchOptions.of("key.1"));
		// a handler that a busy machine holds up makes its watch list keys
		Awaitility.await()
			.atMost(Duration.ofSeconds(40))
			.pollInterval(Duration.ofMillis(1))
			.untilAsserted(() -> assertThat(requestsWhileWriting(observed, Duration.ofSeconds(3))).hasSizeBetween(1, 8)
				.noneMatch((request) -> request.contains("\">\"") || request.contains(".>\"")));
	}

	private List<String> requestsWhileWriting(Subscription observed, Duration time) throws Exception {
		List<String> requests = new ArrayList<>();
		KeyValue bucket = this.scene.keyValue();
		while (observed.nextMessage(Duration.ofNanos(1)) != null) {
			// of before
		}
		long end = System.nanoTime() + time.toNanos();
		while (System.nanoTime() < end) {
			bucket.put("key.1", "again");
			Message message = observed.nextMessage(Duration.ofMillis(500));
			if (message != null) {
				requests.add(new String(message.getData(), StandardCharsets.UTF_8));
			}
		}
		return requests;
	}

	private void awaitInferred(String... keys) {
		Awaitility.await()
			.atMost(DELETIONS_ARRIVE)
			.untilAsserted(() -> assertThat(this.entries.stream().filter((entry) -> entry.revision() == 0))
				.extracting(WatchEntry::key)
				.containsExactlyInAnyOrder(keys));
	}

	@Test
	void deliversValuesLargerThanABatch() throws Exception {
		begin(WatchScene.file());
		byte[] large = new byte[900_000];
		for (int i = 0; i < 20; i++) {
			this.scene.keyValue().put("large." + i, large);
		}
		WatchSettings defaults = WatchSettings.defaults();
		WatchSettings small = new WatchSettings(defaults.heartbeat(), defaults.alarm(), defaults.pullExpiry(),
				defaults.inactiveThreshold(), 10, 100_000, defaults.requestTimeout(), defaults.maxBackoff(),
				defaults.retries(), defaults.retryBackoff(), defaults.closeTimeout());
		try (BucketWatches watches = new BucketWatches(this.scene.other(), JetStreamOptions.DEFAULT_JS_OPTIONS,
				BucketRestorer.NONE, small)) {
			WatchLoop watch = WatchScene.create(watches, WatchScene.BUCKET, this::add, WatchOptions.of());
			watch.openAndStart();
			assertThat(watch.awaitSnapshot(SOON)).isTrue();
			assertThat(this.entries).hasSize(20);
			assertThat(watch.recoveries()).isZero();
		}
	}

	@Test
	void catchesUpAfterBeingStoppedAndStarted() throws Exception {
		begin(WatchScene.file());
		put("a", "1");
		put("b", "2");
		put("c", "3");
		WatchLoop watch = watch(WatchOptions.of());
		watch.stop(SOON);
		assertThat(this.scene.consumers()).isEmpty();
		put("a", "4");
		purgeWithoutTrace("b");
		watch.start();
		awaitRevisions(1L, 2L, 3L, 4L, 0L);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void saysWhichChangeAHandlerWasInterruptedAt(CapturedOutput output) throws Exception {
		begin(WatchScene.file());
		CountDownLatch entered = new CountDownLatch(1);
		WatchLoop watch = this.scene.watch((entry) -> {
			entered.countDown();
			Thread.sleep(Duration.ofMinutes(1).toMillis());
		}, WatchOptions.of());
		put("slow", "1");
		assertThat(entered.await(5, TimeUnit.SECONDS)).isTrue();
		assertThat(watch.drain(Duration.ofMillis(100)).get(5, TimeUnit.SECONDS)).isFalse();
		assertThat(output).contains("A watch of bucket 'watched' was stopped, and its handler interrupted, as it was"
				+ " still at revision 1 of key 'slow' after 100 ms");
	}

	@Test
	void aHandlerMayCloseItsOwnWatch() throws Exception {
		begin(WatchScene.file());
		AtomicReference<WatchLoop> watch = new AtomicReference<>();
		watch.set(this.scene.watch((entry) -> {
			add(entry);
			watch.get().close();
		}, WatchOptions.of()));
		put("a", "1");
		put("a", "2");
		Awaitility.await().untilAsserted(() -> assertThat(this.scene.consumers()).isEmpty());
		assertThat(watch.get().state()).isEqualTo(WatchStatus.State.STOPPED);
		assertThat(this.entries).hasSize(1);
	}

	@Test
	void aThousandWatchesOpenedAndClosedLeaveNothingBehind() throws Exception {
		begin(WatchScene.file());
		put("a", "1");
		int threads = Thread.activeCount();
		for (int i = 0; i < 1000; i++) {
			try (WatchLoop watch = this.scene.open(WatchScene.BUCKET, this.recorder, WatchOptions.of())) {
				assertThat(watch.awaitSnapshot(SOON)).isTrue();
			}
		}
		assertThat(this.scene.consumers()).isEmpty();
		assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 2);
	}

	@Test
	void aThousandWatchesThatFailToOpenLeaveNothingBehind() throws Exception {
		begin(WatchScene.file());
		int threads = Thread.activeCount();
		for (int i = 0; i < 500; i++) {
			assertThatExceptionOfType(JetStreamApiException.class)
				.isThrownBy(() -> this.scene.open("missing", this.recorder, WatchOptions.of()));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> this.scene.watch(this.recorder, WatchOptions.of("a..b")));
		}
		assertThat(this.scene.consumers()).isEmpty();
		assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 2);
	}

	@Test
	void survivesErrors() throws Exception {
		begin(WatchScene.memory());
		AtomicInteger errors = new AtomicInteger();
		BucketWatchHandler<byte[]> failing = new BucketWatchHandler<>() {

			@Override
			public void handle(BucketChange<byte[]> change) {
				add(change);
			}

			@Override
			public void caughtUp() {
				if (errors.getAndIncrement() < 2) {
					throw new NoClassDefFoundError("for the test");
				}
			}

		};
		Instant start = Instant.now();
		try (WatchLoop watch = this.scene.open(WatchScene.BUCKET, failing, WatchOptions.of())) {
			Awaitility.await().until(() -> errors.get() > 2);
			assertThat(watch.lastError()).isInstanceOf(NoClassDefFoundError.class);
			assertThat(watch.status().lastErrorAt()).isBetween(start, Instant.now());
			put("a", "1");
			awaitRevisions(1L);
			assertThat(watch.status().state()).isEqualTo(WatchStatus.State.RUNNING);
		}
	}

	@Test
	void isStuckWhenItsThreadHasDied() throws Exception {
		begin(WatchScene.memory());
		BucketWatchHandler<byte[]> deadly = new BucketWatchHandler<>() {

			@Override
			public void handle(BucketChange<byte[]> change) {
				add(change);
			}

			@Override
			public void recovering(Throwable cause) {
				throw new NoClassDefFoundError("for the test");
			}

		};
		try (WatchLoop watch = this.scene.open(WatchScene.BUCKET, deadly, WatchOptions.of())) {
			Awaitility.await()
				.dontCatchUncaughtExceptions()
				.until(() -> watch.status().state() == WatchStatus.State.RUNNING);
			this.scene.deleteBucket();
			Awaitility.await()
				.dontCatchUncaughtExceptions()
				.until(() -> watch.status().stalled().compareTo(Duration.ofMillis(100)) > 0);
			assertThat(watch.status().state()).isEqualTo(WatchStatus.State.RECOVERING);
			this.scene.createBucket();
		}
		assertThat(this.scene.watches().statuses()).isEmpty();
	}

	@Test
	void tellsAListenerHowItFares() throws Exception {
		begin(WatchScene.file());
		List<String> events = new CopyOnWriteArrayList<>();
		BucketWatchHandler<byte[]> told = new BucketWatchHandler<>() {

			@Override
			public void handle(BucketChange<byte[]> change) {
			}

			@Override
			public void recovering(Throwable cause) {
				events.add("recovering");
			}

			@Override
			public void caughtUp() {
				events.add("caughtUp");
			}

		};
		WatchLoop watch = this.scene.open(WatchScene.BUCKET, told, WatchOptions.of());
		assertThat(watch.awaitSnapshot(SOON)).isTrue();
		this.scene.watching().forceReconnect();
		Awaitility.await().until(() -> events.size() >= 3);
		assertThat(events).startsWith("caughtUp", "recovering").endsWith("caughtUp");
		assertThat(watch.recoveries()).isPositive();
		assertThat(watch.state()).isEqualTo(WatchStatus.State.RUNNING);
		watch.close();
	}

	private void purgeWithoutTrace(String key) throws IOException, JetStreamApiException {
		this.scene.other()
			.jetStreamManagement()
			.purgeStream(WatchScene.STREAM, PurgeOptions.subject("$KV." + WatchScene.BUCKET + "." + key));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aListenerThatFailsDoesNotEndTheWatch(CapturedOutput output) throws Exception {
		begin(WatchScene.memory());
		put("a", "1");
		AtomicInteger told = new AtomicInteger();
		BucketWatchHandler<byte[]> failing = new BucketWatchHandler<>() {

			@Override
			public void handle(BucketChange<byte[]> change) {
				add(change);
			}

			@Override
			public void recovering(Throwable cause) {
				fail();
			}

			@Override
			public void caughtUp() {
				fail();
			}

			@Override
			public void recovered(int recoveries) {
				fail();
			}

			private void fail() {
				told.incrementAndGet();
				throw new IllegalStateException("A listener failed");
			}

		};
		try (WatchLoop watch = this.scene.open(WatchScene.BUCKET, failing, WatchOptions.of())) {
			assertThat(watch.awaitSnapshot(SOON)).isTrue();
			this.scene.whileDisconnected(() -> put("b", "2"));
			Awaitility.await().until(() -> this.entries.size() == 2);
			Awaitility.await().until(() -> watch.state() == WatchStatus.State.RUNNING);
			put("c", "3");
			Awaitility.await().until(() -> this.entries.size() == 3);
			assertThat(told.get()).isGreaterThanOrEqualTo(4);
		}
		assertThat(output).contains("A listener failed");
	}

	@Test
	void aConsumerThatMayNotBeRemovedDoesNotMakeTheServerSilent() throws Exception {
		try (NatsServer restricted = NatsServer.start("""
				no_auth_user: "restricted"
				authorization { users: [ { user: "restricted", password: "secret",
				  permissions: { publish: { deny: "$JS.API.CONSUMER.DELETE.>" } } } ] }
				"""); WatchScene begun = new WatchScene(List.of(restricted.url()), WatchScene.memory(), false)) {
			WatchLoop watch = begun.watch(this.recorder, WatchOptions.of());
			watch.close();
			assertThat(ServerSilence.isKnown(begun.watching())).isFalse();
		}
	}

}
