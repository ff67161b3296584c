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

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Locks among the threads of this JVM, each there as long as a thread holds it or waits
 * for it.
 */
final class LocalLocks {

	private final ConcurrentMap<String, Local> locks = new ConcurrentHashMap<>();

	Local enter(String key) {
		return this.locks.compute(key, (any, found) -> {
			Local local = (found != null) ? found : new Local();
			local.users++;
			return local;
		});
	}

	void exit(String key) {
		this.locks.computeIfPresent(key, (any, local) -> (--local.users > 0) ? local : null);
	}

	@Nullable Local find(String key) {
		return this.locks.get(key);
	}

	/**
	 * A lock of a thread of this JVM.
	 */
	static final class Local extends ReentrantLock {

		private static final long serialVersionUID = 1L;

		/** Guarded by the map. */
		private int users;

		/** Written by the thread that has this lock. */
		transient volatile @Nullable ThreadLease lease;

	}

}
