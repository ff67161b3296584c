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

package io.github.natskv.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws the tables of {@code performance.md} in a directory as
 * {@code images/performance.svg}: what this project takes, relative to raw jnats.
 */
public final class Plot {

	private static final Pattern ROW = Pattern.compile(
			"\\| ([^|]+ per [^|]+) \\| [^|]*\\(([0-9.]+)\\) \\| [^|]*\\(([0-9.]+)\\) \\| [^|]*\\(([0-9.]+)\\) \\|.*");

	private static final int LABEL = 560;

	private static final int UNIT = 220;

	private static final int HEIGHT = 26;

	private static final double LONGEST = 1.8;

	private Plot() {
	}

	public static void main(String[] args) throws IOException {
		Path directory = Path.of(args[0]);
		List<String> bars = new ArrayList<>();
		for (String line : Files.readAllLines(directory.resolve("performance.md"))) {
			Matcher row = ROW.matcher(line);
			if (row.matches()) {
				bars.add(bar(bars.size(), row.group(1), Double.parseDouble(row.group(3)),
						Double.parseDouble(row.group(4))));
			}
		}
		int bottom = HEIGHT * (bars.size() + 1);
		String svg = """
				<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
				<rect width="100%%" height="100%%" fill="#fff"/>
				<text x="10" y="17" fill="#555">relative to raw jnats: light grey raw jnats again (noise), blue this project</text>
				%s<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#333"/>
				</svg>
				"""
			.formatted(LABEL + 2 * UNIT, bottom + 8, String.join("", bars), LABEL + UNIT, HEIGHT, LABEL + UNIT, bottom);
		Files.writeString(directory.resolve("images/performance.svg"), svg);
	}

	private static String bar(int index, String label, double again, double own) {
		int top = HEIGHT * (index + 1);
		return String.format(Locale.ROOT, """
				<text x="%d" y="%d" text-anchor="end">%s</text>
				<rect x="%d" y="%d" width="%.0f" height="6" fill="#ccc"/>
				<rect x="%d" y="%d" width="%.0f" height="10" fill="#2a6fb0"/>
				<text x="%.0f" y="%d" fill="#2a6fb0">%.2f</text>
				""", LABEL - 8, top + 15, label, LABEL, top + 3, width(again), LABEL, top + 10, width(own),
				LABEL + width(own) + 6, top + 19, own);
	}

	private static double width(double ratio) {
		return Math.min(ratio, LONGEST) * UNIT;
	}

}
