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

package io.github.natskv;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The packages of all modules as their sources have them.
 */
final class SourcePackages {

	private static final Path ROOT = Path.of("..");

	private SourcePackages() {
	}

	/**
	 * The file names by package, without {@code package-info.java}.
	 * @return the file names
	 */
	static Map<String, Set<String>> files() {
		return sources().filter((file) -> !isPackageInfo(file))
			.collect(Collectors.groupingBy(SourcePackages::packageOf, TreeMap::new,
					Collectors.mapping((file) -> file.getFileName().toString(), Collectors.toSet())));
	}

	/**
	 * The packages that say in their {@code package-info.java} that they are internal.
	 * @return the names of the packages
	 */
	static Set<String> internal() {
		return sources().filter(SourcePackages::isPackageInfo)
			.filter((file) -> read(file).matches("(?s).*\\bInternal:\\s.*"))
			.map(SourcePackages::packageOf)
			.collect(Collectors.toSet());
	}

	private static Stream<Path> sources() {
		try (Stream<Path> modules = Files.list(ROOT)) {
			return modules.map((module) -> module.resolve("src/main/java"))
				.filter(Files::isDirectory)
				.toList()
				.stream()
				.flatMap((root) -> javaFiles(root).stream());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<Path> javaFiles(Path root) {
		try (Stream<Path> files = Files.walk(root)) {
			return files.filter((file) -> file.toString().endsWith(".java")).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isPackageInfo(Path file) {
		return file.endsWith("package-info.java");
	}

	private static String packageOf(Path file) {
		String path = file.getParent().toString().replace('\\', '/');
		return path.substring(path.indexOf("src/main/java/") + "src/main/java/".length()).replace('/', '.');
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
