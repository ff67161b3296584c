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

/**
 * A contestant. Raw jnats has the options of this project's connection, and takes part
 * twice, with a connection of its own each, so that readers see the noise.
 */
public enum Side {

	RAW("raw jnats"),

	RAW_AGAIN("raw jnats again"),

	NATS_KV("this project"),

	/** Where its options make a difference. */
	RAW_DEFAULTS("raw jnats, its default options");

	private final String label;

	Side(String label) {
		this.label = label;
	}

	/** Whether it takes part in what is not said to be measured otherwise. */
	boolean isEverywhere() {
		return compareTo(NATS_KV) <= 0;
	}

	public boolean isRaw() {
		return this != NATS_KV;
	}

	String label() {
		return this.label;
	}

}
