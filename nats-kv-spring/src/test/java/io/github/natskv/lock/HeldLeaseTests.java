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

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.jetstream.BucketStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers to renewals of a lease of 30 s, whose first is due after 10 s.
 */
class HeldLeaseTests {

	private static final long TOKEN = 1_700_000_000_000_000L;

	private final LeaseRenewals renewals = new LeaseRenewals((lease) -> {
	});

	private volatile Instant now = Instant.EPOCH;

	private RuntimeException written = new IllegalStateException();

	private RuntimeException found = new IllegalStateException();

	@AfterEach
	void close() {
		this.renewals.close();
	}

	@Test
	void aBucketThatIsGoneLosesTheLeaseWithTheNextRenewal() {
		this.written = new CompletionException(new BucketNotFoundException("locks", null));
		HeldLease lease = lease();
		this.now = Instant.ofEpochSecond(9);
		lease.tick();
		assertThat(lease.isValid()).isTrue();
		this.now = Instant.ofEpochSecond(11);
		lease.tick();
		assertThat(lease.isValid()).isFalse();
		assertThat(this.renewals.lost()).isEqualTo(1);
	}

	@Test
	void aBucketThatIsGoneWhenTheKeyIsReadLosesTheLease() {
		this.written = new RevisionConflictException("written by others", null);
		this.found = new BucketNotFoundException("locks", null);
		HeldLease lease = lease();
		this.now = Instant.ofEpochSecond(11);
		lease.tick();
		assertThat(lease.isValid()).isFalse();
	}

	@Test
	void aLeaseIsKeptWhileTheServerIsSilentForNineTenthsOfItsTime() {
		this.written = new KeyValueTimeoutException("silent", null);
		HeldLease lease = lease();
		this.now = Instant.ofEpochSecond(26);
		lease.tick();
		assertThat(lease.isValid()).isTrue();
		this.now = Instant.ofEpochSecond(27);
		assertThat(lease.isValid()).isFalse();
		lease.tick();
		assertThat(this.renewals.lost()).isEqualTo(1);
	}

	private HeldLease lease() {
		LockRecords records = new LockRecords(store(), Duration.ofSeconds(30));
		return new HeldLease(records, this.renewals, Duration.ofSeconds(30), "reports", LockKeys.of("reports"),
				new byte[1], new LockRecord(TOKEN, records.now()));
	}

	private BucketStore store() {
		return (BucketStore) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { BucketStore.class },
				(proxy, method, arguments) -> switch (method.getName()) {
					case "now" -> this.now;
					case "bucket" -> "locks";
					case "writeAsync" -> CompletableFuture.failedFuture(this.written);
					case "lastFromLeader" -> throw this.found;
					default -> throw new UnsupportedOperationException(method.toString());
				});
	}

}
