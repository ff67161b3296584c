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

package io.github.natskv.lock;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.ApplicationEventPublisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Elections between two nodes.
 */
@Timeout(90)
class LeaderElectionsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@AutoClose
	private static final LockServer server = new LockServer();

	private static final Connection connection = server.connection();

	private static final Connection otherConnection = server.otherConnection();

	private final Queue<String> events = new ConcurrentLinkedQueue<>();

	private final String bucket = server.bucket();

	@BeforeEach
	void requireTimesToLive() {
		server.assumeTimesToLive();
	}

	@AfterEach
	void close() throws Exception {
		server.closeAll();
	}

	private LeaderElections elections(String node, Connection connection, Duration lease, String... roles) {
		return elections(connection, lease, (event) -> this.events.add(node + " " + event), roles);
	}

	private LeaderElections elections(Connection connection, Duration lease, ApplicationEventPublisher publisher,
			String... roles) {
		DefaultBucketLocks locks = server.locks(connection, this.bucket, lease);
		LeaderElections elections = new LeaderElections(locks, List.of(roles), connection, "default");
		elections.setApplicationEventPublisher(publisher);
		server.closeLater(elections::stop);
		elections.start();
		return elections;
	}

	private static LeaderElection awaitLeader(LeaderElections elections, String role) {
		LeaderElection election = elections.get(role);
		Awaitility.await().atMost(PATIENCE).until(election::isLeader);
		return election;
	}

	@Test
	void oneLeadsEachRole() {
		LeaderElections one = elections("one", connection, Duration.ofSeconds(30), "a", "b");
		LeaderElection leader = awaitLeader(one, "a");
		awaitLeader(one, "b");
		LeaderElection other = elections("two", otherConnection, Duration.ofSeconds(30), "a").get("a");
		assertThat(leader.role()).isEqualTo("a");
		assertThat(leader.fencingToken()).isPositive();
		assertThat(leader.since()).isNotNull();
		assertThat(other.isLeader()).isFalse();
		assertThat(other.fencingToken()).isZero();
		assertThat(other.since()).isNull();
		assertThat(one.roles()).containsExactlyInAnyOrder("a", "b");
		assertThatIllegalArgumentException().isThrownBy(() -> one.get("c")).withMessageContaining("[a, b]");
	}

	@Test
	void leadershipIsHandedOverByAStop() {
		LeaderElections one = elections("one", connection, Duration.ofSeconds(30), "a");
		LeaderElection leader = awaitLeader(one, "a");
		LeaderElections two = elections("two", otherConnection, Duration.ofSeconds(30), "a");
		one.stop();
		assertThat(leader.isLeader()).isFalse();
		assertThat(one.isRunning()).isFalse();
		LeaderElection next = awaitLeader(two, "a");
		long token = leader.fencingToken();
		assertThat(next.fencingToken()).isGreaterThan(token);
		one.start();
		two.stop();
		awaitLeader(one, "a");
		assertThat(this.events).startsWith("one LeadershipGrantedEvent[a, %d]".formatted(token),
				"one LeadershipRevokedEvent[a, %d]".formatted(token),
				"two LeadershipGrantedEvent[a, %d]".formatted(next.fencingToken()),
				"two LeadershipRevokedEvent[a, %d]".formatted(next.fencingToken()));
	}

	@Test
	void aLeaderThatIsCutOffIsRevokedBeforeAnotherIsGranted() throws Exception {
		try (NetworkProxy proxy = NetworkProxy.to(server.server().port()); Connection cut = proxy.connect()) {
			LeaderElections one = elections("one", cut, Duration.ofSeconds(2), "a");
			LeaderElection leader = awaitLeader(one, "a");
			LeaderElections two = elections("two", otherConnection, Duration.ofSeconds(2), "a");
			proxy.swallow();
			Awaitility.await().atMost(PATIENCE).until(() -> {
				boolean leads = two.get("a").isLeader();
				assertThat(leads && leader.isLeader()).isFalse();
				return leads;
			});
			Awaitility.await().atMost(PATIENCE).until(() -> this.events.size() == 3);
			assertThat(List.copyOf(this.events).get(1)).startsWith("one LeadershipRevokedEvent");
			assertThat(List.copyOf(this.events).get(2)).startsWith("two LeadershipGrantedEvent");
		}
	}

	@Test
	void workOfTheLeaderIsDoneBeforeAnotherLeads() {
		LeaderElections one = elections("one", connection, Duration.ofSeconds(30), "a");
		LeaderRole leader = (LeaderRole) awaitLeader(one, "a");
		LeaderElections two = elections("two", otherConnection, Duration.ofSeconds(30), "a");
		assertThat(leader.beginWork()).isTrue();
		CountDownLatch stopped = new CountDownLatch(1);
		one.stop(stopped::countDown);
		Awaitility.await().atMost(PATIENCE).until(() -> this.events.size() == 2);
		assertThat(leader.isLeader()).isFalse();
		assertThat(leader.beginWork()).isFalse();
		assertThat(stopped.getCount()).isOne();
		assertThat(two.get("a").isLeader()).isFalse();
		leader.endWork();
		awaitLeader(two, "a");
		Awaitility.await().atMost(PATIENCE).until(() -> stopped.getCount() == 0);
	}

	@Test
	void aListenerStillAtWorkIsInterruptedOnLoss() throws Exception {
		CountDownLatch interrupted = new CountDownLatch(1);
		LeaderElections one = elections(connection, Duration.ofSeconds(30), (event) -> {
			this.events.add(event.toString());
			if (event instanceof LeadershipGrantedEvent) {
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
				}
			}
		}, "a");
		awaitLeader(one, "a");
		one.stop();
		assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
		assertThat(this.events).hasSize(2);
	}

	@Test
	void listenersMayFail() {
		LeaderElections one = elections(connection, Duration.ofSeconds(30), (event) -> {
			this.events.add(event.toString());
			throw new IllegalStateException("expected");
		}, "a");
		awaitLeader(one, "a");
		one.stop();
		assertThat(this.events).hasSize(2);
		one.start();
		awaitLeader(one, "a");
	}

	@Test
	void aLockThatCannotBeAcquiredIsTriedAgain() throws Exception {
		connection.keyValueManagement().delete(this.bucket);
		LeaderElections one = elections("one", connection, Duration.ofSeconds(30), "a");
		assertThat(one.get("a").isLeader()).isFalse();
		server.createBucket(this.bucket);
		awaitLeader(one, "a");
	}

	@Test
	void noThreadIsLeftBehind() {
		LeaderElections one = elections("one", connection, Duration.ofSeconds(30), "left", "behind");
		awaitLeader(one, "left");
		LeaderElections two = elections("two", otherConnection, Duration.ofSeconds(30), "left", "behind");
		one.stop();
		two.stop();
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().matches("nats-leader-(left|behind)")));
	}

}
