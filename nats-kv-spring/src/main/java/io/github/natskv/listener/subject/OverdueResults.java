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

package io.github.natskv.listener.subject;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Waits for what keeps a listener from going on, and says so once if that takes long: a
 * result that never comes would leave no other trace. Used by one thread.
 */
final class OverdueResults {

	private static final Log logger = LogFactory.getLog(OverdueResults.class);

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final String listenerId;

	private final int concurrency;

	private final long patienceNanos;

	private boolean reported;

	OverdueResults(ListenerEndpoint endpoint) {
		this(endpoint.id(), endpoint.concurrency(), PATIENCE);
	}

	OverdueResults(String listenerId, int concurrency, Duration patience) {
		this.listenerId = listenerId;
		this.concurrency = concurrency;
		this.patienceNanos = patience.toNanos();
	}

	void await(CompletableFuture<?> result) throws InterruptedException, ExecutionException {
		try {
			result.get(this.patienceNanos, TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			report();
			result.get();
		}
	}

	void await(Semaphore permits) throws InterruptedException {
		if (!permits.tryAcquire(this.patienceNanos, TimeUnit.NANOSECONDS)) {
			report();
			permits.acquire();
		}
	}

	private void report() {
		if (!this.reported) {
			this.reported = true;
			logger.warn(("Listener '%s' has not gone on for %d s, as none of the %d messages it handles at a time is"
					+ " finished. If it returns a CompletableFuture or a Mono, see that it always completes (orTimeout);"
					+ " messages wait until then, and are dropped when too many do")
				.formatted(this.listenerId, TimeUnit.NANOSECONDS.toSeconds(this.patienceNanos), this.concurrency));
		}
	}

}
