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

package io.github.natskv.openfeature;

/**
 * Spreads targeting keys evenly, and the same on each node and in each release: FNV-1a of
 * 64 bits over UTF-16, mixed as in MurmurHash3, as a number from 0 to less than 1.
 */
final class Position {

	private static final long OFFSET = 0xcbf29ce484222325L;

	private static final long PRIME = 0x100000001b3L;

	private static final double UNIT = 0x1.0p-53;

	private Position() {
	}

	static double of(String seed, String targetingKey) {
		long hash = hash((hash(OFFSET, seed) ^ 0xffff) * PRIME, targetingKey);
		hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
		hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
		return ((hash ^ (hash >>> 33)) >>> 11) * UNIT;
	}

	private static long hash(long start, String text) {
		long hash = start;
		for (int i = 0; i < text.length(); i++) {
			hash = (hash ^ text.charAt(i)) * PRIME;
		}
		return hash;
	}

}
