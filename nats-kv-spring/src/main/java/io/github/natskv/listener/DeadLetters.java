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

package io.github.natskv.listener;

import java.util.List;
import java.util.Set;

/**
 * The dead letters of {@code @JetStreamListener} methods: to look at them, and to send
 * them back. An unknown id is an {@link IllegalArgumentException}.
 *
 * @since 0.1.0
 */
public interface DeadLetters {

	/**
	 * Return the listeners that have a subject for dead letters.
	 * @return the ids
	 */
	Set<String> listenerIds();

	/**
	 * Return the oldest dead letters of a listener, 100 at most.
	 * @param listenerId the id of the listener
	 * @return the dead letters, the oldest first
	 */
	default List<DeadLetter> list(String listenerId) {
		return list(listenerId, 100);
	}

	/**
	 * Return the oldest dead letters of a listener.
	 * @param listenerId the id of the listener
	 * @param limit how many at most
	 * @return the dead letters, the oldest first; none where no stream has the subject
	 */
	List<DeadLetter> list(String listenerId, int limit);

	/**
	 * Send a dead letter back to the subject it comes from, and remove it from the dead
	 * letters once a stream has stored it. All consumers of that subject get it.
	 * @param listenerId the id of the listener
	 * @param sequence the sequence in the stream of the dead letters
	 * @return whether there was such a dead letter
	 */
	boolean sendBack(String listenerId, long sequence);

	/**
	 * Send all dead letters of a listener back that there are.
	 * @param listenerId the id of the listener
	 * @return how many
	 */
	default int sendBackAll(String listenerId) {
		int count = 0;
		for (DeadLetter letter : list(listenerId, Integer.MAX_VALUE)) {
			count += sendBack(listenerId, letter.sequence()) ? 1 : 0;
		}
		return count;
	}

}
