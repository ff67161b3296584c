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

package io.github.natskv.kv.jetstream;

import java.util.concurrent.ThreadLocalRandom;

import io.github.natskv.kv.KeyValueTimeoutException;

/**
 * Pauses of random length between attempts to write, so that writers get out of each
 * other's way.
 */
public final class Backoff {

	private static final int MAXIMUM_MILLIS = 64;

	private Backoff() {
	}

	/**
	 * Wait after a failed attempt.
	 * @param attempt the number of the attempt, from 1
	 */
	public static void sleep(int attempt) {
		int bound = Math.min(1 << Math.min(attempt, 30), MAXIMUM_MILLIS);
		try {
			Thread.sleep(ThreadLocalRandom.current().nextInt(bound));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new KeyValueTimeoutException("Interrupted between two attempts to write", ex);
		}
	}

}
