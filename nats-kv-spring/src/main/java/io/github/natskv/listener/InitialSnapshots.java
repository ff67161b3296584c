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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.nats.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Waits at start-up until listeners have handled what there was.
 */
final class InitialSnapshots {

	private static final Log logger = LogFactory.getLog(InitialSnapshots.class);

	private InitialSnapshots() {
	}

	/**
	 * Wait, but not for listeners without a connection.
	 * @param containers the listeners, started
	 * @param timeout how long to wait for all of them
	 * @return completes when all of them have handled what there was
	 */
	static CompletableFuture<Void> await(List<ListenerContainer> containers, Duration timeout) {
		List<ListenerContainer> connected = containers.stream()
			.filter((container) -> container.connection().getStatus() == Connection.Status.CONNECTED)
			.toList();
		try {
			// without a time limit of its own, so that closing the context interrupts it
			all(connected).orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).get();
		}
		catch (ExecutionException ex) {
			// reported below
		}
		catch (InterruptedException ex) {
			// whoever interrupts the start ends it
			Thread.currentThread().interrupt();
			return all(containers);
		}
		List<ListenerContainer> late = containers.stream()
			.filter((container) -> !container.caughtUp().isDone())
			.toList();
		if (!late.isEmpty()) {
			logger.warn(("These listeners have not handled the initial values of their buckets%s: %s. Start-up goes on,"
					+ " the application reports that it is not ready until they have")
				.formatted(
						connected.isEmpty() ? ", there is no connection"
								: " within " + timeout.toMillis() + " ms (nats.listener.snapshot-timeout)",
						describe(late)));
		}
		return all(late);
	}

	private static CompletableFuture<Void> all(List<ListenerContainer> containers) {
		return CompletableFuture
			.allOf(containers.stream().map(ListenerContainer::caughtUp).toArray(CompletableFuture[]::new));
	}

	private static String describe(List<ListenerContainer> containers) {
		return containers.stream()
			.map((container) -> "'" + container.id() + "' (" + container.progress() + ")")
			.collect(Collectors.joining(", "));
	}

}
