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

package io.github.natskv.kv;

import java.util.List;

import org.springframework.util.Assert;

/**
 * What a watch delivers.
 *
 * @param filters the keys to watch, with {@code *} and {@code >} as wildcards
 * @param initialValues whether the values the bucket has when the watch begins are
 * delivered first
 * @param includeHistory whether the initial values include the older revisions the bucket
 * keeps
 * @param ignoreDeletes whether deletions are left out
 * @since 0.1.0
 */
public record WatchOptions(List<String> filters, boolean initialValues, boolean includeHistory, boolean ignoreDeletes) {

	public WatchOptions {
		Assert.notEmpty(filters, "'filters' must not be empty");
		filters = List.copyOf(filters);
	}

	/**
	 * Options that deliver the current values of the matching keys, then every change,
	 * deletions included.
	 * @param filters the keys to watch; none means all
	 * @return the options
	 */
	public static WatchOptions of(String... filters) {
		return new WatchOptions((filters.length > 0) ? List.of(filters) : List.of(">"), true, false, false);
	}

	public WatchOptions withFilters(List<String> filters) {
		return new WatchOptions(filters, this.initialValues, this.includeHistory, this.ignoreDeletes);
	}

	/**
	 * Start with the next change instead of the current values.
	 * @return changed options
	 */
	public WatchOptions updatesOnly() {
		return new WatchOptions(this.filters, false, this.includeHistory, this.ignoreDeletes);
	}

	/**
	 * Deliver the older revisions the bucket keeps, too.
	 * @return changed options
	 */
	public WatchOptions withHistory() {
		return new WatchOptions(this.filters, this.initialValues, true, this.ignoreDeletes);
	}

	/**
	 * Leave out deletions.
	 * @return changed options
	 */
	public WatchOptions withoutDeletes() {
		return new WatchOptions(this.filters, this.initialValues, this.includeHistory, true);
	}

}
