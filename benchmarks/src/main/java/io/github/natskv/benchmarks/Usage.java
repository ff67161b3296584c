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

import java.nio.charset.StandardCharsets;

/**
 * The resources a process has used.
 *
 * @param cpuNanos its CPU time
 * @param allocatedBytes what its threads have allocated
 */
record Usage(long cpuNanos, long allocatedBytes) {

	static final Usage NONE = new Usage(0, 0);

	static Usage of(byte[] payload) {
		String[] values = new String(payload, StandardCharsets.UTF_8).split(" ");
		return new Usage(Long.parseLong(values[0]), Long.parseLong(values[1]));
	}

	byte[] toBytes() {
		return (this.cpuNanos + " " + this.allocatedBytes).getBytes(StandardCharsets.UTF_8);
	}

	Usage plus(Usage other) {
		return new Usage(this.cpuNanos + other.cpuNanos, this.allocatedBytes + other.allocatedBytes);
	}

	Usage minus(Usage other) {
		return new Usage(this.cpuNanos - other.cpuNanos, this.allocatedBytes - other.allocatedBytes);
	}

}
