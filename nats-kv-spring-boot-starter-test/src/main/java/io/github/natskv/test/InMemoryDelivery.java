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

import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of a published message: the handling of it, and of what its handlers
 * publish.
 */
final class InMemoryDelivery {

	private static final Log logger = LogFactory.getLog(InMemoryDelivery.class);

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	/** That whose message the current thread handles. */
	private static final ThreadLocal<@Nullable InMemoryDelivery> current = new ThreadLocal<>();

	/** Has a party for each message that is not handled, and one for who waits. */
	private final Phaser unhandled = new Phaser(1);

	static InMemoryDelivery currentOrNew() {
		InMemoryDelivery delivery = current.get();
		return (delivery != null) ? delivery : new InMemoryDelivery();
	}

	void begin() {
		this.unhandled.register();
	}

	void end() {
		this.unhandled.arriveAndDeregister();
	}

	// Handle a message.
	void handle(Runnable handling) {
		current.set(this);
		try {
			handling.run();
		}
		finally {
			current.remove();
			end();
		}
	}

	// Wait until everything has been handled. Does not wait in a handler, nor longer than
	// 10 seconds.
	void await() {
		if (current.get() == this) {
			return;
		}
		try {
			this.unhandled.awaitAdvanceInterruptibly(this.unhandled.arrive(), PATIENCE.toMillis(),
					TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			logger.warn("A published message has not been handled within " + PATIENCE.toSeconds() + " s");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
