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

package io.github.natskv.benchmarks.bucket;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A row of the table: a value of each contestant and round.
 */
final class Row {

	private final String label;

	private final int decimals;

	private final Map<Side, List<Double>> values = new EnumMap<>(Side.class);

	Row(String label, int decimals) {
		this.label = label;
		this.decimals = decimals;
		for (Side side : Side.values()) {
			this.values.put(side, new ArrayList<>());
		}
	}

	String label() {
		return this.label;
	}

	void add(Side side, double value) {
		values(side).add(value);
	}

	String text() {
		StringBuilder row = new StringBuilder("| ").append(this.label).append(" |");
		for (Side side : Side.values()) {
			row.append(String.format(Locale.ROOT, " %." + this.decimals + "f (%.2f) |",
					median(values(side).stream().mapToDouble(Double::doubleValue).toArray()), ratio(side)));
		}
		return row.toString();
	}

	/**
	 * Return the value of a contestant relative to that of raw jnats in the same round.
	 * @param side the contestant
	 * @return the median of all rounds
	 */
	double ratio(Side side) {
		double[] ratios = new double[values(side).size()];
		for (int i = 0; i < ratios.length; i++) {
			ratios[i] = values(side).get(i) / values(Side.RAW).get(i);
		}
		return median(ratios);
	}

	private List<Double> values(Side side) {
		return this.values.getOrDefault(side, List.of());
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

}
