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

/**
 * A handler of messages in a process of its own.
 */
public enum Contestant {

	RAW("raw jnats", "raw-jnats", "io.github.natskv.benchmarks.RawConsumer"),

	RAW_AGAIN("raw jnats again", "raw-again", "io.github.natskv.benchmarks.RawConsumer"),

	RAW_DEFAULTS("raw jnats, its default options", RawConsumer.DEFAULTS, "io.github.natskv.benchmarks.RawConsumer"),

	NATS_KV("this project", SpringConsumer.NAME, "io.github.natskv.benchmarks.SpringConsumer"),

	NATS_KV_METRICS("this project, metrics on", MeteredConsumer.NAME, "io.github.natskv.benchmarks.MeteredConsumer"),

	MICRONAUT("micronaut-nats 4.9.0", "micronaut", "io.github.natskv.benchmarks.micronaut.MicronautConsumer");

	private final String label;

	/** Equally long, as each byte of a subject costs something. */
	private final String subject;

	private final String mainClass;

	Contestant(String label, String subject, String mainClass) {
		this.label = label;
		this.subject = subject;
		this.mainClass = mainClass;
	}

	String label() {
		return this.label;
	}

	public String subject() {
		return this.subject;
	}

	boolean handles(Payload payload) {
		return this != MICRONAUT || payload != Payload.JSON_16;
	}

	String mainClass() {
		return this.mainClass;
	}

}
