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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.lock.BucketLease;
import io.github.natskv.lock.DefaultBucketLocks;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;

/**
 * Threads of a node that contend for locks, in a JVM of their own or in that of the test.
 */
public final class LockContenders implements AutoCloseable {

	private static final int THREADS = 4;

	private final String node;

	private final LockContest contest;

	private final int port;

	private final Connection connection;

	private final DefaultKeyValueBuckets buckets;

	private final DefaultBucketLocks locks;

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean ending;

	LockContenders(String node, LockContest contest, String servers, String bucket, Duration lease, int port)
			throws IOException, InterruptedException {
		this.node = node;
		this.contest = contest;
		this.port = port;
		this.connection = Nats.connect(Options.builder()
			.servers(servers.split(","))
			.ignoreDiscoveredServers()
			.maxReconnects(-1)
			.reconnectWait(Duration.ofMillis(100))
			.connectionTimeout(Duration.ofSeconds(1))
			.reconnectBufferSize(0)
			.build());
		this.buckets = Buckets.access(this.connection);
		this.locks = new DefaultBucketLocks(this.buckets, bucket, lease);
	}

	/**
	 * {@code node contest servers bucket lease port}; obeys its input, and ends with it.
	 */
	public static void main(String[] arguments) throws Exception {
		LockContenders contenders = new LockContenders(arguments[0], LockContest.valueOf(arguments[1]), arguments[2],
				arguments[3], Duration.parse(arguments[4]), Integer.parseInt(arguments[5]));
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		System.out.println("ready");
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			String[] command = line.split(" ");
			if (command[0].equals("begin")) {
				contenders.begin(command[1], Long.parseLong(command[2]));
			}
			else if (command[0].equals("end")) {
				contenders.end();
			}
			System.out.println(command[0] + " " + Instant.now());
		}
		Runtime.getRuntime().halt(0);
	}

	void begin(String prefix, long seed) {
		this.ending = false;
		int count = (this.contest == LockContest.LOCKS) ? THREADS : LockRound.LOCKS;
		for (int i = 0; i < count; i++) {
			String lock = prefix + i;
			Random random = new Random(seed * 31 + i);
			Thread thread = new Thread(() -> contend(prefix, lock, random), "contender-" + i);
			thread.setDaemon(true);
			thread.start();
			this.threads.add(thread);
		}
	}

	void end() throws InterruptedException {
		this.ending = true;
		for (Thread thread : this.threads) {
			thread.join();
		}
		this.threads.clear();
	}

	private void contend(String prefix, String role, Random random) {
		try (LockRegister.Client register = new LockRegister.Client(this.port)) {
			if (this.contest == LockContest.LEADERSHIP) {
				new LeaderContender(role, this.locks, this.connection, register, this.node).contend(random,
						() -> this.ending);
			}
			while (!this.ending) {
				String lock = prefix + random.nextInt(LockRound.LOCKS);
				try (BucketLease lease = this.locks.acquire(lock, Duration.ofSeconds(1))) {
					hold(lock, lease, register, random);
				}
				catch (CannotAcquireLockException ex) {
					// others hold it
				}
				catch (DataAccessException ex) {
					Thread.sleep(50);
				}
			}
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void hold(String lock, BucketLease lease, LockRegister.Client register, Random random)
			throws InterruptedException {
		long end = System.nanoTime() + random.nextInt((random.nextInt(8) != 0) ? 50 : 2500) * 1_000_000L;
		long now;
		do {
			now = System.nanoTime();
			if (!lease.isValid()) {
				return;
			}
			if (!register.send("write", lock, lease.fencingToken(), now, this.node)) {
				now = System.nanoTime();
				if (lease.isValid()) {
					register.send("offence", lock, lease.fencingToken(), now, "a valid holder was refused");
				}
				return;
			}
			Thread.sleep(random.nextInt(10));
		}
		while (now - end < 0);
		now = System.nanoTime();
		if (lease.isValid()) {
			register.send("release", lock, lease.fencingToken(), now, this.node);
		}
	}

	@Override
	public void close() throws Exception {
		end();
		this.locks.close();
		this.buckets.close();
		this.connection.close();
	}

}
