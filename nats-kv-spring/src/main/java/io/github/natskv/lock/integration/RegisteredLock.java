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

package io.github.natskv.lock.integration;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

import io.github.natskv.lock.BucketLock;

import org.springframework.integration.support.locks.DistributedLock;

/**
 * A lock of the registry.
 */
final class RegisteredLock implements DistributedLock {

	private final BucketLock lock;

	private volatile long used;

	RegisteredLock(BucketLock lock) {
		this.lock = lock;
	}

	void use() {
		this.used = System.nanoTime();
	}

	boolean isUnused(long millis) {
		return !this.lock.isUsed() && System.nanoTime() - this.used >= TimeUnit.MILLISECONDS.toNanos(millis);
	}

	@Override
	public void lock() {
		use();
		this.lock.lock();
	}

	@Override
	public void lock(Duration ttl) {
		use();
		this.lock.lock(ttl);
	}

	@Override
	public void lockInterruptibly() throws InterruptedException {
		use();
		this.lock.lockInterruptibly();
	}

	@Override
	public boolean tryLock() {
		use();
		return this.lock.tryLock();
	}

	@Override
	public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
		use();
		return this.lock.tryLock(time, unit);
	}

	@Override
	public boolean tryLock(Duration waitTime, Duration ttl) throws InterruptedException {
		use();
		return this.lock.tryLock(waitTime, ttl);
	}

	@Override
	public void unlock() {
		use();
		this.lock.unlock();
	}

	@Override
	public Condition newCondition() {
		return this.lock.newCondition();
	}

}
