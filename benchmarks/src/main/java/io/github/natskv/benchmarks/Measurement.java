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

package io.github.natskv.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A row of a table: a value of each contestant and round.
 *
 * @param <C> the contestants, the first of which the others are compared with
 */
public final class Measurement<C extends Enum<C>> {

	private final String label;

	private final int decimals;

	private final List<C> contestants;

	private final Map<C, List<Double>> values;

	public Measurement(Class<C> contestants, String label, int decimals) {
		this.label = label;
		this.decimals = decimals;
		this.contestants = List.of(contestants.getEnumConstants());
		this.values = new EnumMap<>(contestants);
	}

	public void add(C contestant, double value) {
		values(contestant).add(value);
	}

	/**
	 * Return the row as text: the median of each contestant, and how it relates to the
	 * first.
	 * @return the row of a table in Markdown
	 */
	public String row() {
		return row(this.contestants);
	}

	/**
	 * Return the row as text, for some contestants.
	 * @param columns the contestants
	 * @return the row of a table in Markdown
	 */
	public String row(Collection<C> columns) {
		StringBuilder row = new StringBuilder("| ").append(this.label).append(" |");
		for (C contestant : columns) {
			if (values(contestant).isEmpty()) {
				row.append(" – |");
				continue;
			}
			double value = median(values(contestant).stream().mapToDouble(Double::doubleValue).toArray());
			row.append(String.format(Locale.ROOT, " %." + this.decimals + "f (%.2f) |", value,
					median(ratios(contestant))));
		}
		return row.toString();
	}

	/**
	 * Return who has values.
	 * @return the contestants
	 */
	public List<C> contestants() {
		return this.contestants.stream().filter((contestant) -> !values(contestant).isEmpty()).toList();
	}

	// Each to the first's value of the same round, as the machine is not equally busy in
	// all.
	private double[] ratios(C contestant) {
		double[] ratios = new double[values(contestant).size()];
		for (int i = 0; i < ratios.length; i++) {
			ratios[i] = values(contestant).get(i) / values(this.contestants.get(0)).get(i);
		}
		return ratios;
	}

	private List<Double> values(C contestant) {
		return this.values.computeIfAbsent(contestant, (key) -> new ArrayList<>());
	}

	static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

}
