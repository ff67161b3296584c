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

package io.github.natskv.kv.jetstream;

import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One of many writes, each of which has an outcome of its own.
 */
public interface BulkWrite {

	/**
	 * Return the key to write.
	 * @return the key on the server
	 */
	String key();

	/** Return what is written besides the value. */
	@Nullable Headers headers();

	/** Return what is written. */
	byte @Nullable [] value();

	/** Told that it was written, in the thread that writes. */
	void written(long revision);

	/**
	 * Told that it was not written, or that the outcome is unknown, in the thread that
	 * writes.
	 * @param failure what writing it alone would have thrown
	 */
	void failed(RuntimeException failure);

}
