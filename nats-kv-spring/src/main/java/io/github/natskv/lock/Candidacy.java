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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Acquires the lock of a role again and again until it is stopped, on a thread of its
 * own. That waits for the lock without requests, so that it costs nothing but the thread.
 */
final class Candidacy implements Runnable {

	private static final Log logger = LogFactory.getLog(Candidacy.class);

	private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

	private static final long PAUSE = 1;

	private final LeaderRole role;

	private final BucketLocks locks;

	private final Thread thread;

	private final CountDownLatch stopped = new CountDownLatch(1);

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private CountDownLatch over = new CountDownLatch(0);

	private boolean interruptible;

	private int failures;

	Candidacy(LeaderRole role, BucketLocks locks) {
		this.role = role;
		this.locks = locks;
		this.thread = new Thread(this, "nats-leader-" + role.role());
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	// completed when the lock was given up
	synchronized CompletableFuture<Void> stop() {
		this.stopped.countDown();
		end(this.over);
		return this.ended;
	}

	private boolean isStopped() {
		return this.stopped.getCount() == 0;
	}

	@Override
	public void run() {
		try {
			while (!isStopped()) {
				try {
					lead();
				}
				catch (InterruptedException ex) {
					// looks whether it is stopped
				}
			}
		}
		finally {
			this.ended.complete(null);
		}
	}

	private void lead() throws InterruptedException {
		BucketLease lease = acquire();
		if (lease == null) {
			this.stopped.await(PAUSE, TimeUnit.SECONDS);
			return;
		}
		try (lease) {
			CountDownLatch over = new CountDownLatch(1);
			begin(over);
			lease.onLost(() -> end(over));
			try {
				grant(lease, over);
				over.await();
			}
			finally {
				this.role.revoke(lease);
				Thread.interrupted();
			}
			if (isStopped()) {
				this.role.awaitWork();
			}
		}
	}

	private void grant(BucketLease lease, CountDownLatch over) {
		beInterruptible(over);
		try {
			this.role.grant(lease);
		}
		finally {
			beUninterruptible();
		}
	}

	private @Nullable BucketLease acquire() throws InterruptedException {
		beInterruptible(this.stopped);
		try {
			BucketLease lease = this.locks.acquire(this.role.role(), FOREVER);
			this.failures = 0;
			return lease;
		}
		catch (RuntimeException ex) {
			if (!isStopped()) {
				failed(ex);
			}
			return null;
		}
		finally {
			beUninterruptible();
		}
	}

	// the first time may be too early: the bucket is about to be made
	private void failed(RuntimeException ex) {
		String message = "The lock of role '%s' cannot be acquired, which is tried again until it can"
			.formatted(this.role.role());
		if (++this.failures == 2) {
			logger.error(message, ex);
		}
		else {
			logger.debug(message, ex);
		}
	}

	private synchronized void begin(CountDownLatch over) {
		this.over = over;
		if (isStopped()) {
			over.countDown();
		}
	}

	private synchronized void end(CountDownLatch over) {
		over.countDown();
		if (this.interruptible) {
			this.thread.interrupt();
		}
	}

	private synchronized void beInterruptible(CountDownLatch until) {
		this.interruptible = true;
		if (until.getCount() == 0) {
			this.thread.interrupt();
		}
	}

	private synchronized void beUninterruptible() {
		this.interruptible = false;
		Thread.interrupted();
	}

}
