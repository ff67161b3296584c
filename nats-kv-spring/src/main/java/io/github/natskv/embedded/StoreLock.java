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

package io.github.natskv.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * Keeps two servers from writing to one store directory, which would damage it. The file
 * also names the server process: it may outlive a killed application by some seconds, and
 * the next application has to wait for its end.
 */
final class StoreLock implements AutoCloseable {

	private static final String FILE = "nats-kv-embedded.lock";

	private static final int PREVIOUS_SERVER_TIMEOUT = 6;

	private final FileChannel channel;

	private StoreLock(FileChannel channel) {
		this.channel = channel;
	}

	static StoreLock acquire(Path directory, Path binary) {
		FileChannel channel = null;
		try {
			Files.createDirectories(directory);
			channel = FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ,
					StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
			if (tryLock(channel) == null) {
				throw new EmbeddedNatsServerException(
						"The store directory '%s' is in use by another embedded nats-server (perhaps a second instance of this application)"
							.formatted(directory),
						"Give each its own 'nats.embedded.store-dir', or let both connect to one server.", null);
			}
			awaitPreviousServer(channel, directory, binary);
			return new StoreLock(channel);
		}
		catch (IOException ex) {
			close(channel);
			throw new EmbeddedNatsServerException(
					"The store directory '%s' cannot be used: %s".formatted(directory, ex),
					"Set 'nats.embedded.store-dir' to a directory this user can write to.", ex);
		}
		catch (RuntimeException ex) {
			close(channel);
			throw ex;
		}
	}

	private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			return null;
		}
	}

	private static void awaitPreviousServer(FileChannel channel, Path directory, Path binary) throws IOException {
		ByteBuffer content = ByteBuffer.allocate(20);
		channel.read(content, 0);
		String pid = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).trim();
		if (!pid.matches("\\d{1,18}")) {
			return;
		}
		Optional<ProcessHandle> previous = ProcessHandle.of(Long.parseLong(pid))
			.filter((process) -> isServer(process, binary));
		if (previous.isEmpty()) {
			return;
		}
		try {
			previous.get().onExit().get(PREVIOUS_SERVER_TIMEOUT, TimeUnit.SECONDS);
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			throw new EmbeddedNatsServerException(
					"The store directory '%s' is in use by a nats-server left from an earlier run, process %s"
						.formatted(directory, pid),
					"End it, or use another 'nats.embedded.store-dir'.", ex);
		}
	}

	private static boolean isServer(ProcessHandle process, Path binary) {
		return process.info()
			.command()
			.map((command) -> Path.of(command).getFileName())
			.filter(binary.getFileName()::equals)
			.isPresent();
	}

	void record(long pid) throws IOException {
		this.channel.truncate(0);
		this.channel.write(ByteBuffer.wrap(String.valueOf(pid).getBytes(StandardCharsets.US_ASCII)), 0);
	}

	@Override
	public void close() {
		close(this.channel);
	}

	private static void close(@Nullable FileChannel channel) {
		try {
			if (channel != null) {
				channel.close();
			}
		}
		catch (IOException ex) {
			throw new EmbeddedNatsServerException("The lock of a store directory cannot be released", ex);
		}
	}

}
