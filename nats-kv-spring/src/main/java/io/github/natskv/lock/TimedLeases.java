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

package io.github.natskv.lock;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Locks that are held for some time, and not renewed, to count them.
 */
final class TimedLeases {

	private static final int MIN_LIMIT = 64;

	private final Set<TimedLease> held = Collections.newSetFromMap(new IdentityHashMap<>());

	private int limit = MIN_LIMIT;

	synchronized void add(TimedLease lease) {
		this.held.add(lease);
		if (this.held.size() > this.limit) {
			this.limit = Math.max(MIN_LIMIT, 2 * count());
		}
	}

	synchronized void remove(TimedLease lease) {
		this.held.remove(lease);
	}

	synchronized int count() {
		this.held.removeIf((lease) -> !lease.isValid());
		return this.held.size();
	}

}
