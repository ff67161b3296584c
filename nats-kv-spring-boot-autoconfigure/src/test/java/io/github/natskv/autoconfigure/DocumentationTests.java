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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README is short, and one finds the way through the documentation.
 */
class DocumentationTests {

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

	private static final Path README = Path.of("README.md");

	@Test
	void theReadmeIsShort() {
		assertThat(DocumentationPage.of(README).text().lines()).hasSizeLessThan(300);
	}

	@Test
	void linksHold() {
		List<String> broken = new ArrayList<>();
		int links = 0;
		for (DocumentationPage page : DocumentationPage.all()) {
			for (Link link : links(page)) {
				links++;
				if (!Files.exists(DocumentationPage.ROOT.resolve(link.path()))) {
					broken.add(page + ": no file " + link.path());
				}
				else if (!link.anchor().isEmpty()
						&& !DocumentationPage.of(link.path()).anchors().contains(link.anchor())) {
					broken.add(page + ": no heading #" + link.anchor() + " in " + link.path());
				}
			}
		}
		assertThat(links).isGreaterThan(30);
		assertThat(broken).isEmpty();
	}

	@Test
	void everyPageCanBeReachedFromTheReadme() {
		Set<Path> reached = new HashSet<>();
		reach(README, reached);
		assertThat(DocumentationPage.all().stream().map(DocumentationPage::path)).hasSizeGreaterThan(10)
			.filteredOn((page) -> !reached.contains(page))
			.isEmpty();
	}

	private void reach(Path path, Set<Path> reached) {
		if (path.toString().endsWith(".md") && Files.exists(DocumentationPage.ROOT.resolve(path))
				&& reached.add(path)) {
			links(DocumentationPage.of(path)).forEach((link) -> reach(link.path(), reached));
		}
	}

	/** The relative links of a page. */
	private static List<Link> links(DocumentationPage page) {
		List<Link> links = new ArrayList<>();
		for (String line : page.prose()) {
			Matcher matcher = LINK.matcher(line.replaceAll("`[^`]*`", "code"));
			while (matcher.find()) {
				String target = matcher.group(1);
				if (!target.matches("[a-z]+:.*")) {
					String[] parts = target.split("#", 2);
					Path path = parts[0].isEmpty() ? page.path() : page.path().resolveSibling(parts[0]).normalize();
					links.add(new Link(path, (parts.length == 2) ? parts[1] : ""));
				}
			}
		}
		return links;
	}

	private record Link(Path path, String anchor) {

	}

}
