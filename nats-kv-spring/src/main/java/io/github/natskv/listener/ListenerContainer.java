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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.nats.client.Connection;
import io.nats.client.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one listener.
 */
public interface ListenerContainer {

	String id();

	// Where the listener is declared, for messages.
	String description();

	Connection connection();

	void start();

	// Takes nothing new and finishes what was received; the result is whether all of it
	// was finished in time.
	CompletableFuture<Boolean> stop(Duration timeout);

	// As stop, without ceasing to run.
	CompletableFuture<Boolean> pause(Duration timeout);

	void resume();

	ListenerStatus status();

	boolean isRunning();

	boolean isPaused();

	// Whether the calling thread runs this listener's handler, and so cannot wait for its
	// end.
	boolean isHandlerThread();

	// Completes when what there was at the last start has been handled, or when the
	// listener is stopped.
	default CompletableFuture<@Nullable Void> caughtUp() {
		return CompletableFuture.completedFuture(null);
	}

	// What a listener that has not caught up is waiting for.
	default String progress() {
		return "";
	}

	// How many messages wait to be handled.
	default long pendingMessages() {
		return status().pending();
	}

	// How many messages were dropped since the application started, because too many
	// waited already.
	default long droppedMessages() {
		return 0;
	}

	default boolean receivesBy(Consumer consumer) {
		return false;
	}

}
