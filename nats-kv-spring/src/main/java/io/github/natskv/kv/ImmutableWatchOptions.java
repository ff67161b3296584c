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
 * Options of a watch.
 *
 * @param filters the keys to watch
 * @param initialValues whether the initial values are delivered
 * @param includeHistory whether older revisions are
 * @param ignoreDeletes whether deletions are left out
 */
record ImmutableWatchOptions(List<String> filters, boolean initialValues, boolean includeHistory,
		boolean ignoreDeletes) implements WatchOptions {

	ImmutableWatchOptions {
		Assert.notEmpty(filters, "'filters' must not be empty");
		filters = List.copyOf(filters);
	}

	@Override
	public WatchOptions filters(List<String> filters) {
		return new ImmutableWatchOptions(filters, this.initialValues, this.includeHistory, this.ignoreDeletes);
	}

	@Override
	public WatchOptions initialValues(boolean initialValues) {
		return new ImmutableWatchOptions(this.filters, initialValues, this.includeHistory, this.ignoreDeletes);
	}

	@Override
	public WatchOptions includeHistory(boolean includeHistory) {
		return new ImmutableWatchOptions(this.filters, this.initialValues, includeHistory, this.ignoreDeletes);
	}

	@Override
	public WatchOptions ignoreDeletes(boolean ignoreDeletes) {
		return new ImmutableWatchOptions(this.filters, this.initialValues, this.includeHistory, ignoreDeletes);
	}

}
