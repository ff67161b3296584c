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

package io.github.natskv.benchmarks.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The threads of callers that do the same at the same time.
 */
public final class Callers implements AutoCloseable {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	/**
	 * Have an operation done by some callers.
	 * @param each the operation of each
	 * @param callers how many there are
	 * @return the operation of all
	 */
	public Operation all(Operation each, int callers) {
		return (callers == 1) ? each : () -> {
			List<Future<AutoCloseable>> underway = new ArrayList<>();
			for (int i = 0; i < callers; i++) {
				underway.add(this.threads.submit(each::run));
			}
			for (Future<AutoCloseable> caller : underway) {
				caller.get();
			}
			return Operation.NOTHING;
		};
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

}
