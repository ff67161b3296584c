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

package io.github.natskv.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;

import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.MessageTtl;
import io.nats.client.api.KeyResult;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.KeyValuePurgeOptions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What the jnats handle of a bucket promises, but for watches.
 */
abstract class RawHandleContract extends BucketContract {

	private KeyValue keyValue;

	RawHandleContract(BucketFixture fixture) {
		super(fixture);
	}

	@BeforeEach
	void openHandle() {
		this.keyValue = this.bucket.getKeyValue();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Test
	void valuesAreReadAndWritten() throws Exception {
		assertThat(this.keyValue.getBucketName()).isEqualTo(this.bucket.getName());
		assertThat(this.keyValue.get("a")).isNull();
		long first = this.keyValue.put("a", "1");
		assertThat(this.keyValue.put("a", 2)).isEqualTo(first + 1);
		KeyValueEntry entry = this.keyValue.get("a");
		assertThat(entry.getValueAsLong()).isEqualTo(2);
		assertThat(entry.getKey()).isEqualTo("a");
		assertThat(entry.getBucket()).isEqualTo(this.bucket.getName());
		assertThat(entry.getRevision()).isEqualTo(first + 1);
		assertThat(entry.getOperation()).isEqualTo(KeyValueOperation.PUT);
		assertThat(entry.getCreated().toInstant()).isEqualTo(this.bucket.getEntry("a").created());
		assertThat(this.keyValue.get("a", first).getValueAsString()).isEqualTo("1");
		assertThat(this.keyValue.get("b", first)).isNull();
		this.keyValue.put("e", new byte[0]);
		assertThat(this.keyValue.get("e").getValue()).isNull();
	}

	@Test
	void conditionalWritesAreRefusedWithTheServersCode() throws Exception {
		long revision = this.keyValue.create("a", bytes("1"));
		assertThatExceptionOfType(JetStreamApiException.class).isThrownBy(() -> this.keyValue.create("a", bytes("2")))
			.withMessage("wrong last sequence: %d [10071]", revision)
			.satisfies((ex) -> assertThat(ex.getApiErrorCode()).isEqualTo(10071));
		assertThatExceptionOfType(JetStreamApiException.class).isThrownBy(() -> this.keyValue.update("a", "2", 17));
		assertThatExceptionOfType(JetStreamApiException.class).isThrownBy(() -> this.keyValue.delete("a", 17));
		assertThatExceptionOfType(JetStreamApiException.class).isThrownBy(() -> this.keyValue.purge("a", 17));
		this.keyValue.delete("a", revision);
		assertThat(this.keyValue.get("a")).isNull();
		assertThat(this.keyValue.create("a", bytes("3"))).isEqualTo(3);
		assertThat(this.keyValue.update("a", bytes("4"), 3)).isEqualTo(4);
	}

	@Test
	void invalidKeysAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.keyValue.put("a b", "x"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.keyValue.get(".a"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.keyValue.history("*"));
	}

	@Test
	void keysAndHistoryAreListed() throws Exception {
		this.keyValue.put("x.1", "1");
		this.keyValue.put("x.1", "2");
		this.keyValue.put("y.1", "3");
		this.keyValue.delete("y.1");
		this.keyValue.put("y.2", "5");
		assertThat(this.keyValue.keys()).containsExactlyInAnyOrder("x.1", "y.2");
		assertThat(this.keyValue.keys("y.*")).containsExactly("y.2");
		BlockingQueue<KeyResult> results = this.keyValue.consumeKeys("x.>");
		assertThat(results.take().getKey()).isEqualTo("x.1");
		assertThat(results.take().isDone()).isTrue();
		assertThat(this.keyValue.history("y.1")).extracting(KeyValueEntry::getOperation)
			.containsExactly(KeyValueOperation.PUT, KeyValueOperation.DELETE);
		assertThat(this.keyValue.getStatus().getEntryCount()).isEqualTo(5);
	}

	@Test
	void purgeDeletesKeepsYoungMarkers() throws Exception {
		this.keyValue.put("a", "1");
		this.keyValue.delete("a");
		this.keyValue.purgeDeletes();
		assertThat(this.keyValue.history("a")).extracting(KeyValueEntry::getOperation)
			.containsExactly(KeyValueOperation.DELETE);
		this.keyValue.purgeDeletes(KeyValuePurgeOptions.builder().deleteMarkersNoThreshold().build());
		assertThat(this.keyValue.history("a")).isEmpty();
	}

	@Test
	void valuesExpire() throws Exception {
		Assumptions.assumeTrue(supports("2.11.0"), "The server has no limit markers");
		KeyValue expiring = create((options) -> options.limitMarker(Duration.ofSeconds(60))).as(String.class)
			.getKeyValue();
		expiring.create("a", bytes("1"), MessageTtl.seconds(1));
		expiring.put("b", "1");
		expiring.purge("b", MessageTtl.seconds(1));
		elapse(Duration.ofSeconds(1));
		await().until(() -> expiring.get("a") == null && expiring.history("b").equals(List.of()));
	}

}
