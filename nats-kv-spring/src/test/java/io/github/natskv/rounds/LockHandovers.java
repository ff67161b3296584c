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
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natskv.kv.support.Buckets;
import io.github.natskv.lock.BucketLease;
import io.github.natskv.lock.BucketLocks;
import io.github.natskv.lock.DefaultBucketLocks;
import io.nats.client.Connection;
import io.nats.client.Nats;

/**
 * Threads in a JVM of their own that hand one lock on among each other and those of other
 * JVMs, and tell when: on the monotonic clock, which the JVMs of a machine share.
 */
public final class LockHandovers {

	private static final int THREADS = 4;

	private final BucketLocks locks;

	private final Queue<String> holdings = new ConcurrentLinkedQueue<>();

	private LockHandovers(BucketLocks locks) {
		this.locks = locks;
	}

	/** {@code server bucket}; {@code lock milliseconds} a line of its input. */
	public static void main(String[] arguments) throws Exception {
		Connection connection = Nats.connect(arguments[0]);
		LockHandovers handovers = new LockHandovers(
				new DefaultBucketLocks(Buckets.access(connection), arguments[1], Duration.ofSeconds(30)));
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		System.out.println("ready");
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			String[] command = line.split(" ");
			handovers.play(command[0], Duration.ofMillis(Long.parseLong(command[1])));
		}
		Runtime.getRuntime().halt(0);
	}

	private void play(String lock, Duration time) throws InterruptedException {
		long end = System.nanoTime() + time.toNanos();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			Thread thread = new Thread(() -> contend(lock, end));
			thread.start();
			threads.add(thread);
		}
		for (Thread thread : threads) {
			thread.join();
		}
		this.holdings.forEach(System.out::println);
		this.holdings.clear();
		System.out.println("end");
	}

	private void contend(String lock, long end) {
		try {
			while (System.nanoTime() - end < 0) {
				BucketLease lease = this.locks.acquire(lock, Duration.ofMinutes(1));
				long acquired = System.nanoTime();
				Thread.sleep(1);
				lease.close();
				this.holdings.add("held " + lease.fencingToken() + " " + acquired + " " + System.nanoTime());
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
