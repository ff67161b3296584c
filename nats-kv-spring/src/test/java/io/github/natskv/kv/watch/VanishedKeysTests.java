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

import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.KeyValue;
import io.nats.client.PurgeOptions;
import io.nats.client.api.KeyValueEntry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class VanishedKeysTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@Test
	void aKeyThatIsJustBeingWrittenDoesNotHideOneThatVanished() throws Exception {
		try (WatchScene scene = new WatchScene(List.of(server.url()), WatchScene.memory(), false)) {
			KeyValue bucket = scene.keyValue();
			WatchApi api = scene.watches().api(WatchScene.BUCKET, Duration.ofSeconds(5), () -> false);
			WatchPosition position = new WatchPosition();
			position.begin(api.info().getCreateTime(), 0, null, true);
			for (String key : List.of("a", "b")) {
				bucket.put(key, "1");
				position.handled(entry(bucket.get(key)));
			}
			VanishedKeys vanished = new VanishedKeys(WatchScene.BUCKET, new BucketGlances(), position, true);
			vanished.compared(api.info().getStreamState());
			bucket.put("c", "1");
			scene.other()
				.jetStreamManagement()
				.purgeStream(WatchScene.STREAM, PurgeOptions.subject("$KV.%s.a".formatted(WatchScene.BUCKET)));
			// nothing is said before the watch was given what the server counted
			Awaitility.await()
				.during(Duration.ofMillis(2500))
				.pollInterval(Duration.ofMillis(20))
				.until(() -> !vanished.suspects(api, false));
			WatchEntry written = entry(bucket.get("c"));
			vanished.handling(written);
			position.handled(written);
			assertThat(vanished.suspects(api, false)).isTrue();
		}
	}

	private static WatchEntry entry(KeyValueEntry entry) {
		return new WatchEntry(entry.getKey(), entry.getValue(), entry.getRevision(), entry.getOperation(),
				entry.getCreated().toInstant(), null);
	}

}
