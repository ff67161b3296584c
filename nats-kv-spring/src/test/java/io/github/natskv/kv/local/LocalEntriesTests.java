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

package io.github.natskv.kv.local;

import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LocalEntries}.
 */
@Timeout(60)
class LocalEntriesTests {

	private static final int RACES = 20_000;

	private static LocalEntry put(long revision, long aheadSince) {
		return new LocalEntry("$KV.b.", "key", revision, new byte[1], null, Instant.EPOCH, Long.MAX_VALUE, aheadSince);
	}

	private static LocalEntry deletion(long revision) {
		return new LocalEntry("$KV.b.", "key", revision, null, new Headers().put("KV-Operation", "DEL"), Instant.EPOCH,
				Long.MAX_VALUE, 0);
	}

	@Test
	void anAcknowledgementThatComesLateDoesNotBringBackWhatWasDeleted() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(2);
		try {
			for (int i = 0; i < RACES; i++) {
				LocalEntries entries = new LocalEntries(Long.MAX_VALUE);
				AtomicInteger waiting = new AtomicInteger(2);
				LocalEntry own = put(10, System.nanoTime());
				LocalEntry deletion = deletion(11);
				Future<?> acknowledged = executor.submit(() -> {
					together(waiting);
					entries.acknowledge("key", own);
				});
				Future<?> delivered = executor.submit(() -> {
					together(waiting);
					entries.deliver("key", deletion);
				});
				acknowledged.get();
				delivered.get();
				assertThat(entries.get("key")).isNull();
				assertThat(entries.size()).isZero();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static void together(AtomicInteger waiting) {
		waiting.decrementAndGet();
		while (waiting.get() > 0) {
			Thread.yield();
		}
	}

	@Test
	void laterRevisionsWin() {
		LocalEntries entries = new LocalEntries(Long.MAX_VALUE);
		entries.acknowledge("key", put(10, System.nanoTime()));
		entries.deliver("key", put(9, 0));
		assertThat(entries.get("key")).extracting(LocalEntry::getSeq).isEqualTo(10L);
		entries.deliver("key", put(12, 0));
		entries.acknowledge("key", put(11, System.nanoTime()));
		assertThat(entries.get("key")).extracting(LocalEntry::getSeq).isEqualTo(12L);
		entries.deliver("key", deletion(13));
		assertThat(entries.get("key")).isNull();
		entries.acknowledge("key", put(12, System.nanoTime()));
		assertThat(entries.get("key")).isNull();
	}

	@Test
	void whatIsClearedDoesNotComeBack() {
		LocalEntries entries = new LocalEntries(Long.MAX_VALUE);
		entries.deliver("key", put(10, 0));
		entries.clear(20);
		entries.acknowledge("key", put(19, System.nanoTime()));
		assertThat(entries.get("key")).isNull();
		assertThat(entries.size()).isZero();
		entries.acknowledge("key", put(21, System.nanoTime()));
		assertThat(entries.get("key")).isNotNull();
	}

	@Test
	void anEntryOlderThanAnOwnWriteIsDoubted() {
		LocalEntries entries = new LocalEntries(Long.MAX_VALUE);
		entries.deliver("key", put(5, 0));
		entries.deliver("other", put(10, 0));
		// replaced before it was delivered
		entries.acknowledge("key", put(9, System.nanoTime()));
		assertThat(LocalEntries.isDoubtful(entries.get("key"))).isTrue();
		entries.deliver("key", put(11, 0));
		assertThat(LocalEntries.isDoubtful(entries.get("key"))).isFalse();
	}

	@Test
	void keysThatWereLeftOutAreRemembered() {
		LocalEntries entries = new LocalEntries(2);
		for (int i = 1; i <= 4; i++) {
			entries.deliver("key" + i, put(i, 0));
		}
		assertThat(entries.isComplete()).isFalse();
		assertThat(entries.isLeftOut("key3")).isTrue();
		assertThat(entries.isLeftOut("none")).isFalse();
		entries.adopt("key3", put(3, 0));
		assertThat(entries.get("key3")).isNull();
		entries.deliver("key1", deletion(5));
		entries.adopt("key3", put(2, 0));
		assertThat(entries.get("key3")).isNull();
		entries.adopt("key3", put(3, 0));
		assertThat(entries.get("key3")).isNotNull();
		assertThat(entries.isLeftOut("key3")).isFalse();
		entries.deliver("key4", deletion(6));
		assertThat(entries.isComplete()).isTrue();
		assertThat(entries.evictions()).isEqualTo(2);
	}

	@Test
	void moreKeysThanAreHeldAreNotRemembered() {
		LocalEntries entries = new LocalEntries(2);
		for (int i = 1; i <= 5; i++) {
			entries.deliver("key" + i, put(i, 0));
		}
		assertThat(entries.isLeftOut("none")).isTrue();
		for (int i = 1; i <= 5; i++) {
			entries.deliver("key" + i, deletion(10 + i));
		}
		assertThat(entries.isComplete()).isFalse();
		entries.clear(20);
		assertThat(entries.isComplete()).isTrue();
	}

}
