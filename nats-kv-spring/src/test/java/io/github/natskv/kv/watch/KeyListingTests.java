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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KeyListing}.
 */
@Timeout(30)
class KeyListingTests {

	private static final int KEYS = 3000;

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private static final Connection connection = server.connect();

	private final String name = "b" + UUID.randomUUID();

	private final List<String> abandoned = new ArrayList<>();

	private final WatchApi api = new WatchApi(connection, JetStreamOptions.DEFAULT_JS_OPTIONS, Duration.ofSeconds(5),
			this.name, () -> false);

	@BeforeEach
	void fill() {
		Buckets.create(connection, Buckets.configuration(this.name).maxHistoryPerKey(2).build());
		KeyValueBucket<String> bucket = Buckets.access(connection).bucket(this.name, String.class);
		bucket.putAll(IntStream.range(0, KEYS).boxed().collect(Collectors.toMap((i) -> "k." + i, (i) -> "v")));
		bucket.deleteAll(List.of("k.1", "k.2"));
		bucket.put("k.3", "again");
		bucket.put("other", "x");
	}

	private KeyListing listing(int page, String filter) {
		KeyListing listing = new KeyListing(page, WatchSettings.defaults(), new WatchProgress(), List.of(filter),
				(api, stream) -> new WatchSession(connection, api, WatchSettings.defaults(), null,
						(server) -> new BucketPulse()));
		String prefix = "$KV." + this.name + ".";
		listing.opened(prefix, List.of(prefix + filter), this.abandoned::add);
		return listing;
	}

	@Test
	void keysThatFitIntoAPageAreThoseOfOneMoment() throws Exception {
		WatchApi.Keys keys = listing(KEYS + 1, ">").keys(this.api, KEYS + 1, KEYS);
		assertThat(keys.atomic()).isTrue();
		assertThat(keys.keys()).hasSize(KEYS + 1);
		assertThat(this.abandoned).isEmpty();
	}

	@Test
	void moreKeysThanAPageAreReadByAConsumer() throws Exception {
		WatchApi.Keys named = listing(KEYS + 1, ">").keys(this.api, KEYS + 1, KEYS);
		WatchApi.Keys read = listing(KEYS, ">").keys(this.api, KEYS + 1, KEYS);
		assertThat(read.atomic()).isFalse();
		assertThat(read.keys()).isEqualTo(named.keys());
		assertThat(read.lastSequence()).isEqualTo(named.lastSequence());
		assertThat(this.abandoned).hasSize(1);
		Set<String> some = new HashSet<>(named.keys());
		some.remove("other");
		WatchApi.Keys filtered = listing(100, "k.*").keys(this.api, KEYS + 1, KEYS);
		assertThat(filtered.keys()).isEqualTo(some);
		assertThat(filtered.atomic()).isFalse();
	}

	@Test
	void fewKeysOfALargeBucketAreThoseOfOneMoment() throws Exception {
		WatchApi.Keys keys = listing(100, "other").keys(this.api, KEYS + 1, 1);
		assertThat(keys.atomic()).isTrue();
		assertThat(keys.keys()).containsExactly("other");
	}

	@Test
	void keysWithAMarkerOnlyAreListed() throws Exception {
		assertThat(listing(100, ">").deleted(this.api.info(), this.api)).containsExactlyInAnyOrder("k.1", "k.2");
	}

}
