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

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.annotation.LeaderOnly;
import io.github.natskv.lock.LeaderElection;
import io.github.natskv.lock.LeadershipGrantedEvent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Leadership in tests without a server.
 */
@NatsKvTest(properties = { "nats.locks.bucket=locks", "nats.locks.lease=1h", "nats.leadership.roles=reports" })
@InMemoryNats
@Import(InMemoryLeadershipTests.Reports.class)
class InMemoryLeadershipTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@Autowired
	private LeaderElection election;

	@Autowired
	private Reports reports;

	@Test
	void theOnlyApplicationLeads() {
		Awaitility.await().atMost(PATIENCE).until(this.election::isLeader);
		assertThat(this.election.fencingToken()).isPositive();
		Awaitility.await().atMost(PATIENCE).until(() -> !this.reports.granted().isEmpty());
		assertThat(this.reports.granted().element().getRole()).isEqualTo("reports");
		this.reports.write();
		assertThat(this.reports.written()).isOne();
	}

	@Test
	void aTermEndsWithTheClockOfTheTest(@Autowired MutableClock clock) {
		Awaitility.await().atMost(PATIENCE).until(this.election::isLeader);
		long token = this.election.fencingToken();
		clock.advance(Duration.ofHours(2));
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> this.election.isLeader() && this.election.fencingToken() > token);
	}

	static class Reports {

		private final Queue<LeadershipGrantedEvent> granted = new ConcurrentLinkedQueue<>();

		private final AtomicInteger written = new AtomicInteger();

		@EventListener
		void on(LeadershipGrantedEvent event) {
			this.granted.add(event);
		}

		@LeaderOnly("reports")
		void write() {
			this.written.incrementAndGet();
		}

		Queue<LeadershipGrantedEvent> granted() {
			return this.granted;
		}

		int written() {
			return this.written.get();
		}

	}

}
