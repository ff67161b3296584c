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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The wall clock of a process, which can be set while that runs, where Debian's
 * {@code faketime} is installed. The monotonic clock stays that of the machine.
 */
final class WallClock implements AutoCloseable {

	private static final @Nullable Path LIBRARY = find();

	private final Path directory;

	WallClock() throws IOException {
		this.directory = Files.createTempDirectory("nats-clock-");
		set("+0");
	}

	private static @Nullable Path find() {
		try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-gnu")) {
			for (Path architecture : found) {
				Path library = architecture.resolve("faketime/libfaketime.so.1");
				if (Files.exists(library)) {
					return library;
				}
			}
			return null;
		}
		catch (IOException ex) {
			return null;
		}
	}

	static boolean canBeSet() {
		return LIBRARY != null;
	}

	void use(ProcessBuilder process) {
		if (LIBRARY != null) {
			process.environment()
				.putAll(Map.of("LD_PRELOAD", LIBRARY.toString(), "FAKETIME_TIMESTAMP_FILE", file().toString(),
						"FAKETIME_NO_CACHE", "1", "FAKETIME_DONT_FAKE_MONOTONIC", "1",
						// else waits of a JVM end at once
						"FAKETIME_FORCE_MONOTONIC_FIX", "0"));
		}
	}

	private Path file() {
		return this.directory.resolve("offset");
	}

	/** Set it ahead or behind, like {@code +1h}. */
	void set(String offset) {
		try {
			Path next = Files.writeString(this.directory.resolve("next"), offset);
			Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		Files.deleteIfExists(file());
		Files.deleteIfExists(this.directory);
	}

}
