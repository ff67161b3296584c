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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@code .mvn/tools/FetchNatsServer.java}, run as the build runs it but without
 * apt and brew, against a release on loopback.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
class NatsServerFetcherTests {

	private static final String PROGRAM = "#!/bin/sh\necho nats-server: v2.99.%d\n";

	@TempDir
	private Path directory;

	private final Map<String, byte[]> release = new ConcurrentHashMap<>();

	private final List<String> requested = new ArrayList<>();

	private HttpServer server;

	@BeforeEach
	void startServer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	@AfterEach
	void stopServer() {
		this.server.stop(0);
	}

	private void answer(HttpExchange exchange) throws IOException {
		String file = exchange.getRequestURI().getPath().replaceFirst(".*/", "");
		this.requested.add(file);
		byte[] content = this.release.get(file);
		exchange.sendResponseHeaders((content != null) ? 200 : 404, (content != null) ? content.length : -1);
		if (content != null) {
			exchange.getResponseBody().write(content);
		}
		exchange.close();
	}

	@Test
	void aReleaseWithTheRightChecksumIsCached() throws Exception {
		byte[] archive = archive();
		publish(archive, archive);
		Result result = fetch(Map.of());
		assertThat(result.output()).contains("v2.99.1", "upstream release", cached().toString());
		assertThat(result.exitCode()).isZero();
		assertThat(cached()).isExecutable().hasContent(PROGRAM.formatted(1));
		assertThat(cached().getParent()).isDirectoryNotContaining("glob:**.new");

		this.requested.clear();
		assertThat(fetch(Map.of()).output()).contains("using '" + cached() + "' (the cache)");
		assertThat(this.requested).isEmpty();
	}

	@Test
	void aReleaseWithAnotherChecksumIsRefused() throws Exception {
		publish(archive(), "something else".getBytes(StandardCharsets.UTF_8));
		Result result = fetch(Map.of());
		assertThat(result.exitCode()).isOne();
		assertThat(result.output()).contains("refused nats-server-", "SHA-256");
		assertThat(this.directory.resolve("cache")).doesNotExist();
	}

	@Test
	void theUpstreamReleaseIsTrustedOnRequestOnly() throws Exception {
		byte[] archive = archive();
		publish(archive, archive);
		Result result = fetch(Map.of("NATS_SERVER_UPSTREAM", ""));
		assertThat(result.exitCode()).isOne();
		assertThat(result.output()).contains("whoever controls that place is believed", "NATS_SERVER_UPSTREAM=trust");
		assertThat(this.requested).isEmpty();
	}

	@Test
	void aCachedProgramThatWasReplacedIsNotRunButFetchedAnew() throws Exception {
		byte[] archive = archive();
		publish(archive, archive);
		assertThat(fetch(Map.of()).exitCode()).isZero();
		Path trace = this.directory.resolve("trace");
		program(cached(), "#!/bin/sh\ntouch " + trace + "\necho nats-server: v2.99.9\n");
		assertThat(fetch(Map.of()).exitCode()).isZero();
		assertThat(cached()).hasContent(PROGRAM.formatted(1));
		assertThat(trace).doesNotExist();
	}

	@Test
	void whereNothingWorksTheMessageNamesEachAttemptAndWhatToDo() throws Exception {
		Path broken = program(this.directory.resolve("bin/nats-server"), "#!/bin/sh\necho broken; exit 3\n");
		Result result = fetch(Map.of("PATH", broken.getParent().toString()));
		assertThat(result.exitCode()).isOne();
		assertThat(result.output()).contains("PATH: ", "ended with 3: broken")
			.contains("the distribution's package (", "no apt-get on the PATH")
			.contains("Homebrew: ")
			.contains("the upstream release ", "SHA256SUMS answered with status 404")
			.contains("NATS_SERVER_BINARY=", "-Dnats-server.skip", cached().toString());
	}

	@Test
	void theGivenProgramWinsOverThePathAndThePathOverTheCache() throws Exception {
		program(cached(), PROGRAM.formatted(3));
		Path onPath = program(this.directory.resolve("bin/nats-server"), PROGRAM.formatted(2));
		Path given = program(this.directory.resolve("a given's place/server"), PROGRAM.formatted(1));
		String path = onPath.getParent().toString();
		assertThat(fetch(Map.of("PATH", path, "NATS_SERVER_BINARY", given.toString())).output())
			.contains("using '" + given + "'");
		assertThat(fetch(Map.of("PATH", path)).output()).contains("using '" + onPath + "' (PATH)");
		assertThat(this.requested).isEmpty();
	}

	@Test
	void aGivenProgramThatCannotBeUsedIsNotReplacedByAnother() throws Exception {
		program(cached(), PROGRAM.formatted(3));
		Path given = program(this.directory.resolve("old"), "#!/bin/sh\necho nats-server: v2.8.4\n");
		Result result = fetch(Map.of("NATS_SERVER_BINARY", given.toString()));
		assertThat(result.exitCode()).isOne();
		assertThat(result.output()).contains("'" + given + "' is v2.8.4, but 2.9 or newer is needed");
	}

	private Path cached() {
		return this.directory.resolve("cache/nats-kv-spring-boot/nats-server");
	}

	private static Path program(Path file, String text) throws IOException {
		Files.createDirectories(file.getParent());
		Files.writeString(file, text);
		assertThat(file.toFile().setExecutable(true)).isTrue();
		return file;
	}

	private static byte[] archive() throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			zip.putNextEntry(new ZipEntry("nats-server-v2.99.1/README.md"));
			zip.putNextEntry(new ZipEntry("nats-server-v2.99.1/nats-server"));
			zip.write(PROGRAM.formatted(1).getBytes(StandardCharsets.UTF_8));
		}
		return bytes.toByteArray();
	}

	/**
	 * Serve the archive for every platform, with the checksum of the other content.
	 */
	private void publish(byte[] archive, byte[] summed) throws Exception {
		String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(summed));
		String version = version();
		List<String> names = Stream.of("linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64")
			.map((platform) -> "nats-server-" + version + "-" + platform + ".zip")
			.toList();
		names.forEach((name) -> this.release.put(name, archive));
		String sums = names.stream().map((name) -> sum + "  " + name + "\n").collect(Collectors.joining());
		this.release.put("SHA256SUMS", sums.getBytes(StandardCharsets.UTF_8));
	}

	private static String version() throws IOException {
		return Files.readString(fetcher()).replaceFirst("(?s).*RELEASE = \"([^\"]+)\".*", "$1");
	}

	private Result fetch(Map<String, String> environment) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dnats-server.releases=http://127.0.0.1:" + this.server.getAddress().getPort(), fetcher().toString());
		builder.environment().clear();
		builder.environment().put("XDG_CACHE_HOME", this.directory.resolve("cache").toString());
		builder.environment().put("NATS_SERVER_UPSTREAM", "trust");
		builder.environment().putAll(environment);
		Process process = builder.redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return new Result(process.waitFor(), output);
	}

	private static Path fetcher() {
		for (Path path = Path.of("").toAbsolutePath(); path != null; path = path.getParent()) {
			Path fetcher = path.resolve(".mvn/tools/FetchNatsServer.java");
			if (Files.exists(fetcher)) {
				return fetcher;
			}
		}
		throw new IllegalStateException("The fetcher is missing");
	}

	private record Result(int exitCode, String output) {

	}

}
