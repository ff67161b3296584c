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

package io.github.natskv.benchmarks.comparison;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

import io.github.natskv.benchmarks.Usage;

/**
 * The cost of operations.
 *
 * @param wallNanos the time that has passed
 * @param usage what this process has used
 * @param serverCpuNanos the CPU time of the server
 */
record Cost(long wallNanos, Usage usage, long serverCpuNanos) {

	static final Cost NONE = new Cost(0, Usage.NONE, 0);

	static Cost of(Operation operation, long server) throws Exception {
		int threads = ManagementFactory.getThreadMXBean().getThreadCount();
		Usage usage = Usage.ofThisProcess();
		long serverCpu = Usage.cpuNanos(server);
		long start = System.nanoTime();
		AutoCloseable rest = operation.run();
		long wall = System.nanoTime() - start;
		Cost cost = new Cost(wall, Usage.ofThisProcess().minus(usage), Usage.cpuNanos(server) - serverCpu);
		rest.close();
		awaitEndOfThreads(threads);
		return cost;
	}

	// what an ended thread has used cannot be seen any more, also while others have their
	// turn
	private static void awaitEndOfThreads(int before) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
		while (ManagementFactory.getThreadMXBean().getThreadCount() > before && System.nanoTime() < deadline) {
			TimeUnit.MILLISECONDS.sleep(10);
		}
	}

	Cost plus(Cost other) {
		return new Cost(this.wallNanos + other.wallNanos, this.usage.plus(other.usage),
				this.serverCpuNanos + other.serverCpuNanos);
	}

}
