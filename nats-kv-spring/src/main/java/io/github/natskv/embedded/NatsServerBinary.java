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

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Finds a {@code nats-server} program on this machine. Never downloads one.
 *
 * @since 0.1.0
 */
public final class NatsServerBinary {

	private static final String NAME = "nats-server";

	private static final String ADVICE = "Install it (Debian and Ubuntu: 'apt-get install nats-server'; macOS: 'brew install nats-server'; else the release of your platform from the NATS project), or set 'nats.embedded.binary' to its path.";

	private static String checksumOf = "";

	private static String checksum = "";

	private NatsServerBinary() {
	}

	/**
	 * Find the program: the given one, else the first on the {@code PATH}, else the one
	 * in the {@linkplain #cache() cache}.
	 * @param given the program to use, or {@code null} to look for one
	 * @return the program
	 * @throws NatsServerBinaryNotFoundException if there is none, or the given one is not
	 * an executable file
	 */
	public static Path find(@Nullable Path given) {
		if (given != null) {
			if (isProgram(given)) {
				return given.toAbsolutePath();
			}
			throw new NatsServerBinaryNotFoundException(
					"The configured nats-server, '%s', is not an executable file".formatted(given.toAbsolutePath()),
					ADVICE);
		}
		Path onPath = onPath(NAME);
		if (onPath != null) {
			return onPath;
		}
		if (isProgram(cache())) {
			requireAsFetched(cache());
			return cache();
		}
		throw new NatsServerBinaryNotFoundException(
				"There is no nats-server program: looked for '%s' on the PATH (%s), and for '%s'".formatted(NAME,
						System.getenv("PATH"), cache()),
				ADVICE);
	}

	/**
	 * The place of the program in the project's cache, which the project's build fills.
	 * @return {@code nats-kv-spring-boot/nats-server} in {@code XDG_CACHE_HOME} or else
	 * {@code ~/.cache}; it need not exist
	 */
	public static Path cache() {
		String base = System.getenv("XDG_CACHE_HOME");
		Path directory = (StringUtils.hasText(base) ? Path.of(base)
				: Path.of(System.getProperty("user.home"), ".cache"));
		return directory.resolve("nats-kv-spring-boot").resolve(NAME).toAbsolutePath();
	}

	static @Nullable Path onPath(String program) {
		String path = System.getenv("PATH");
		for (String entry : Pattern.compile(Pattern.quote(File.pathSeparator)).split((path != null) ? path : "")) {
			try {
				Path candidate = Path.of(entry, program);
				if (!entry.isEmpty() && isProgram(candidate)) {
					return candidate.toAbsolutePath();
				}
			}
			catch (InvalidPathException ex) {
				// no directory of this machine
			}
		}
		return null;
	}

	// The build notes a checksum beside the program it has fetched
	private static void requireAsFetched(Path program) {
		Path noted = program.resolveSibling(NAME + ".sha256");
		try {
			if (Files.exists(noted) && !Files.readString(noted).strip().equals(checksum(program))) {
				throw new NatsServerBinaryNotFoundException(
						"'%s' is not used, as its SHA-256 is not the one that was noted when it was fetched"
							.formatted(program),
						"Remove it and build the project that fetched it again. " + ADVICE);
			}
		}
		catch (IOException ex) {
			throw new NatsServerBinaryNotFoundException("'%s' cannot be read: %s".formatted(program, ex), ADVICE);
		}
	}

	private static synchronized String checksum(Path program) throws IOException {
		String state = program + " " + Files.getLastModifiedTime(program) + " " + Files.size(program);
		if (!state.equals(checksumOf)) {
			checksum = HexFormat.of().formatHex(sha256().digest(Files.readAllBytes(program)));
			checksumOf = state;
		}
		return checksum;
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static boolean isProgram(Path path) {
		return Files.isRegularFile(path) && Files.isExecutable(path);
	}

}
