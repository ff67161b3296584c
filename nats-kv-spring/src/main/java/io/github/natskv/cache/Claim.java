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
 * The right to store what is loaded from now on: the revision that must not have changed
 * by then.
 */
class Claim {

	/** Nothing can be stored. */
	static final Claim NONE = new Claim(Found.UNKNOWN);

	private final Found found;

	Claim(Found found) {
		this.found = found;
	}

	static Claim of(long revision) {
		return new Claim(new Found(null, revision));
	}

	// a value that was found instead, for which nothing needs to be loaded
	@Nullable Object storeValue() {
		return this.found.storeValue();
	}

	// the revision that must not have changed, -1 for none
	long revision() {
		return this.found.revision();
	}

	void end(boolean stored) {
	}

}
