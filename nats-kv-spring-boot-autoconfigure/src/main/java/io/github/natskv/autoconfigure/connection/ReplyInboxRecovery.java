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

package io.github.natskv.autoconfigure.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

import io.github.natskv.connection.ConnectionName;
import io.github.natskv.core.connection.ConnectionFlush;
import io.github.natskv.core.connection.PermissionViolations;
import io.github.natskv.core.connection.PermissionViolations.Denial;
import io.nats.client.Connection;
import io.nats.client.Subscription;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reconnects once the server allows an inbox again that it has denied. jnats subscribes
 * its inbox for replies once for each connection, so without it all requests time out
 * until the next reconnect. Another inbox is tried first, because reconnecting is of no
 * use while inboxes are denied.
 */
final class ReplyInboxRecovery implements PermissionViolations.Subscriber {

	private static final Log logger = LogFactory.getLog(ReplyInboxRecovery.class);

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

	/** The server says nothing about a subscription that it accepts. */
	private static final Duration ACCEPTED_AFTER = Duration.ofSeconds(1);

	private static final Pattern INBOX = Pattern.compile("[A-Za-z0-9]{22}\\.\\*");

	private final ConnectionName name;

	private final PermissionViolations violations;

	private final AtomicBoolean trying = new AtomicBoolean();

	private final CountDownLatch closed = new CountDownLatch(1);

	private volatile @Nullable Connection connection;

	private volatile @Nullable Attempt attempt;

	private volatile long lastReconnect = System.nanoTime() - MAX_PAUSE.toNanos();

	ReplyInboxRecovery(ConnectionName name, PermissionViolations violations) {
		this.name = name;
		this.violations = violations;
	}

	void connected(Connection connection) {
		this.connection = connection;
	}

	void close() {
		this.closed.countDown();
	}

	@Override
	public boolean denied(Denial denial) {
		Connection connection = this.connection;
		String subject = denial.violation().subject();
		if (connection == null || this.closed.getCount() == 0) {
			return false;
		}
		Attempt current = this.attempt;
		if (current != null && current.subject().equals(subject)) {
			current.denied().countDown();
			return true;
		}
		String prefix = connection.getOptions().getInboxPrefix();
		if (subject.startsWith(prefix) && INBOX.matcher(subject.substring(prefix.length())).matches()
				&& this.trying.compareAndSet(false, true)) {
			Thread thread = new Thread(() -> recover(connection), "nats-inbox");
			thread.setDaemon(true);
			thread.start();
		}
		return false;
	}

	private void recover(Connection connection) {
		try {
			if (awaitAllowed(connection)) {
				reconnect(connection);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (IOException | IllegalStateException ex) {
			// whatever ended the connection has its inbox subscribed again
			logger.debug("The inbox of the connection was not subscribed again", ex);
		}
	}

	private boolean awaitAllowed(Connection connection) throws InterruptedException {
		try {
			Duration pause = FIRST_PAUSE;
			while (!this.closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)
					&& connection.getStatus() == Connection.Status.CONNECTED) {
				if (System.nanoTime() - this.lastReconnect >= MAX_PAUSE.toNanos() && isAllowed(connection)) {
					return true;
				}
				pause = (pause.multipliedBy(2).compareTo(MAX_PAUSE) < 0) ? pause.multipliedBy(2) : MAX_PAUSE;
			}
			return false;
		}
		finally {
			this.attempt = null;
			this.trying.set(false);
		}
	}

	private boolean isAllowed(Connection connection) throws InterruptedException {
		Attempt attempt = new Attempt(connection.createInbox() + ".*", new CountDownLatch(1));
		this.attempt = attempt;
		Subscription subscription = connection.subscribe(attempt.subject());
		try {
			// what the server has against it, it has said before it answers the flush
			return ConnectionFlush.flush(connection)
					&& !attempt.denied().await(ACCEPTED_AFTER.toNanos(), TimeUnit.NANOSECONDS)
					&& connection.getStatus() == Connection.Status.CONNECTED;
		}
		finally {
			subscription.unsubscribe();
		}
	}

	private void reconnect(Connection connection) throws IOException, InterruptedException {
		if (this.closed.getCount() == 0) {
			return;
		}
		logger
			.warn(this.name.logPrefix() + "The NATS server allows inboxes again; reconnecting, so that replies arrive");
		this.lastReconnect = System.nanoTime();
		this.violations.reset();
		connection.forceReconnect();
	}

	/**
	 * An inbox that is tried.
	 *
	 * @param subject its subject
	 * @param denied open until the server has denied it
	 */
	private record Attempt(String subject, CountDownLatch denied) {

	}

}
