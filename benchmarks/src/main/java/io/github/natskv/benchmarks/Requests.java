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

package io.github.natskv.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Requests to a contestant, each caller on a thread of its own.
 */
final class Requests {

	private Requests() {
	}

	/**
	 * Send requests.
	 * @return how many microseconds each took
	 */
	static double[] run(ConsumerProcess consumer, int callers, int requests) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(callers);
		try {
			List<Future<double[]>> results = new ArrayList<>();
			for (int i = 0; i < callers; i++) {
				results.add(executor.submit(() -> call(consumer, requests / callers)));
			}
			double[] times = new double[requests / callers * callers];
			for (int i = 0; i < callers; i++) {
				System.arraycopy(results.get(i).get(), 0, times, i * (requests / callers), requests / callers);
			}
			return times;
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static double[] call(ConsumerProcess consumer, int requests) throws Exception {
		double[] times = new double[requests];
		for (int i = 0; i < requests; i++) {
			long start = System.nanoTime();
			consumer.echo(Payload.BYTES.data());
			times[i] = (System.nanoTime() - start) / 1000.0;
		}
		return times;
	}

}
