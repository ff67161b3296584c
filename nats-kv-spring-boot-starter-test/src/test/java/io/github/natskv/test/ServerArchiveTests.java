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

package io.github.natskv.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import io.github.natskv.embedded.EmbeddedNatsServerException;
import io.github.natskv.embedded.NatsServerBinary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.SpringProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ServerArchive}.
 */
class ServerArchiveTests {

	@TempDir
	private Path directory;

	@AfterEach
	void clear() {
		SpringProperties.setProperty(ServerArchive.LOCATION_PROPERTY, null);
		SpringProperties.setProperty(ServerArchive.SHA256_PROPERTY, null);
	}

	@Test
	void serverOfAZipArchiveIsStarted() throws Exception {
		Path archive = this.directory.resolve("nats-server.zip");
		try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
			zip.putNextEntry(new ZipEntry("nats-server-v2/README.md"));
			zip.putNextEntry(new ZipEntry("nats-server-v2/nats-server"));
			Files.copy(NatsServerBinary.find(null), zip);
		}
		configure(archive.toUri().toString(), sha256(archive));
		try (ServerPool.Lease lease = ServerPool.lease("", "max_payload: 2MB")) {
			assertThat(lease.server().isRunning()).isTrue();
			assertThat(lease.server().toString()).isNotEmpty();
		}
		Files.delete(archive);
		assertThat(ServerArchive.configured().program()).as("from the cache").isExecutable();
	}

	@Test
	void archiveWithAnotherChecksumIsNotUsed() throws Exception {
		Path archive = Files.writeString(this.directory.resolve("program"), "something else");
		configure(archive.toUri().toString(), "00".repeat(32));
		assertThatExceptionOfType(EmbeddedNatsServerException.class)
			.isThrownBy(() -> ServerPool.lease("", "debug: true"))
			.withMessageContaining(sha256(archive))
			.withMessageContaining("00".repeat(32))
			.withMessageContaining(ServerArchive.SHA256_PROPERTY);
	}

	@Test
	void locationWithoutChecksumIsRefused() {
		configure("file:/nowhere", null);
		assertThatExceptionOfType(EmbeddedNatsServerException.class).isThrownBy(ServerArchive::configured)
			.withMessageContaining(ServerArchive.SHA256_PROPERTY);
	}

	@Test
	void locationWithoutAnythingIsNamed() {
		configure("file:/nowhere/nats-server.zip", "11".repeat(32));
		assertThatExceptionOfType(EmbeddedNatsServerException.class)
			.isThrownBy(() -> ServerArchive.configured().program())
			.withMessageContaining("file:/nowhere/nats-server.zip")
			.withMessageContaining(ServerArchive.LOCATION_PROPERTY);
	}

	@Test
	void nothingIsFetchedUnlessAskedFor() {
		assertThat(ServerArchive.configured()).isNull();
	}

	private static void configure(String location, String sha256) {
		SpringProperties.setProperty(ServerArchive.LOCATION_PROPERTY, location);
		SpringProperties.setProperty(ServerArchive.SHA256_PROPERTY, sha256);
	}

	private static String sha256(Path file) throws IOException {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
		}
		catch (java.security.NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
