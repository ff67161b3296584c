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

package io.github.natskv.kv;

import java.time.Duration;

/**
 * The status of the local copy of a bucket. Implemented by this library only; methods may
 * be added.
 *
 * @since 0.1.0
 */
public interface LocalCopyStatus {

	/**
	 * Return how many keys with a value are held.
	 * @return the number of entries
	 */
	long entries();

	/**
	 * Return the size of keys and values that are held.
	 * @return the number of bytes, without what objects take around them
	 */
	long bytes();

	/**
	 * Return for how long the copy has been out of touch with its bucket. Silence is
	 * noticed within two seconds, which are counted.
	 * @return the time since the last contact, zero while it is in touch
	 */
	Duration age();

	/**
	 * Whether all keys that match the filters of the copy are held, so that a key that is
	 * not held does not exist.
	 * @return {@code false} before the first snapshot, and while entries are left out
	 * because of {@code max-entries}
	 */
	boolean complete();

	/**
	 * Return how many reads were answered from memory.
	 * @return the number of reads
	 */
	long hits();

	/**
	 * Return how many reads asked the server.
	 * @return the number of reads
	 */
	long misses();

	/**
	 * Return how many entries were not held because of {@code max-entries}.
	 * @return the number of entries
	 */
	long evictions();

}
