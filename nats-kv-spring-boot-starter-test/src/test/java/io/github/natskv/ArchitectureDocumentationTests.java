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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code docs/architecture.md} says is so in the code.
 */
class ArchitectureDocumentationTests {

	private static final Path ROOT = Path.of("..");

	private static final String PAGE = "docs/architecture.md";

	private static final String PREFIX = "io.github.natskv.";

	private static final Pattern ARROW = Pattern.compile("^ *([a-z.]+) --> ([a-z.]+)$", Pattern.MULTILINE);

	/** A type, in code font. */
	private static final Pattern TYPE = Pattern.compile("`([A-Z][A-Za-z]+)`");

	private static final Set<Arrow> DRAWN = ARROW.matcher(read(PAGE))
		.results()
		.map((MatchResult arrow) -> new Arrow(arrow.group(1), arrow.group(2)))
		.collect(Collectors.toCollection(TreeSet::new));

	private static final Set<String> BOXES = DRAWN.stream()
		.flatMap((arrow) -> Stream.of(arrow.from(), arrow.to()))
		.collect(Collectors.toSet());

	private static final Set<Arrow> ACTUAL = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption((location) -> !location.contains("-tests.jar"))
		.importPackages("io.github.natskv")
		.stream()
		.flatMap((type) -> type.getDirectDependenciesFromSelf().stream())
		.filter((dependency) -> isOurs(dependency.getTargetClass()))
		.map((Dependency dependency) -> new Arrow(box(dependency.getOriginClass()), box(dependency.getTargetClass())))
		.filter((arrow) -> !arrow.from().equals(arrow.to()))
		.collect(Collectors.toCollection(TreeSet::new));

	@Test
	void everyArrowOfThePictureIsThere() {
		assertThat(DRAWN).hasSizeGreaterThan(20).isSubsetOf(ACTUAL);
	}

	@Test
	void everyDependencyIsInThePicture() {
		assertThat(ACTUAL).hasSizeGreaterThan(DRAWN.size())
			.filteredOn((arrow) -> !reachable(arrow.from()).contains(arrow.to()))
			.isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { PAGE, "docs/decisions/0003-what-jnats-leaves-to-us.md" })
	void typesExist(String page) throws IOException {
		List<String> mentioned = read(page).lines()
			.map((line) -> page.equals(PAGE) ? line : lastColumn(line))
			.flatMap((line) -> TYPE.matcher(line).results())
			.map((type) -> type.group(1) + ".java")
			.toList();
		assertThat(mentioned).hasSizeGreaterThan(20);
		assertThat(mentioned).isSubsetOf(sources());
	}

	private static Set<String> sources() throws IOException {
		Set<String> names = new HashSet<>();
		try (Stream<Path> modules = Files.list(ROOT)) {
			for (Path sources : modules.map((module) -> module.resolve("src")).filter(Files::isDirectory).toList()) {
				try (Stream<Path> files = Files.walk(sources)) {
					files.map((file) -> file.getFileName().toString()).forEach(names::add);
				}
			}
		}
		return names;
	}

	private static String read(String page) {
		try {
			return Files.readString(ROOT.resolve(page));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The types that other columns of a decision name are not ours. */
	private static String lastColumn(String row) {
		String[] columns = row.split("\\|");
		return row.startsWith("|") ? columns[columns.length - 1] : "";
	}

	private static Set<String> reachable(String from) {
		Set<String> reached = new HashSet<>();
		Deque<String> open = new ArrayDeque<>(List.of(from));
		while (!open.isEmpty()) {
			String box = open.pop();
			DRAWN.stream()
				.filter((arrow) -> arrow.from().equals(box) && reached.add(arrow.to()))
				.forEach((arrow) -> open.push(arrow.to()));
		}
		return reached;
	}

	private static boolean isOurs(JavaClass type) {
		return type.getPackageName().startsWith(PREFIX);
	}

	/** The box of a type's package, which may be that of a package above. */
	private static String box(JavaClass type) {
		String name = type.getPackageName().substring(PREFIX.length());
		while (!BOXES.contains(name)) {
			int dot = name.lastIndexOf('.');
			if (dot < 0) {
				throw new AssertionError("Package " + type.getPackageName() + " is not in the picture of " + PAGE);
			}
			name = name.substring(0, dot);
		}
		return name;
	}

	private record Arrow(String from, String to) implements Comparable<Arrow> {

		@Override
		public int compareTo(Arrow other) {
			return toString().compareTo(other.toString());
		}

		@Override
		public String toString() {
			return this.from + " --> " + this.to;
		}

	}

}
