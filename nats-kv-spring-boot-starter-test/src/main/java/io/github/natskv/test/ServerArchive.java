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

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import io.github.natskv.embedded.EmbeddedNatsServerException;
import io.github.natskv.embedded.NatsServerBinary;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.SpringProperties;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.util.StringUtils;

/**
 * The {@code nats-server} of tests that are told where to get one: a zip archive or the
 * program itself, whose SHA-256 must be given as well.
 *
 * @param location where it is, as a resource location
 * @param sha256 what it has to be
 */
record ServerArchive(String location, String sha256) {

	static final String LOCATION_PROPERTY = "nats-kv.test.server.location";

	static final String SHA256_PROPERTY = "nats-kv.test.server.sha256";

	private static final String NAME = "nats-server";

	private static final Log logger = LogFactory.getLog(ServerArchive.class);

	static @Nullable ServerArchive configured() {
		String location = SpringProperties.getProperty(LOCATION_PROPERTY);
		String sha256 = SpringProperties.getProperty(SHA256_PROPERTY);
		if (!StringUtils.hasText(location)) {
			return null;
		}
		if (!StringUtils.hasText(sha256)) {
			throw new EmbeddedNatsServerException(
					"'%s' names a nats-server to be fetched, and '%s' is missing: it is fetched only if its SHA-256 is known. Add it beside the location, or remove the location"
						.formatted(LOCATION_PROPERTY, SHA256_PROPERTY));
		}
		return new ServerArchive(location.strip(), sha256.strip().toLowerCase());
	}

	// The program, fetched unless an earlier run has it in the cache.
	Path program() {
		Path directory = NatsServerBinary.cache().resolveSibling("tests").resolve(this.sha256);
		try {
			Files.createDirectories(directory);
			Path archive = directory.resolve("archive");
			if (!Files.exists(archive) || !this.sha256.equals(sha256(archive))) {
				fetch(directory, archive);
			}
			return extract(directory, archive);
		}
		catch (IOException ex) {
			throw new EmbeddedNatsServerException(
					"The nats-server that '%s' names, '%s', could not be fetched: %s. Check the location, or install a nats-server and remove the property"
						.formatted(LOCATION_PROPERTY, this.location, ex),
					ex);
		}
	}

	private void fetch(Path directory, Path archive) throws IOException {
		logger.info("Fetching a nats-server for tests from '%s'".formatted(this.location));
		Path fetched = Files.createTempFile(directory, "archive", ".new");
		try {
			try (InputStream content = new DefaultResourceLoader().getResource(this.location).getInputStream()) {
				Files.copy(content, fetched, StandardCopyOption.REPLACE_EXISTING);
			}
			String found = sha256(fetched);
			if (!this.sha256.equals(found)) {
				throw new EmbeddedNatsServerException(
						"'%s' is not used: its SHA-256 is %s, and '%s' says %s. Do not change the property before you know why"
							.formatted(this.location, found, SHA256_PROPERTY, this.sha256));
			}
			Files.move(fetched, archive, StandardCopyOption.ATOMIC_MOVE);
		}
		finally {
			Files.deleteIfExists(fetched);
		}
	}

	// taken from the checked archive each time, so that nothing else is ever run
	private Path extract(Path directory, Path archive) throws IOException {
		Path program = Files.createTempFile(directory, NAME, "");
		program.toFile().deleteOnExit();
		try (InputStream content = content(archive)) {
			Files.copy(content, program, StandardCopyOption.REPLACE_EXISTING);
		}
		if (!program.toFile().setExecutable(true)) {
			throw new IOException("'" + program + "' cannot be made executable");
		}
		return program;
	}

	private InputStream content(Path archive) throws IOException {
		InputStream content = new BufferedInputStream(Files.newInputStream(archive));
		content.mark(2);
		boolean zip = content.read() == 'P' && content.read() == 'K';
		content.reset();
		if (!zip) {
			return content;
		}
		ZipInputStream entries = new ZipInputStream(content);
		for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
			if (NAME.equals(StringUtils.getFilename(entry.getName()))) {
				return entries;
			}
		}
		entries.close();
		throw new IOException("there is no " + NAME + " in the archive");
	}

	private static String sha256(Path file) throws IOException {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
