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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;

/**
 * CPU time of this process. On Linux without the threads of the JIT compiler, and to the
 * nanosecond, where Java's own figure has steps of 10 milliseconds.
 */
final class CpuTime {

	private CpuTime() {
	}

	static long nanos() {
		if (!Files.exists(Path.of("/proc/self/schedstat"))) {
			return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
		}
		return tasks("self");
	}

	/**
	 * Return the CPU time of another process.
	 * @param process its id
	 * @return the time
	 */
	static long nanos(long process) {
		if (!Files.exists(Path.of("/proc/self/schedstat"))) {
			return ProcessHandle.of(process)
				.flatMap((handle) -> handle.info().totalCpuDuration())
				.map(Duration::toNanos)
				.orElse(0L);
		}
		return tasks(String.valueOf(process));
	}

	private static long tasks(String process) {
		try (Stream<Path> tasks = Files.list(Path.of("/proc", process, "task"))) {
			return tasks.mapToLong(CpuTime::nanos).sum();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static long nanos(Path task) {
		try {
			List<String> names = Files.readAllLines(task.resolve("comm"));
			if (names.get(0).matches("C[12] Compiler.*")) {
				return 0;
			}
			return Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
		}
		catch (NoSuchFileException ex) {
			// the thread has ended
			return 0;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
