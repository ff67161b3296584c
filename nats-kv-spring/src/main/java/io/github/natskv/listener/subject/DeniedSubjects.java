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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import io.github.natskv.core.connection.ConnectionFlush;
import io.github.natskv.core.connection.PermissionViolations;
import io.github.natskv.core.connection.PermissionViolations.Denial;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The subjects of a listener that the server does not let it subscribe. They are
 * subscribed again, with a back-off, until the server accepts that.
 */
final class DeniedSubjects implements PermissionViolations.Subscriber {

	private static final Log logger = LogFactory.getLog(DeniedSubjects.class);

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

	/**
	 * The server says nothing about a subscription that it accepts. How long what it says
	 * about another may take within this process.
	 */
	private static final Duration ACCEPTED_AFTER = Duration.ofSeconds(1);

	private final ListenerEndpoint endpoint;

	private final Predicate<SubjectPattern> renewal;

	private final @Nullable PermissionViolations violations;

	/** The subjects, each with the number of times it was denied. */
	private final Map<String, Integer> denied = new TreeMap<>();

	private boolean closed;

	/**
	 * Create the subjects, of which none is denied.
	 * @param renewal subscribes again, or returns {@code false} where it is too early.
	 * Called on a thread of the common pool
	 */
	DeniedSubjects(ListenerEndpoint endpoint, Predicate<SubjectPattern> renewal) {
		this.endpoint = endpoint;
		this.renewal = renewal;
		this.violations = PermissionViolations.of(endpoint.connection());
	}

	void open() {
		if (this.violations != null) {
			this.violations.add(this);
		}
	}

	void close() {
		if (this.violations != null) {
			this.violations.remove(this);
		}
		synchronized (this) {
			this.closed = true;
			this.denied.clear();
		}
	}

	synchronized List<String> subjects() {
		return List.copyOf(this.denied.keySet());
	}

	@Override
	public synchronized boolean denied(Denial denial) {
		boolean concerned = false;
		for (SubjectPattern subject : this.endpoint.subjects()) {
			if (!this.closed && denial.concerns(subject.subject(), this.endpoint.queue())) {
				concerned = true;
				if (this.denied.merge(subject.subject(), 1, Integer::sum) == 1) {
					logger.warn(("NATS permission missing: %s. Listener '%s' receives nothing on that subject until"
							+ " then; it subscribes again by itself")
						.formatted(denial.violation().describe(), this.endpoint.id()));
					after(FIRST_PAUSE, () -> renew(subject, FIRST_PAUSE));
				}
			}
		}
		return concerned;
	}

	private void renew(SubjectPattern subject, Duration pause) {
		int before = count(subject);
		if (before == 0) {
			return;
		}
		if (this.endpoint.connection().getStatus() != Connection.Status.CONNECTED) {
			after(pause, () -> renew(subject, pause));
			return;
		}
		if (isAsked(subject)) {
			after(ACCEPTED_AFTER, () -> check(subject, before, pause));
		}
		else {
			after(pause, () -> renew(subject, pause));
		}
	}

	// what the server has against it, it has said before it answers the flush
	private boolean isAsked(SubjectPattern subject) {
		try {
			return this.renewal.test(subject) && ConnectionFlush.flush(this.endpoint.connection());
		}
		catch (IllegalStateException ex) {
			logger.debug(
					"Listener '%s' could not subscribe '%s' again".formatted(this.endpoint.id(), subject.subject()),
					ex);
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private synchronized void check(SubjectPattern subject, int before, Duration pause) {
		int now = count(subject);
		if (now == 0) {
			return;
		}
		if (now == before && this.endpoint.connection().getStatus() == Connection.Status.CONNECTED) {
			this.denied.remove(subject.subject());
			logger.info("Listener '%s' is subscribed to '%s' again".formatted(this.endpoint.id(), subject.subject()));
			return;
		}
		Duration next = (pause.multipliedBy(2).compareTo(MAX_PAUSE) < 0) ? pause.multipliedBy(2) : MAX_PAUSE;
		after(next, () -> renew(subject, next));
	}

	private synchronized int count(SubjectPattern subject) {
		return this.denied.getOrDefault(subject.subject(), 0);
	}

	private static void after(Duration pause, Runnable task) {
		Executor delayed = CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS);
		delayed.execute(task);
	}

}
