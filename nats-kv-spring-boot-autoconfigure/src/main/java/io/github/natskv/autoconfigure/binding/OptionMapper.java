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

package io.github.natskv.autoconfigure.binding;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.core.Subjects;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Maps options, refusing what the server would refuse, and notes which are declared.
 *
 * @param <O> the options
 */
final class OptionMapper<O extends Enum<O>> {

	private final String property;

	private final Function<O, String> naming;

	private final Set<O> declared;

	OptionMapper(String property, Class<O> options, Function<O, String> naming) {
		this.property = property;
		this.naming = naming;
		this.declared = EnumSet.noneOf(options);
	}

	String property() {
		return this.property;
	}

	Set<O> declared() {
		return this.declared;
	}

	<T> void set(O option, @Nullable T value, Consumer<T> target) {
		if (value != null) {
			this.declared.add(option);
			target.accept(value);
		}
	}

	void setLimit(O option, @Nullable Long value, Consumer<Long> target) {
		set(option, value, (limit) -> {
			check(option, limit > 0 || limit == -1, limit, "must be at least 1, or -1 for no limit");
			target.accept(limit);
		});
	}

	void setPositive(O option, @Nullable Long value, Consumer<Long> target) {
		set(option, value, (number) -> {
			check(option, number > 0, number, "must be at least 1");
			target.accept(number);
		});
	}

	void setRange(O option, @Nullable Integer value, int min, int max, Consumer<Integer> target) {
		set(option, value, (number) -> {
			check(option, number >= min && number <= max, number, "must be between %d and %d".formatted(min, max));
			target.accept(number);
		});
	}

	void setSize(O option, @Nullable DataSize value, long max, Consumer<Long> target) {
		set(option, value, (size) -> {
			check(option, size.toBytes() > 0 && size.toBytes() <= max, size,
					"must be between 1B and %dB".formatted(max));
			target.accept(size.toBytes());
		});
	}

	void setDuration(O option, @Nullable Duration value, Duration min, Consumer<Duration> target) {
		set(option, value, (duration) -> {
			check(option, duration.compareTo(min) >= 0, duration,
					min.isZero() ? "must not be negative" : "must be at least %d ms".formatted(min.toMillis()));
			target.accept(duration);
		});
	}

	void setSubjects(O option, @Nullable List<String> subjects, Consumer<List<String>> target) {
		set(option, subjects, (values) -> {
			for (String subject : values) {
				String problem = Subjects.findProblem(subject);
				check(option, problem == null, "'" + subject + "'", String.valueOf(problem));
			}
			target.accept(values);
		});
	}

	String required(String option, @Nullable String value, String action) {
		if (value == null || value.isBlank()) {
			throw new InvalidNatsPropertyException(this.property + "." + option, "is missing.", action);
		}
		return value;
	}

	void check(O option, boolean valid, Object value, String rule) {
		if (!valid) {
			throw new InvalidNatsPropertyException(this.property + "." + this.naming.apply(option),
					"is %s, but %s.".formatted(value, rule), "Correct the value.");
		}
	}

}
