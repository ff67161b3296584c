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

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The loads of one cache that this application is at, so that a value is loaded once for
 * all that ask.
 */
final class Loads {

	private final Map<String, Load> running = new ConcurrentHashMap<>();

	@Nullable Load running(String key) {
		return this.running.get(key);
	}

	// begins unless there is one, which is returned; one that is outdated is not waited
	// for
	@Nullable Load begin(String key, Load load, @Nullable Load outdated) {
		if (outdated != null && this.running.replace(key, outdated, load)) {
			return null;
		}
		return this.running.putIfAbsent(key, load);
	}

	void end(String key, Load load) {
		this.running.remove(key, load);
	}

	// those who ask from now on are not to get what is being loaded
	void forget(String key) {
		this.running.remove(key);
	}

	void forgetAll() {
		this.running.clear();
	}

	/** One load, which completes with a value, or with {@code null} if it failed. */
	static final class Load extends CompletableFuture<@Nullable Object> {

		private final @Nullable Thread owner;

		private volatile Claim claim = Claim.NONE;

		Load(@Nullable Thread owner) {
			this.owner = owner;
		}

		boolean isOwn() {
			return this.owner == Thread.currentThread();
		}

		void claimed(Claim claim) {
			this.claim = claim;
		}

		// of the claim, -1 before it is made
		long revision() {
			return this.claim.revision();
		}

	}

}
