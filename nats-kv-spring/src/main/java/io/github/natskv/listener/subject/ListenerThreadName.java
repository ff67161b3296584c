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

package io.github.natskv.listener.subject;

/**
 * The name of a listener, given to a thread that is jnats' and goes back to its pool.
 */
final class ListenerThreadName {

	private final Thread thread;

	private final String original;

	private final String given;

	private ListenerThreadName(Thread thread, String given) {
		this.thread = thread;
		this.original = thread.getName();
		this.given = given;
		thread.setName(given);
	}

	static String of(String listenerId) {
		return "nats-" + listenerId;
	}

	// Names the calling thread.
	static ListenerThreadName give(String listenerId) {
		return new ListenerThreadName(Thread.currentThread(), of(listenerId));
	}

	void takeBack() {
		if (this.thread.getName().equals(this.given)) {
			this.thread.setName(this.original);
		}
	}

}
