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
 * A running watch. Closing it ends the watch and frees what it holds on the server.
 *
 * @since 0.1.0
 */
public interface BucketWatch extends AutoCloseable {

	/**
	 * Wait until the values the bucket had when the watch began have been handled.
	 * @param timeout how long to wait
	 * @return whether they have been handled
	 */
	boolean awaitSnapshot(Duration timeout);

	/**
	 * Call back when the watch begins to close: by {@link #close()}, or because the
	 * application ends. At once if it has begun already.
	 * @param callback called once, by the thread that closes the watch; must not block
	 */
	void onClose(Runnable callback);

	@Override
	void close();

}
