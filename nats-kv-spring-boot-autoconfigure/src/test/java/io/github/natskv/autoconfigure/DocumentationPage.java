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

package io.github.natskv.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A page of the documentation: one of the Markdown files at the root of the project or
 * below {@code docs}.
 *
 * @param path the path, relative to the root
 * @param text the content
 */
record DocumentationPage(Path path, String text) {

	static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	static List<DocumentationPage> all() {
		try (Stream<Path> root = Files.list(ROOT); Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
			return Stream.concat(root, docs)
				.filter((path) -> path.toString().endsWith(".md"))
				.map((path) -> of(ROOT.relativize(path)))
				.sorted((one, other) -> one.path.compareTo(other.path))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static DocumentationPage of(Path path) {
		try {
			return new DocumentationPage(path, Files.readString(ROOT.resolve(path)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The lines outside of code blocks. */
	List<String> prose() {
		List<String> prose = new ArrayList<>();
		boolean code = false;
		for (String line : this.text.split("\n")) {
			boolean fence = line.strip().startsWith("```");
			if (!fence && !code) {
				prose.add(line);
			}
			code ^= fence;
		}
		return prose;
	}

	/** The anchors of the headings, as GitHub makes them. */
	Set<String> anchors() {
		Set<String> anchors = new HashSet<>();
		for (String line : prose()) {
			if (line.matches("#+ .*")) {
				String anchor = line.replaceFirst("#+ ", "")
					.toLowerCase(Locale.ROOT)
					.replaceAll("[^\\p{L}\\p{N}_ -]", "")
					.replace(' ', '-');
				String unique = anchor;
				for (int i = 1; !anchors.add(unique); i++) {
					unique = anchor + "-" + i;
				}
			}
		}
		return anchors;
	}

	@Override
	public String toString() {
		return this.path.toString();
	}

}
