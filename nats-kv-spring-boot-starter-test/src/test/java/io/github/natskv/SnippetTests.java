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
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Java snippets of the documentation compile, with what a user has on the class path.
 */
class SnippetTests {

	private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	private static final Pattern IMPORT = Pattern.compile("^import .*;\n", Pattern.MULTILINE);

	/** What an editor adds without asking. */
	private static final String IMPORTS = """
			import java.net.*;
			import java.time.*;
			import java.util.*;
			import java.util.concurrent.*;
			import org.junit.jupiter.api.*;
			import static org.assertj.core.api.Assertions.*;
			""";

	private static final String MEMBERS = """
			class Profiles {
				void log(Object... values) { }
				%s
			}
			""";

	private static final String STATEMENTS = """
			class Profiles {
				void run(io.github.natskv.core.NatsTemplate nats, Order order, Profile profile, Profile changed,
						io.github.natskv.kv.KeyValueBuckets buckets, io.github.natskv.kv.KeyValueBucket<Flag> flags,
					 List<Shape> shapes) throws Exception {
					%s
				}
			}
			""";

	private static final String TYPES = """
			record Order() { }
			record Receipt() { }
			record Flag() { }
			interface Shape { }
			interface Prices { }
			class OrdersApplication { static void main(String[] args) { } }
			record Profile() { Profile withVisit() { return this; } }
			record Visits(io.github.natskv.kv.KeyValueBucket<Profile> profiles) { void count(String name) { } }
			class Tenants {
				static Scope enter(Object headers) { return () -> { }; }
				static String current() { return ""; }
				interface Scope extends AutoCloseable { void close(); }
			}
			""";

	@TempDir
	private Path classes;

	static List<Arguments> snippets() throws IOException {
		List<Arguments> snippets = new ArrayList<>();
		try (Stream<Path> pages = Files.walk(Path.of("../docs"))) {
			for (Path page : Stream.concat(Stream.of(Path.of("../README.md")), pages).toList()) {
				if (page.toString().endsWith(".md")) {
					List<String> ofPage = SNIPPET.matcher(Files.readString(page))
						.results()
						.map((snippet) -> snippet.group(1))
						.toList();
					String imports = imports(String.join("", ofPage));
					ofPage.forEach((snippet) -> snippets.add(Arguments.of(page, snippet, imports)));
				}
			}
		}
		assertThat(snippets).hasSizeGreaterThan(15);
		return snippets;
	}

	@ParameterizedTest
	@MethodSource("snippets")
	void snippetsCompileWithTheImportsOfTheirPage(Path page, String snippet, String imports) {
		String code = IMPORT.matcher(snippet)
			.replaceAll("")
			.replaceFirst("^package .*;", "")
			.replace("{ … }", "{ throw new IllegalStateException(); }")
			.replace("-> …", "-> { }")
			.replace("…", "");
		List<String> asMembers = compile(imports, MEMBERS.formatted(code));
		if (!asMembers.isEmpty()) {
			assertThat(compile(imports, STATEMENTS.formatted(code))).as("%s: %s%nas members: %s", page, code, asMembers)
				.isEmpty();
		}
	}

	private static String imports(String snippets) {
		return IMPORT.matcher(snippets).results().map(MatchResult::group).distinct().collect(Collectors.joining());
	}

	private List<String> compile(String imports, String code) {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
		JavaFileObject source = new SimpleJavaFileObject(URI.create("string:///Profiles.java"),
				JavaFileObject.Kind.SOURCE) {
			@Override
			public CharSequence getCharContent(boolean ignoreEncodingErrors) {
				return IMPORTS + imports + code + TYPES;
			}
		};
		compiler
			.getTask(null, null, diagnostics, List.of("-proc:none", "-parameters", "-d", this.classes.toString(),
					"-classpath", System.getProperty("java.class.path")), null, List.of(source))
			.call();
		return diagnostics.getDiagnostics()
			.stream()
			.filter((diagnostic) -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
			.map(Object::toString)
			.toList();
	}

}
