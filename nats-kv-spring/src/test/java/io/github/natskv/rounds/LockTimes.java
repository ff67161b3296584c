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

package io.github.natskv.rounds;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Nanoseconds until the next holder of a lock, in all rounds.
 *
 * @param handovers after releases
 * @param takeovers after holders were killed or stopped
 */
record LockTimes(List<Long> handovers, List<Long> takeovers) {

	LockTimes() {
		this(new ArrayList<>(), new ArrayList<>());
	}

	@Override
	public String toString() {
		return "After a release the next one %s; after a kill or stop %s".formatted(describe(this.handovers),
				describe(this.takeovers));
	}

	private static String describe(List<Long> nanos) {
		if (nanos.isEmpty()) {
			return "none";
		}
		Collections.sort(nanos);
		return "median %.1f ms, p99 %.1f ms, max %.1f ms".formatted(nanos.get(nanos.size() / 2) / 1e6,
				nanos.get((int) (nanos.size() * 0.99)) / 1e6, nanos.get(nanos.size() - 1) / 1e6);
	}

}
