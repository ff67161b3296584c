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

package io.github.natskv.lock.shedlock;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.lock.LockServer;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.test.support.AbstractExtensibleLockProviderIntegrationTest;
import net.javacrumbs.shedlock.test.support.FuzzTester;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The tests of ShedLock, those that wait in the profile of rounds alone, and one that
 * waits once for all of them.
 */
@Timeout(60)
class BucketLockProviderTests extends AbstractExtensibleLockProviderIntegrationTest {

	private static final String LONG = "nats-kv.test.rounds";

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@AutoClose
	private static final LockServer server = new LockServer();

	private static final DefaultBucketLocks locks = server.locks();

	private static final DefaultBucketLocks others = server.otherLocks();

	@BeforeAll
	static void requireTimesToLive() {
		server.assumeTimesToLive();
	}

	@Override
	protected ExtensibleLockProvider getLockProvider() {
		return new BucketLockProvider(locks);
	}

	@Override
	protected void assertLocked(String name) {
		assertThat(lockElsewhere(name, Duration.ofMinutes(5))).isEmpty();
	}

	@Override
	protected void assertUnlocked(String name) {
		assertThat(lockElsewhere(name, Duration.ofMinutes(5))).hasValueSatisfying(SimpleLock::unlock);
	}

	private static Optional<SimpleLock> lockElsewhere(String name, Duration atMost) {
		return new BucketLockProvider(others).lock(lockConfig(name, atMost, Duration.ZERO));
	}

	private SimpleLock lock(String name, Duration atMost, Duration atLeast) {
		return getLockProvider().lock(lockConfig(name, atMost, atLeast)).orElseThrow();
	}

	@Test
	void timesAreKept() {
		Duration brief = Duration.ofSeconds(2);
		long start = System.nanoTime();
		SimpleLock abandoned = lock("abandoned", brief, Duration.ZERO);
		SimpleLock late = lock("late", brief, Duration.ZERO);
		SimpleLock extended = lock("extended", brief, Duration.ZERO).extend(Duration.ofMinutes(1), Duration.ZERO)
			.orElseThrow();
		lock("finished", Duration.ofMinutes(1), brief).unlock();
		lock("extended to the end", Duration.ofMinutes(1), Duration.ZERO).extend(Duration.ofMinutes(1), brief)
			.orElseThrow()
			.unlock();
		for (String name : new String[] { "abandoned", "late", "extended", "finished", "extended to the end" }) {
			assertLocked(name);
		}
		for (String name : new String[] { "abandoned", "finished", "extended to the end" }) {
			Awaitility.await().atMost(PATIENCE).until(() -> lockElsewhere(name, Duration.ofMinutes(5)).isPresent());
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(brief);
		}
		assertLocked("extended");
		abandoned.unlock();
		assertLocked("abandoned");
		assertUnlocked("late");
		assertThat(late.extend(Duration.ofMinutes(1), Duration.ZERO)).isEmpty();
		assertUnlocked("late");
		extended.unlock();
		assertUnlocked("extended");
	}

	@Test
	void timesAreRoundedUp() {
		SimpleLock lock = lock("rounded", Duration.ofMillis(1), Duration.ZERO);
		assertLocked("rounded");
		lock.unlock();
		assertUnlocked("rounded");
		assertThatIllegalArgumentException().isThrownBy(() -> locks.tryAcquire("rounded", Duration.ZERO));
	}

	@Test
	void locksOutliveTheApplication() {
		DefaultBucketLocks ending = server.locks();
		BucketLockProvider provider = new BucketLockProvider(ending);
		LockConfiguration configuration = new LockConfiguration(ClockProvider.now(), "ending", Duration.ofMinutes(1),
				Duration.ofMinutes(1));
		SimpleLock lock = provider.lock(configuration).orElseThrow();
		ending.close();
		assertLocked("ending");
		lock.unlock();
		assertLocked("ending");
		assertThatIllegalStateException().isThrownBy(() -> provider.lock(configuration));
	}

	@Test
	void locksAreThoseOfTheBucket() {
		SimpleLock lock = lock("shared", Duration.ofMinutes(1), Duration.ZERO);
		assertThat(others.tryAcquire("shared")).isNull();
		int held = locks.held();
		assertThat(held).isPositive();
		lock.unlock();
		assertThat(locks.held()).isEqualTo(held - 1);
		assertThat(others.tryAcquire("shared")).isNotNull();
	}

	@Override
	@Test
	@EnabledIfSystemProperty(named = LONG, matches = ".*")
	public void shouldTimeout() throws InterruptedException {
		doTestTimeout(Duration.ofSeconds(2));
	}

	@Override
	@Test
	@EnabledIfSystemProperty(named = LONG, matches = ".*")
	public void shouldLockAtLeastFor() throws InterruptedException {
		doTestShouldLockAtLeastFor(1000);
	}

	@Override
	@Test
	@EnabledIfSystemProperty(named = LONG, matches = ".*")
	public void shouldBeAbleToExtendLock() {
		super.shouldBeAbleToExtendLock();
	}

	@Override
	@Test
	@EnabledIfSystemProperty(named = LONG, matches = ".*")
	public void shouldBeAbleToExtendMultipleTimes() {
		super.shouldBeAbleToExtendMultipleTimes();
	}

	@Override
	@Test
	@EnabledIfSystemProperty(named = LONG, matches = ".*")
	public void shouldNotBeAbleToExtendExpiredLock() {
		SimpleLock lock = lock(LOCK_NAME1, Duration.ofSeconds(2), Duration.ZERO);
		sleepFor(Duration.ofSeconds(4));
		assertThat(lock.extend(Duration.ofSeconds(10), Duration.ZERO)).isEmpty();
		assertUnlocked(LOCK_NAME1);
	}

	// longer at work than its times to hold at least, which are shorter than a second
	@Override
	@Test
	public void fuzzTestShouldPass() throws ExecutionException, InterruptedException {
		new FuzzTester(getLockProvider(), Duration.ofMillis(10), Duration.ofMinutes(5), FuzzTester.SHORT_ITERATION)
			.doFuzzTest();
	}

}
