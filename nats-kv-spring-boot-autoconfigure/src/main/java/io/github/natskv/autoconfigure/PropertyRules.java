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

import java.time.Duration;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.Errors;

/**
 * Rejects values of properties.
 *
 * @param errors where to
 */
record PropertyRules(Errors errors) {

	static final int MIN_SIZE = 1024;

	private static final Duration MAX_DURATION = Duration.ofDays(365);

	private static final Pattern SUBJECT = Pattern.compile("[A-Za-z0-9_$-]+(\\.[A-Za-z0-9_$-]+)*\\.?");

	void subject(String field, @Nullable String value) {
		if (StringUtils.hasLength(value) && !SUBJECT.matcher(value).matches()) {
			this.errors.rejectValue(field, "subject",
					"must be the beginning of a subject: tokens of letters, digits, '-', '_' and '$' with dots between them");
		}
	}

	void size(String field, DataSize value, int min) {
		if (value.toBytes() < min || value.toBytes() > Integer.MAX_VALUE) {
			this.errors.rejectValue(field, "size", "must be between " + min + "B and 2GB");
		}
	}

	void notNegative(String field, Duration value) {
		if (value.isNegative() || value.compareTo(MAX_DURATION) > 0) {
			this.errors.rejectValue(field, "range", "must be between 0 and " + MAX_DURATION.toDays() + "d");
		}
	}

	void positive(String field, Duration value) {
		if (value.isZero() || value.isNegative() || value.compareTo(MAX_DURATION) > 0) {
			this.errors.rejectValue(field, "positive",
					"must be longer than zero and not longer than " + MAX_DURATION.toDays() + "d");
		}
	}

	void range(String field, int value, int min, int max) {
		if (value < min || value > max) {
			this.errors.rejectValue(field, "range", "must be between " + min + " and " + max);
		}
	}

}
