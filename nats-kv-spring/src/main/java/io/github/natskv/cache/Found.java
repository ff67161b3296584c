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

package io.github.natskv.cache;

import org.jspecify.annotations.Nullable;

/**
 * The result of a read: a value, a miss with the revision found instead of one (0 for
 * none), or nothing at all, as the server could not be asked.
 *
 * @param storeValue the value, {@code NullValue} for a cached {@code null}, {@code null}
 * for none
 * @param revision the revision that was found
 */
record Found(@Nullable Object storeValue, long revision) {

	static final Found UNKNOWN = new Found(null, -1);

	boolean isHit() {
		return this.storeValue != null;
	}

	boolean isKnown() {
		return this.revision >= 0;
	}

}
