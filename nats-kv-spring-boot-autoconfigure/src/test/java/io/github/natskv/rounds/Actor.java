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

import java.util.Random;

import io.github.natskv.kv.KeyValueBucket;

/**
 * Who performs operations.
 *
 * @param bucket the bucket, as the application has it
 * @param journal where everything is noted
 * @param random decides what is left to chance
 */
record Actor(KeyValueBucket<String> bucket, Journal journal, Random random) {

	static final int KEYS = 48;

	/** Any key. */
	String anyKey() {
		return key(this.random.nextInt(KEYS));
	}

	/** A key that may be deleted, which only every other key ever is. */
	String mortalKey() {
		return key(this.random.nextInt(KEYS / 2) * 2);
	}

	static String key(int number) {
		return ((number % 3 == 0) ? "a." : "b.") + number;
	}

}
