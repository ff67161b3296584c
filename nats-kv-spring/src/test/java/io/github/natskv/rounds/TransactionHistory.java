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

package io.github.natskv.rounds;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What transactions have read and written, and whether that could have come of running
 * them one after the other. Every written value is written once only, so that a value
 * says which transaction wrote it, and the revisions of a key say in which order.
 * <p>
 * A transaction comes after those whose values it read or overwrote, and before those
 * that overwrote what it read. If that is a circle, there is no order.
 */
final class TransactionHistory {

	private final Map<String, List<String>> versions;

	private final List<Done> transactions = new ArrayList<>();

	/**
	 * Create a history.
	 * @param versions the values of each key in the order of their revisions
	 */
	TransactionHistory(Map<String, List<String>> versions) {
		this.versions = versions;
	}

	/**
	 * Add a transaction.
	 * @param done what it did the last time its function was called
	 * @return this
	 */
	TransactionHistory add(Done done) {
		this.transactions.add(done);
		return this;
	}

	/**
	 * Return what is wrong.
	 * @return the problems, none if the history is serializable
	 */
	List<String> problems() {
		List<String> problems = new ArrayList<>();
		List<Done> committed = new ArrayList<>();
		Map<String, Done> writers = new HashMap<>();
		for (Done done : this.transactions) {
			long stored = done.writes().entrySet().stream().filter(this::isStored).count();
			if (stored > 0 && stored < done.writes().size()) {
				problems.add("Only a part of it was written: " + done);
			}
			if (done.outcome() == Outcome.COMMITTED && stored == 0 && !done.writes().isEmpty()) {
				problems.add("Nothing of it was written: " + done);
			}
			if (done.outcome() == Outcome.ABORTED && stored > 0) {
				problems.add("It was written, but said to be aborted: " + done);
			}
			if (done.outcome() == Outcome.COMMITTED || stored > 0) {
				committed.add(done);
				done.writes().values().forEach((value) -> writers.put(value, done));
			}
		}
		this.versions.forEach((key, values) -> {
			if (new LinkedHashSet<>(values).size() != values.size()) {
				problems.add("Values of key '%s' were written twice: %s".formatted(key, values));
			}
			values.stream()
				.filter((value) -> !writers.containsKey(value))
				.forEach((value) -> problems.add("Nobody wrote " + value));
		});
		if (problems.isEmpty()) {
			findCircle(order(committed, writers, problems), problems);
		}
		return problems;
	}

	private boolean isStored(Map.Entry<String, String> write) {
		return this.versions.getOrDefault(write.getKey(), List.of()).contains(write.getValue());
	}

	private Map<Done, Set<Done>> order(List<Done> committed, Map<String, Done> writers, List<String> problems) {
		Map<Done, Set<Done>> after = new HashMap<>();
		committed.forEach((done) -> after.put(done, new LinkedHashSet<>()));
		this.versions.forEach((key, values) -> {
			for (int i = 1; i < values.size(); i++) {
				edge(after, writers.get(values.get(i - 1)), writers.get(values.get(i)));
			}
		});
		for (Done done : committed) {
			done.reads().forEach((key, value) -> {
				List<String> values = this.versions.getOrDefault(key, List.of());
				int index = (value != null) ? values.indexOf(value) : -1;
				if (value != null && index < 0) {
					problems.add("It read a value that was never committed: " + done);
					return;
				}
				if (value != null) {
					edge(after, writers.get(value), done);
				}
				if (index + 1 < values.size()) {
					edge(after, done, writers.get(values.get(index + 1)));
				}
			});
		}
		return after;
	}

	private static void edge(Map<Done, Set<Done>> after, @Nullable Done first, @Nullable Done second) {
		if (first != null && second != null && first != second) {
			after.get(first).add(second);
		}
	}

	// what is left when all that come after nothing are taken away, again and again
	private static void findCircle(Map<Done, Set<Done>> after, List<String> problems) {
		Map<Done, Integer> before = new HashMap<>();
		after.values().forEach((all) -> all.forEach((done) -> before.merge(done, 1, Integer::sum)));
		Deque<Done> free = new ArrayDeque<>(
				after.keySet().stream().filter((done) -> !before.containsKey(done)).toList());
		Set<Done> left = new LinkedHashSet<>(after.keySet());
		while (!free.isEmpty()) {
			Done done = free.remove();
			left.remove(done);
			for (Done next : after.get(done)) {
				if (before.merge(next, -1, Integer::sum) == 0) {
					free.add(next);
				}
			}
		}
		if (!left.isEmpty()) {
			problems.add("No order explains these (or some of them): " + left.stream().limit(10).toList());
		}
	}

	enum Outcome {

		COMMITTED, ABORTED, UNKNOWN

	}

	/**
	 * A transaction. No two are the same.
	 */
	static final class Done {

		private final String name;

		private final Outcome outcome;

		private final Map<String, @Nullable String> reads;

		private final Map<String, String> writes;

		Done(String name, Outcome outcome, Map<String, @Nullable String> reads, Map<String, String> writes) {
			this.name = name;
			this.outcome = outcome;
			this.reads = new HashMap<>(reads);
			this.writes = new HashMap<>(writes);
		}

		Outcome outcome() {
			return this.outcome;
		}

		Map<String, @Nullable String> reads() {
			return this.reads;
		}

		Map<String, String> writes() {
			return this.writes;
		}

		@Override
		public String toString() {
			return "%s (%s) read %s, wrote %s".formatted(this.name, this.outcome, this.reads, this.writes);
		}

	}

}
