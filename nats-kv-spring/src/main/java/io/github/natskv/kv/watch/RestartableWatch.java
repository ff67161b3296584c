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

package io.github.natskv.kv.watch;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.natskv.kv.WatchStatus;
import org.jspecify.annotations.Nullable;

/**
 * A watch for a listener: it opens in the background, waits for the server and the bucket
 * where they are missing, and goes on from where it was stopped. It keeps in memory which
 * keys it has delivered, also while it is stopped, so that deletions are found out.
 *
 * @since 0.1.0
 */
public interface RestartableWatch {

	/** Return the server's name of the bucket. */
	String bucket();

	/** Start, or go on from where the watch was stopped. Returns at once. */
	void start();

	/**
	 * Stop. No further change is handed out, the one that is being handled may finish;
	 * after the timeout its handler is interrupted. Returns at once.
	 * @param timeout how long the handler may take
	 * @return whether it has finished in time, when that is known
	 */
	CompletableFuture<Boolean> drain(Duration timeout);

	/**
	 * Return why the watch could not be opened, or lost touch, the last time.
	 * @return the failure, {@code null} if there was none
	 */
	@Nullable Throwable lastError();

	/** Return the state of the watch. Does not talk to the server. */
	WatchStatus status();

}
