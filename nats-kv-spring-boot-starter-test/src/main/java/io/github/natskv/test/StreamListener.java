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

package io.github.natskv.test;

/**
 * Told what happens to a stream, in the order in which it happens, by whichever thread
 * does it. Must not block.
 */
interface StreamListener {

	/**
	 * A message was stored.
	 * @param message the message
	 */
	void stored(StoredMessage message);

	/**
	 * The last value of a key is gone and has left no marker.
	 * @param key the key as it is on the server
	 */
	void vanished(String key);

	/**
	 * Nothing will happen to the stream any more.
	 */
	void closed();

}
