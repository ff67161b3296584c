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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.KeyValue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WatchReaderTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@Test
	void entriesThatAreNotDeliveredAreProgress() throws Exception {
		try (WatchScene scene = new WatchScene(List.of(server.url()), WatchScene.memory(), false)) {
			KeyValue bucket = scene.keyValue();
			for (int i = 0; i < 3; i++) {
				bucket.delete("key." + i);
			}
			WatchOptions options = WatchOptions.of().ignoreDeletes(true);
			WatchProgress progress = new WatchProgress();
			WatchDelivery<byte[]> delivery = new WatchDelivery<>(WatchScene.values(WatchScene.BUCKET),
					new WatchFilters(options.filters()), new WatchRecorder(), WatchSettings.defaults(), () -> true,
					progress);
			WatchReader reader = new WatchReader(scene.watching(), WatchSettings.defaults(), WatchScene.BUCKET, options,
					delivery, progress, new BucketGlances());
			WatchApi api = scene.watches().api(WatchScene.BUCKET, Duration.ofSeconds(5), () -> false);
			WatchSession session = reader.open(api, (consumer) -> {
			});
			for (int i = 0; i < 3; i++) {
				long before = progress.since();
				reader.step(session, api);
				assertThat(progress.since()).isGreaterThan(before);
			}
			session.abandon();
		}
	}

	@Test
	void initialValuesThatTakeAWhileAreNotFollowedByAListing() throws Exception {
		try (WatchScene scene = new WatchScene(List.of(server.url()), WatchScene.memory(), false)) {
			scene.fill(0, 200);
			List<String> listings = new CopyOnWriteArrayList<>();
			scene.other().createDispatcher((message) -> {
				String request = new String(message.getData(), StandardCharsets.UTF_8);
				if (request.contains("subjects_filter")) {
					listings.add(request);
				}
			}).subscribe("$JS.API.STREAM.INFO." + WatchScene.STREAM);
			scene.other().flush(Duration.ofSeconds(5));
			AtomicInteger values = new AtomicInteger();
			WatchLoop watch = scene.watch((change) -> {
				LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
				values.incrementAndGet();
			}, WatchOptions.of());
			assertThat(watch.awaitSnapshot(Duration.ofSeconds(10))).isTrue();
			scene.other().flush(Duration.ofSeconds(5));
			assertThat(values).hasValue(200);
			assertThat(listings).isEmpty();
		}
	}

	@Test
	void initialValuesOfWhichTheRestIsPurgedComeToTheirEnd() throws Exception {
		try (WatchScene scene = new WatchScene(List.of(server.url()), WatchScene.memory(), false)) {
			scene.fill(0, 3000);
			CountDownLatch blocked = new CountDownLatch(1);
			CountDownLatch purged = new CountDownLatch(1);
			List<BucketChange<byte[]>> changes = new CopyOnWriteArrayList<>();
			List<Throwable> recoveries = new CopyOnWriteArrayList<>();
			WatchLoop watch = scene.watch(new BucketWatchHandler<>() {

				@Override
				public void handle(BucketChange<byte[]> change) throws Exception {
					blocked.countDown();
					purged.await();
					changes.add(change);
				}

				@Override
				public void recovering(Throwable cause) {
					recoveries.add(cause);
				}

			}, WatchOptions.of());
			assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
			scene.other().jetStreamManagement().purgeStream(WatchScene.STREAM);
			purged.countDown();
			assertThat(watch.awaitSnapshot(Duration.ofSeconds(10))).isTrue();
			long delivered = changes.stream().filter((change) -> !change.stored().isDeletion()).count();
			assertThat(delivered).isBetween(1L, 2999L);
			assertThat(recoveries).isEmpty();
			scene.keyValue().put("key.new", "1");
			Awaitility.await().until(() -> changes.stream().anyMatch((change) -> change.key().equals("key.new")));
			scene.deleteBucket();
		}
	}

}
