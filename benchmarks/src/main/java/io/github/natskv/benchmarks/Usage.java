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

package io.github.natskv.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

import com.sun.management.ThreadMXBean;

/**
 * The resources a process has used.
 *
 * @param cpuNanos its CPU time
 * @param allocatedBytes what its threads have allocated
 */
public record Usage(long cpuNanos, long allocatedBytes) {

	public static final Usage NONE = new Usage(0, 0);

	/**
	 * Return what this process has used, without the threads that have ended.
	 * @return the usage
	 */
	public static Usage ofThisProcess() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long allocated = 0;
		for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
			allocated += Math.max(0, bytes);
		}
		return new Usage(CpuTime.nanos(), allocated);
	}

	/**
	 * Return the CPU time of a process.
	 * @param process its id
	 * @return nanoseconds, on systems other than Linux in steps
	 */
	public static long cpuNanos(long process) {
		return CpuTime.nanos(process);
	}

	static Usage of(byte[] payload) {
		String[] values = new String(payload, StandardCharsets.UTF_8).split(" ");
		return new Usage(Long.parseLong(values[0]), Long.parseLong(values[1]));
	}

	byte[] toBytes() {
		return (this.cpuNanos + " " + this.allocatedBytes).getBytes(StandardCharsets.UTF_8);
	}

	public Usage plus(Usage other) {
		return new Usage(this.cpuNanos + other.cpuNanos, this.allocatedBytes + other.allocatedBytes);
	}

	public Usage minus(Usage other) {
		return new Usage(this.cpuNanos - other.cpuNanos, this.allocatedBytes - other.allocatedBytes);
	}

}
