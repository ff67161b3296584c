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

package io.github.natskv.autoconfigure.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import io.github.natskv.testsupport.NatsServer;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;

/**
 * An image for Testcontainers. It is built from the {@code nats-server} of the tests, so
 * that nothing has to be pulled, and has the name of the official one.
 */
public final class NatsImage {

	private static final String NAME = "nats:nats-kv-spring-boot-tests";

	private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

	private static final String DOCKERFILE = """
			FROM scratch
			COPY root/ /
			EXPOSE 4222
			ENTRYPOINT ["/nats-server"]
			""";

	private static @Nullable String built;

	private NatsImage() {
	}

	/**
	 * A container of the image, which is not started.
	 */
	public static GenericContainer<?> container(String... command) {
		return new GenericContainer<>(name()).withCommand(command)
			.withExposedPorts(4222)
			.waitingFor(Wait.forLogMessage(".*Server is ready.*", 1));
	}

	/**
	 * The same with the image's full name.
	 */
	public static GenericContainer<?> containerOfFullName(String... command) {
		GenericContainer<?> container = container(command);
		container.setDockerImageName("docker.io/library/" + name());
		return container;
	}

	private static synchronized String name() {
		if (built == null) {
			built = build();
		}
		return built;
	}

	private static String build() {
		Path binary = NatsServer.binary();
		if (binary == null || !System.getProperty("os.name").equals("Linux")) {
			return "nats:2";
		}
		ImageFromDockerfile image = new ImageFromDockerfile(NAME, false)
			.withFileFromTransferable("Dockerfile", Transferable.of(DOCKERFILE))
			.withFileFromPath("root/nats-server", binary);
		// a directory, which has to be there and to be writable
		image.withFileFromTransferable("root/tmp/.keep", Transferable.of(""));
		for (String library : libraries(binary)) {
			image.withFileFromPath("root" + library, real(Path.of(library)));
		}
		return image.get();
	}

	private static List<String> libraries(Path binary) {
		try {
			Process ldd = new ProcessBuilder("ldd", binary.toString()).redirectErrorStream(true).start();
			String output = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			return LIBRARY.matcher(output).results().map((result) -> result.group(1)).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Path real(Path path) {
		try {
			return path.toRealPath();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
