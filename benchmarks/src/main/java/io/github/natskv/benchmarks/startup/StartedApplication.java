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

package io.github.natskv.benchmarks.startup;

/**
 * An application to start. The first takes part twice, so that readers see the noise.
 */
enum StartedApplication {

	PLAIN("without the starter", 0),

	PLAIN_AGAIN("without, again", 0),

	NO_BUCKET("starter", 0),

	ONE_BUCKET("starter, 1 bucket", 1),

	MANY_BUCKETS("starter, 500 buckets", 500);

	private final String label;

	private final int buckets;

	StartedApplication(String label, int buckets) {
		this.label = label;
		this.buckets = buckets;
	}

	String label() {
		return this.label;
	}

	boolean hasStarter() {
		return this != PLAIN && this != PLAIN_AGAIN;
	}

	int buckets() {
		return this.buckets;
	}

}
