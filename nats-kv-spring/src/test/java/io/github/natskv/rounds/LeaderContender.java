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

package io.github.natskv.rounds;

import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

import io.github.natskv.lock.BucketLocks;
import io.github.natskv.lock.LeaderElection;
import io.github.natskv.lock.LeaderElections;
import io.nats.client.Connection;

/**
 * A candidate for one role, who resigns some time after it was elected, and comes back.
 */
final class LeaderContender {

	private final String role;

	private final LeaderElections elections;

	private final LeaderElection election;

	private final LockRegister.Client register;

	private final String node;

	LeaderContender(String role, BucketLocks locks, Connection connection, LockRegister.Client register, String node) {
		this.role = role;
		this.elections = new LeaderElections(locks, List.of(role), connection, "default");
		this.election = this.elections.get(role);
		this.register = register;
		this.node = node;
	}

	void contend(Random random, BooleanSupplier ending) throws InterruptedException {
		while (!ending.getAsBoolean()) {
			this.elections.start();
			try {
				while (!ending.getAsBoolean() && !this.election.isLeader()) {
					Thread.sleep(1);
				}
				lead(random);
			}
			finally {
				this.elections.stop();
			}
			Thread.sleep(random.nextInt(100));
		}
	}

	private void lead(Random random) throws InterruptedException {
		long token = this.election.fencingToken();
		long end = System.nanoTime() + random.nextInt((random.nextInt(8) != 0) ? 50 : 2500) * 1_000_000L;
		long now;
		do {
			now = System.nanoTime();
			if (!isLeader(token)) {
				return;
			}
			if (!this.register.send("write", this.role, token, now, this.node)) {
				now = System.nanoTime();
				if (isLeader(token)) {
					this.register.send("offence", this.role, token, now, "a leader was refused");
				}
				return;
			}
			Thread.sleep(random.nextInt(10));
		}
		while (now - end < 0);
		now = System.nanoTime();
		if (isLeader(token)) {
			this.register.send("release", this.role, token, now, this.node);
		}
	}

	private boolean isLeader(long token) {
		return this.election.isLeader() && this.election.fencingToken() == token;
	}

}
