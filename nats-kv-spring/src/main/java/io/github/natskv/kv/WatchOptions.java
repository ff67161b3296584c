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

/**
 * Options of a watch. Immutable: each method that changes an option returns other
 * options. Implemented by this library only; options may be added.
 *
 * @since 0.1.0
 */
public sealed interface WatchOptions permits ImmutableWatchOptions {

	/**
	 * Options that deliver the current values of the matching keys, then every change,
	 * deletions included.
	 * @param filters the keys to watch, with {@code *} and {@code >} as wildcards; none
	 * means all
	 * @return the options
	 */
	static WatchOptions of(String... filters) {
		return new ImmutableWatchOptions((filters.length > 0) ? List.of(filters) : List.of(">"), true, false, false);
	}

	/**
	 * Return the keys to watch.
	 * @return the filters, at least one
	 */
	List<String> filters();

	/**
	 * Watch other keys.
	 * @param filters the keys to watch, at least one
	 * @return the changed options
	 */
	WatchOptions filters(List<String> filters);

	/**
	 * Whether the values the bucket has when the watch begins are delivered first.
	 * @return {@code true} by default
	 */
	boolean initialValues();

	/**
	 * Deliver first the values the bucket has when the watch begins, or start with the
	 * next change.
	 * @param initialValues whether to deliver them
	 * @return the changed options
	 */
	WatchOptions initialValues(boolean initialValues);

	/**
	 * Whether the initial values include the older revisions the bucket keeps.
	 * @return {@code false} by default
	 */
	boolean includeHistory();

	/**
	 * Deliver the older revisions the bucket keeps, too.
	 * @param includeHistory whether to deliver them
	 * @return the changed options
	 */
	WatchOptions includeHistory(boolean includeHistory);

	/**
	 * Whether deletions are left out.
	 * @return {@code false} by default
	 */
	boolean ignoreDeletes();

	/**
	 * Leave out deletions.
	 * @param ignoreDeletes whether to leave them out
	 * @return the changed options
	 */
	WatchOptions ignoreDeletes(boolean ignoreDeletes);

}
