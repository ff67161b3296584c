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

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.natskv.rounds.TransactionHistory.Done;
import io.github.natskv.rounds.TransactionHistory.Outcome;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@link TransactionHistory} finds histories that are known to be wrong, and
 * no others.
 */
class TransactionHistoryTests {

	private final Map<String, List<String>> versions = new HashMap<>();

	private final TransactionHistory history = new TransactionHistory(this.versions);

	private void versions(String key, String... values) {
		this.versions.put(key, List.of(values));
	}

	/**
	 * Things like {@code r:a=1} (read), {@code r:a} (read as absent) and {@code w:a=2}.
	 */
	private void committed(String name, String... operations) {
		add(name, Outcome.COMMITTED, operations);
	}

	private void add(String name, Outcome outcome, String... operations) {
		Map<String, String> reads = new HashMap<>();
		Map<String, String> writes = new HashMap<>();
		Arrays.stream(operations).forEach((operation) -> {
			String[] parts = operation.substring(2).split("=");
			(operation.startsWith("r") ? reads : writes).put(parts[0], (parts.length > 1) ? parts[1] : null);
		});
		this.history.add(new Done(name, outcome, reads, writes));
	}

	@Test
	void oneAfterTheOtherIsFine() {
		versions("a", "1", "2", "3");
		versions("b", "4");
		committed("one", "r:a", "w:a=1");
		committed("two", "r:a=1", "r:b", "w:a=2", "w:b=4");
		committed("three", "r:a=2", "r:b=4", "w:a=3");
		committed("reader", "r:a=2", "r:b=4");
		committed("early reader", "r:a=1", "r:b");
		add("lost", Outcome.UNKNOWN, "r:a=1", "w:a=9");
		assertThat(this.history.problems()).isEmpty();
	}

	@Test
	void anUnknownOutcomeMayBeEither() {
		versions("a", "1");
		versions("b", "2");
		add("one", Outcome.UNKNOWN, "w:a=1", "w:b=2");
		committed("reader", "r:a=1", "r:b=2");
		assertThat(this.history.problems()).isEmpty();
	}

	@Test
	void aLostUpdateIsFound() {
		versions("a", "0", "1", "2");
		committed("zero", "w:a=0");
		committed("one", "r:a=0", "w:a=1");
		committed("two", "r:a=0", "w:a=2");
		assertNoOrder();
	}

	@Test
	void writeSkewIsFound() {
		versions("a", "0", "1");
		versions("b", "00", "2");
		committed("zero", "w:a=0", "w:b=00");
		committed("one", "r:b=00", "w:a=1");
		committed("two", "r:a=0", "w:b=2");
		assertNoOrder();
	}

	@Test
	void writeSkewOfAbsentKeysIsFound() {
		versions("a", "1");
		versions("b", "2");
		committed("one", "r:b", "w:a=1");
		committed("two", "r:a", "w:b=2");
		assertNoOrder();
	}

	@Test
	void readingHalfATransactionIsFound() {
		versions("a", "0", "1");
		versions("b", "00", "11");
		committed("zero", "w:a=0", "w:b=00");
		committed("one", "w:a=1", "w:b=11");
		committed("reader", "r:a=1", "r:b=00");
		assertNoOrder();
	}

	@Test
	void readersThatDisagreeOnTheOrderAreFound() {
		versions("a", "1");
		versions("b", "2");
		committed("one", "w:a=1");
		committed("two", "w:b=2");
		committed("reader", "r:a=1", "r:b");
		committed("other reader", "r:a", "r:b=2");
		assertNoOrder();
	}

	@Test
	void aTransactionThatIsWrittenInAnotherOrderThanAnotherIsFound() {
		versions("a", "1", "2");
		versions("b", "22", "11");
		committed("one", "w:a=1", "w:b=11");
		committed("two", "w:a=2", "w:b=22");
		assertNoOrder();
	}

	@Test
	void halfATransactionIsFound() {
		versions("a", "1");
		add("one", Outcome.UNKNOWN, "w:a=1", "w:b=2");
		assertThat(this.history.problems()).singleElement().asString().startsWith("Only a part");
	}

	@Test
	void whatIsLostOrWrongIsFound() {
		versions("b", "2");
		versions("c", "3");
		committed("one", "w:a=1");
		add("two", Outcome.ABORTED, "w:b=2");
		assertThat(this.history.problems()).hasSize(3)
			.anyMatch((problem) -> problem.startsWith("Nothing of it was written: one"))
			.anyMatch((problem) -> problem.startsWith("It was written, but said to be aborted: two"))
			.anyMatch((problem) -> problem.startsWith("Nobody wrote 3"));
	}

	@Test
	void aDirtyReadIsFound() {
		add("one", Outcome.ABORTED, "w:a=1");
		committed("two", "r:a=1");
		assertThat(this.history.problems()).singleElement().asString().startsWith("It read a value that was never");
	}

	private void assertNoOrder() {
		assertThat(this.history.problems()).singleElement().asString().startsWith("No order explains");
	}

}
