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

package io.github.natskv.core;

import java.math.BigDecimal;
import java.math.BigInteger;

import org.springframework.util.ClassUtils;

/**
 * Limits of numbers in text that others send, which are those of Jackson: parsing takes
 * time that grows with the square of the digits, and so does computing with a number
 * whose exponent is huge.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @since 0.1.0
 */
public final class NumberLimits {

	/** More than the digits: a sign, a point, an exponent and space around them. */
	static final int MAX_TEXT = 1100;

	private static final int MAX_DIGITS = 1000;

	private static final int MAX_SCALE = 100_000;

	private NumberLimits() {
	}

	/**
	 * Refuse the text of a number that costs too much.
	 * @param text the text
	 * @param type what it is to be converted to
	 * @throws NumberFormatException if the type is one of numbers, and the text has more
	 * than 1,000 digits or an exponent beyond 100,000
	 */
	public static void check(String text, Class<?> type) {
		Class<?> target = ClassUtils.resolvePrimitiveIfNecessary(type);
		if (!Number.class.isAssignableFrom(target)) {
			return;
		}
		if (text.length() > MAX_TEXT) {
			throw new NumberFormatException(
					"A number has at most %d digits, but there are %d characters".formatted(MAX_DIGITS, text.length()));
		}
		checkDigits(text);
		if (target == BigDecimal.class && text.matches(".*[eE].*")) {
			bigDecimal(text.trim());
		}
	}

	static BigInteger bigInteger(String text) {
		checkDigits(text);
		return new BigInteger(text);
	}

	static BigDecimal bigDecimal(String text) {
		checkDigits(text);
		BigDecimal number = new BigDecimal(text);
		if (Math.abs((long) number.scale()) > MAX_SCALE) {
			throw new NumberFormatException("A number has an exponent of at most %d, but it is %d".formatted(MAX_SCALE,
					-(long) number.scale()));
		}
		return number;
	}

	private static void checkDigits(String text) {
		long digits = text.chars().filter(Character::isDigit).count();
		if (digits > MAX_DIGITS) {
			throw new NumberFormatException(
					"A number has at most %d digits, but there are %d".formatted(MAX_DIGITS, digits));
		}
	}

}
