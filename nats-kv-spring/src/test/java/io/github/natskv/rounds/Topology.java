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

import java.util.List;
import java.util.Locale;

/**
 * The servers a round runs on, and how many replicas streams have there.
 */
enum Topology {

	SINGLE(1), CLUSTER(1), REPLICATED(3);

	/** A server, or as many replicas as there are servers. */
	static final List<Topology> WITH_REPLICAS = List.of(SINGLE, REPLICATED);

	private final int replicas;

	Topology(int replicas) {
		this.replicas = replicas;
	}

	int replicas() {
		return this.replicas;
	}

	boolean isCluster() {
		return this != SINGLE;
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
