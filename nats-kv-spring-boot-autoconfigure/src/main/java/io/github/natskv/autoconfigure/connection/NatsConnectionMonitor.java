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
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.natskv.connection.ConnectionFailure;
import io.github.natskv.connection.ConnectionFailures;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.connection.ConnectionProblem;
import io.github.natskv.connection.DeferredConnection;
import io.github.natskv.core.NatsConnectionEvent;
import io.github.natskv.core.NatsConnectionEvent.Kind;
import io.github.natskv.core.NatsDiscardedMessageEvent;
import io.github.natskv.core.NatsSlowConsumerEvent;
import io.github.natskv.core.connection.PermissionViolations;
import io.github.natskv.core.connection.ReconnectProblem;
import io.github.natskv.core.connection.UserInfo;
import io.github.natskv.listener.DefaultNatsListenerRegistry;
import io.github.natskv.metrics.ConnectionCounts;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.Subscription;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Logs what happens to the connection, and makes events of it. All is called on one
 * thread.
 */
class NatsConnectionMonitor implements ConnectionListener, ErrorListener, ConnectionFailures.Source, ConnectionCounts,
		ReconnectProblem, PermissionViolations.Source {

	private static final Log logger = LogFactory.getLog(NatsConnectionMonitor.class);

	private static final Pattern SUBSCRIPTION = Pattern.compile("\\b(?:UN)?SUB [^\\r\\n]*");

	private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(10);

	private static final String READ_AGAIN = " Files and connection details are read again each time; a password or token"
			+ " that was changed elsewhere needs a restart of the application";

	private final ConnectionName name;

	private final NatsEventPublisher events;

	private final ObjectProvider<DefaultNatsListenerRegistry> listeners;

	private final ConnectionFailures failures = new ConnectionFailures();

	private final PermissionViolations violations = new PermissionViolations();

	private final ReplyInboxRecovery inbox;

	private final Map<Object, Long> reported = new WeakHashMap<>();

	private final AtomicLong lameDucks = new AtomicLong();

	private final AtomicLong discarded = new AtomicLong();

	private boolean connected;

	private boolean everConnected;

	private @Nullable IOException cause;

	private volatile boolean closing;

	NatsConnectionMonitor(ConnectionName name, NatsEventPublisher events,
			ObjectProvider<DefaultNatsListenerRegistry> listeners) {
		this.name = name;
		this.events = events;
		this.listeners = listeners;
		this.inbox = new ReplyInboxRecovery(name, this.violations);
		this.violations.add(this.inbox);
	}

	@Override
	public PermissionViolations permissionViolations() {
		return this.violations;
	}

	@Override
	public ConnectionFailures failures() {
		return this.failures;
	}

	@Override
	public @Nullable String reconnectProblem() {
		String problem = this.failures.describe();
		return (problem != null) ? this.name.named(problem) : null;
	}

	@Override
	public long lameDuckNotices() {
		return this.lameDucks.get();
	}

	@Override
	public long discardedMessages() {
		return this.discarded.get();
	}

	// The connection is about to be closed on purpose.
	void closing() {
		this.closing = true;
		this.inbox.close();
	}

	@Override
	public void connectionEvent(Connection connection, Events event, Long time, String uriDetails) {
		switch (event) {
			case CONNECTED, RECONNECTED ->
				connected(connection, (event == Events.CONNECTED) ? Kind.CONNECTED : Kind.RECONNECTED);
			case DISCONNECTED -> disconnected(connection);
			case LAME_DUCK -> {
				this.lameDucks.incrementAndGet();
				warn(("NATS server at %s is about to stop (lame duck mode). The connection stays until the server closes"
						+ " it, and is re-established then, to another server where there is one")
					.formatted(url(connection)));
				publish(connection, Kind.LAME_DUCK, null);
			}
			case CLOSED -> closed(connection);
			default -> logger.debug("NATS connection: " + event);
		}
	}

	private void connected(Connection connection, Kind kind) {
		this.connected = true;
		this.everConnected = true;
		this.failures.succeeded();
		this.inbox.connected(connection);
		logger.info(this.name.logPrefix() + "%s to NATS server %s at %s"
			.formatted((kind == Kind.CONNECTED) ? "Connected" : "Reconnected", server(connection), url(connection)));
		publish(connection, kind, null);
	}

	// jnats reports each failed attempt to connect again, too
	private void disconnected(Connection connection) {
		this.violations.reset();
		if (this.connected && !this.closing) {
			String reason = (this.cause != null) ? this.cause.getMessage() : null;
			warn("Connection to NATS lost" + ((reason != null) ? " (" + reason + ")" : "")
					+ "; reconnecting until it is back. Until then nothing is received, and what is sent fails");
			publish(connection, Kind.DISCONNECTED, reason);
		}
		this.connected = false;
	}

	private void closed(Connection connection) {
		this.failures.closed();
		// jnats closes after a first attempt that failed, too
		if (this.closing || !(this.everConnected || DeferredConnection.isDeferred(connection))) {
			logger.debug("Connection to NATS closed");
			return;
		}
		String reason = reasonOfClosing(connection);
		logger.error("%sConnection to NATS closed for good, %s. The application needs a restart to be connected"
			.formatted(this.name.logPrefix(), reason));
		publish(connection, Kind.CLOSED, reason);
	}

	private String reasonOfClosing(Connection connection) {
		ConnectionFailure last = this.everConnected ? this.failures.last() : null;
		return "after %s=%d attempts to connect again%s or because it was closed by hand".formatted(
				this.name.property("max-reconnects"), connection.getOptions().getMaxReconnect(),
				(last != null) ? " (the last one failed, as %s)".formatted(last.describe()) : "");
	}

	private void publish(Connection connection, Kind kind, @Nullable String reason) {
		// jnats may still name the server it has just lost
		boolean connected = kind != Kind.DISCONNECTED && kind != Kind.CLOSED;
		this.events.publish(new NatsConnectionEvent(connection, this.name.label(), kind,
				connected ? url(connection) : null, reason));
	}

	@Override
	@Deprecated
	public void connectionEvent(Connection connection, Events event) {
		// the other form is called instead
	}

	@Override
	public void errorOccurred(Connection connection, String error) {
		this.failures.errorOccurred();
		if (!this.connected) {
			this.failures.serverError(error);
		}
		PermissionViolations.Report report = this.violations.report(connection, error);
		if (report == null) {
			warn("NATS server reported: " + error);
		}
		else if (report.due()) {
			warn("NATS permission missing: " + report.violation().describe());
		}
		else {
			logger.debug("NATS server reported: " + error);
		}
	}

	@Override
	public void exceptionOccurred(Connection connection, Exception exception) {
		if (!this.connected) {
			this.failures.failed(exception, connection.getOptions());
			warnOfLastingProblem();
		}
		if (exception instanceof IOException ioException) {
			// the connection breaks, which is reported next
			this.cause = ioException;
			logger.debug("NATS connection: " + exception, exception);
		}
		else if (connection.getStatus() == Connection.Status.CONNECTED) {
			warn("NATS connection: " + exception);
			logger.debug("NATS connection", exception);
		}
		else {
			logger.debug("NATS connection: " + exception, exception);
		}
	}

	// Somebody has to do something about it, while other failures end with the outage
	private void warnOfLastingProblem() {
		ConnectionFailure last = this.failures.last();
		if (this.everConnected && last != null && last.problem().isLasting() && isDue(last.problem())) {
			warn("Not connected again to NATS server at %s: %s. Trying again. %s".formatted(last.address(),
					this.name.named(last.describe()), this.name.named(last.problem().getAction())
							+ ((last.problem() == ConnectionProblem.LOGIN_REFUSED) ? READ_AGAIN : "")));
		}
	}

	@Override
	public void slowConsumerDetected(Connection connection, Consumer consumer) {
		if (!isDue(consumer)) {
			return;
		}
		DefaultNatsListenerRegistry registry = this.listeners.getIfAvailable();
		String id = (registry != null) ? registry.findId(consumer) : null;
		warn(("%s is too slow: %d messages are waiting, %d were dropped so far. Make its handler faster, let it"
				+ " handle more messages at a time (concurrency), or share them out in a queue group")
			.formatted(describe(consumer, id), consumer.getPendingMessageCount(), consumer.getDroppedCount()));
		this.events.publish(new NatsSlowConsumerEvent(connection, this.name.label(), id,
				consumer.getPendingMessageCount(), consumer.getDroppedCount()));
	}

	private static String describe(Consumer consumer, @Nullable String listenerId) {
		if (listenerId != null) {
			return "Listener '" + listenerId + "'";
		}
		return (consumer instanceof Subscription subscription)
				? "The subscription to subject '" + subscription.getSubject() + "'" : "A NATS subscription";
	}

	@Override
	public void messageDiscarded(Connection connection, Message message) {
		if (message.getSubject() == null) {
			protocolDiscarded(message);
			return;
		}
		long total = this.discarded.incrementAndGet();
		if (isDue(connection)) {
			boolean full = connection.getOptions().isDiscardMessagesWhenOutgoingQueueFull();
			warn("Message for subject '%s' was not sent, as %s; %d were discarded so far%s".formatted(
					message.getSubject(),
					full ? "too many are waiting to be sent already" : "the thread that sends it was interrupted",
					total, full ? ". See %s and %s".formatted(this.name.property("max-messages-in-outgoing-queue"),
							this.name.property("discard-messages-when-outgoing-queue-full")) : ""));
			this.events
				.publish(new NatsDiscardedMessageEvent(connection, this.name.label(), message.getSubject(), total));
		}
	}

	// What jnats tells the server on its own is never too much, but an interrupt ends it
	private void protocolDiscarded(Message message) {
		Matcher subscription = SUBSCRIPTION.matcher(message.toString());
		String operation = subscription.find() ? subscription.group() : "a protocol message";
		if (this.closing) {
			logger.debug("Not sent while closing: " + operation);
			return;
		}
		warn(("Not sent to the NATS server, as the thread was interrupted: %s. A subscription that was not sent"
				+ " receives nothing until the next reconnect")
			.formatted(operation));
	}

	@Override
	public void socketWriteTimeout(Connection connection) {
		warn("Writing to the NATS server took longer than %s; reconnecting"
			.formatted(this.name.property("socket-write-timeout")));
	}

	private void warn(String message) {
		logger.warn(this.name.logPrefix() + message);
	}

	private boolean isDue(Object source) {
		long now = System.nanoTime();
		Long last = this.reported.get(source);
		if (last != null && now - last < REPEAT_NANOS) {
			return false;
		}
		this.reported.put(source, now);
		return true;
	}

	private static String server(Connection connection) {
		return connection.getServerInfo().getVersion();
	}

	private static @Nullable String url(Connection connection) {
		String url = connection.getConnectedUrl();
		return (url != null) ? UserInfo.mask(url) : null;
	}

}
