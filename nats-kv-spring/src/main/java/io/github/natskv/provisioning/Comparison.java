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

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A definition compared with what the server has.
 *
 * @param differences all options that differ
 * @param changes those of them that are to be as declared
 * @param unchangeable those of them the server cannot change
 * @param update changes them on the server, and returns what may be lost by that
 */
record Comparison(List<OptionDifference> differences, List<OptionDifference> changes,
		List<OptionDifference> unchangeable, Supplier<List<String>> update) {

	static String join(List<OptionDifference> differences) {
		return differences.stream().map(OptionDifference::toString).collect(Collectors.joining(", "));
	}

}
