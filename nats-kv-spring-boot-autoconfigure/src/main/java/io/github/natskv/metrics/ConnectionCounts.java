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

package io.github.natskv.metrics;

/**
 * Counts what a connection reports and jnats does not count: by its error listener, if
 * that is the one of the auto-configuration.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @since 0.1.0
 */
public interface ConnectionCounts {

	/**
	 * Return how many servers have said that they are about to stop.
	 * @return the number of notices
	 */
	long lameDuckNotices();

	/**
	 * Return how many outgoing messages were discarded because too many were waiting to
	 * be sent already.
	 * @return the number of messages
	 */
	long discardedMessages();

}
