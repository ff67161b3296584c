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

package io.github.natskv.listener.stream;

/**
 * Counts how many messages were asked for, and how many were received and are not settled
 * yet, which together are never more than the window.
 */
final class PullWindow {

	private final int size;

	private volatile int requested;

	private volatile int held;

	PullWindow(int size) {
		this.size = size;
	}

	int size() {
		return this.size;
	}

	// how many to ask for when so many would do
	int request(int least, int most) {
		return (free(most) < Math.max(1, least)) ? 0 : take(least, most);
	}

	private synchronized int take(int least, int most) {
		int free = free(most);
		if (free < Math.max(1, least)) {
			return 0;
		}
		this.requested += free;
		return free;
	}

	private int free(int most) {
		return Math.min(this.size - this.requested - this.held, most);
	}

	int requested() {
		return this.requested;
	}

	int held() {
		return this.held;
	}

	synchronized void received() {
		this.requested = Math.max(0, this.requested - 1);
		this.held++;
	}

	// of what was asked for, so many will not come
	synchronized void ended(int messages) {
		this.requested = Math.max(0, this.requested - messages);
	}

	synchronized void endedAll() {
		this.requested = 0;
	}

	synchronized void released() {
		this.held--;
	}

	synchronized void heldAgain() {
		this.held++;
	}

}
