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

package io.github.natskv.provisioning;

/**
 * A declared option whose value on the server differs.
 *
 * @param option the name of the option in the properties, such as {@code max-bytes}
 * @param wanted what is declared
 * @param found what the server has
 * @since 0.1.0
 */
public record OptionDifference(String option, String wanted, String found) {

	String change() {
		return "%s from %s to %s".formatted(this.option, this.found, this.wanted);
	}

	@Override
	public String toString() {
		return this.option + " is " + this.found + " instead of " + this.wanted;
	}

}
