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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was published and what became of it.
 */
final class StreamLog {

	static final int KEYS = 7;

	/** Sequences in the stream by number, of the life that is. */
	private final Map<Integer, Long> stored = new ConcurrentHashMap<>();

	private final Set<Integer> handled = ConcurrentHashMap.newKeySet();

	private final Set<Integer> failed = ConcurrentHashMap.newKeySet();

	private final List<Integer> inOrder = new ArrayList<>();

	void stored(int number, long sequence) {
		this.stored.put(number, sequence);
	}

	// nothing that was stored before is there any more
	void recreated() {
		this.stored.clear();
	}

	int count() {
		return this.stored.size();
	}

	void failed(int number) {
		this.failed.add(number);
	}

	void handled(int number) {
		if (this.handled.add(number)) {
			synchronized (this.inOrder) {
				this.inOrder.add(number);
			}
		}
	}

	/** Return the numbers that were stored, and neither handled nor given up. */
	Set<Integer> lost(Set<Integer> dead) {
		Set<Integer> lost = new TreeSet<>(this.stored.keySet());
		lost.removeAll(this.handled);
		lost.removeAll(dead);
		return lost;
	}

	/**
	 * Return the numbers handled for the first time before one stored earlier with the
	 * same key.
	 * @param interrupted whether listeners stopped or paused meanwhile, which hands back
	 * at once those that wait for one that failed
	 */
	List<String> disorder(boolean interrupted) {
		List<String> disorder = new ArrayList<>();
		Map<Integer, Integer> last = new HashMap<>();
		Map<Integer, Long> sequences = new TreeMap<>(this.stored);
		synchronized (this.inOrder) {
			for (int number : this.inOrder) {
				Long sequence = sequences.get(number);
				Integer before = last.get(number % KEYS);
				if (sequence == null || interrupted && this.failed.contains(number)) {
					continue;
				}
				if (before != null && sequences.get(before) > sequence) {
					disorder.add(before + " before " + number);
				}
				else {
					last.put(number % KEYS, number);
				}
			}
		}
		return disorder;
	}

}
