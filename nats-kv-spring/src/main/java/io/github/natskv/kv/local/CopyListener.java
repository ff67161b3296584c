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

package io.github.natskv.kv.local;

/**
 * Told of what happens to a copy, in the thread of its watch.
 */
public interface CopyListener {

	/**
	 * A key was written or deleted, and is held as it is now.
	 * @param key the key on the server
	 */
	void changed(String key);

	/** Everything the bucket had is held, at the beginning and after an outage. */
	void caughtUp();

	/**
	 * The copy is out of touch with its bucket, or still is.
	 * @param cause why
	 */
	void outOfTouch(Throwable cause);

}
