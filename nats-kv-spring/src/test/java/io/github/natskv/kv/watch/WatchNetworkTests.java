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
import java.util.TreeMap;
import java.util.stream.Stream;

import io.github.natskv.kv.WatchOptions;
import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.PurgeOptions;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for watches over networks that delay and cut.
 */
class WatchNetworkTests {

	private static final int KEYS = 50;

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final WatchRecorder recorder = new WatchRecorder();

	static Stream<Duration> roundTrips() {
		return NetworkProxy.roundTrips();
	}

	@ParameterizedTest
	@MethodSource("roundTrips")
	void deliversTheStateOfEveryKeyWhateverTheNetworkDoes(Duration roundTrip) throws Exception {
		KeyValueConfiguration.Builder history = WatchScene.memory().maxHistoryPerKey(5);
		try (NetworkProxy network = NetworkProxy.to(server.port(), roundTrip);
				Connection near = server.connect();
				WatchScene scene = new WatchScene(List.of(network.url()), history, false)) {
			KeyValue bucket = near.keyValue(WatchScene.BUCKET);
			put(bucket, "first");
			put(bucket, "second");
			WatchLoop watch = scene.watch(this.recorder, WatchOptions.of());
			assertThat(watch.awaitSnapshot(Duration.ofSeconds(10))).isTrue();
			for (int round = 0; round < 3; round++) {
				network.cutAfter(2000);
				String value = "round" + round;
				put(bucket, value);
				bucket.delete("key.1");
				bucket.purge("key.2");
				bucket.delete("key.3");
				near.jetStreamManagement()
					.purgeStream(WatchScene.STREAM, PurgeOptions.subject("$KV." + WatchScene.BUCKET + ".key.3"));
				Awaitility.await()
					.atMost(Duration.ofSeconds(15))
					.untilAsserted(() -> assertThat(new TreeMap<>(this.recorder.values())).hasSize(KEYS - 3)
						.containsOnlyKeys(bucket.keys())
						.containsEntry("key.4", value)
						.containsEntry("key." + (KEYS - 1), value));
				network.cut();
			}
			assertThat(this.recorder.offences()).isEmpty();
			near.keyValueManagement().delete(WatchScene.BUCKET);
		}
	}

	private static void put(KeyValue bucket, String value) throws Exception {
		for (int i = 0; i < KEYS; i++) {
			bucket.put("key." + i, value);
		}
	}

}
