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

package io.github.natskv.connection;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.github.natskv.core.NatsNotConnectedException;
import io.github.natskv.core.connection.UserInfo;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.NUID;
import io.nats.client.Options;
import io.nats.client.api.ServerInfo;
import io.nats.client.impl.NatsStatistics;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is there at once and is made in the background: until a server is
 * found, what needs one fails at once. jnats' own way blocks the caller meanwhile.
 */
public final class DeferredConnection implements InvocationHandler {

	private static final Log logger = LogFactory.getLog(DeferredConnection.class);

	private static final Duration MIN_PAUSE = Duration.ofMillis(10);

	private static final Duration INTERRUPT_INTERVAL = Duration.ofMillis(200);

	private final ConnectionName name;

	private final Options options;

	private final ConnectionFailures failures;

	private final String servers;

	private final Connection proxy;

	private final CopyOnWriteArrayList<ConnectionListener> listeners = new CopyOnWriteArrayList<>();

	private final Thread connector;

	private final CompletableFuture<Boolean> firstAttempt = new CompletableFuture<>();

	private final CountDownLatch closing = new CountDownLatch(1);

	private final Object monitor = new Object();

	private volatile @Nullable Connection delegate;

	private volatile @Nullable String lastError;

	private volatile boolean closed;

	private boolean attempting;

	private Set<String> reported = Set.of();

	private DeferredConnection(ConnectionName name, Options options, ConnectionFailures failures) {
		this.name = name;
		this.options = options;
		this.failures = failures;
		this.servers = options.getServers()
			.stream()
			.map(URI::toString)
			.map(UserInfo::mask)
			.collect(Collectors.joining(", "));
		this.proxy = (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, this);
		// no daemon, like those of jnats: it keeps an application alive that only listens
		this.connector = new Thread(this::connect, "nats-connector");
	}

	// Waits for the first attempt, but for no longer than the connection timeout: where
	// there is a server, the connection is there when this returns.
	public static Connection open(ConnectionName name, Options options, ConnectionFailures failures)
			throws InterruptedException {
		DeferredConnection connection = new DeferredConnection(name, options, failures);
		connection.connector.start();
		try {
			// without a time limit of its own, so that closing the context interrupts it
			if (!connection.firstAttempt.copy()
				.completeOnTimeout(false, options.getConnectionTimeout().toNanos(), TimeUnit.NANOSECONDS)
				.get()) {
				logger.debug("No NATS server answers yet, going on without");
			}
		}
		catch (InterruptedException ex) {
			connection.close();
			throw ex;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
		return connection.proxy;
	}

	// Never connects.
	public static Connection unopened(ConnectionName name, Options options, ConnectionFailures failures) {
		return new DeferredConnection(name, options, failures).proxy;
	}

	public static boolean isDeferred(Connection connection) {
		return Proxy.isProxyClass(connection.getClass())
				&& Proxy.getInvocationHandler(connection) instanceof DeferredConnection;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		Object first = (arguments != null && arguments.length > 0) ? arguments[0] : null;
		switch (method.getName()) {
			case "equals":
				return proxy == first;
			case "hashCode":
				return System.identityHashCode(proxy);
			case "toString":
				return "Connection to " + this.servers + " (" + this.proxy.getStatus() + ")";
			case "getOptions":
				return this.options;
			case "addConnectionListener":
				this.listeners.addIfAbsent((ConnectionListener) Objects.requireNonNull(first));
				return null;
			case "removeConnectionListener":
				this.listeners.remove(first);
				return null;
			case "close":
				close();
				return null;
			default:
				Connection connected = this.delegate;
				return (connected != null) ? call(connected, method, arguments) : unconnected(method.getName());
		}
	}

	private static @Nullable Object call(Connection connected, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		try {
			return method.invoke(connected, arguments);
		}
		catch (InvocationTargetException ex) {
			throw Objects.requireNonNullElse(ex.getCause(), ex);
		}
	}

	private @Nullable Object unconnected(String method) {
		return switch (method) {
			case "getStatus" -> this.closed ? Connection.Status.CLOSED : Connection.Status.CONNECTING;
			case "getServers" -> this.options.getServers().stream().map(URI::toString).toList();
			case "getServerInfo" -> ServerInfo.EMPTY_INFO;
			case "getConnectedUrl" -> null;
			case "getLastError" -> this.lastError;
			case "clearLastError" -> {
				this.lastError = null;
				yield null;
			}
			case "getStatistics" -> new NatsStatistics();
			case "getMaxPayload" -> -1L;
			case "outgoingPendingMessageCount", "outgoingPendingBytes" -> 0L;
			case "createInbox" -> this.options.getInboxPrefix() + NUID.nextGlobal();
			default -> throw notConnected();
		};
	}

	private NatsNotConnectedException notConnected() {
		if (this.closed) {
			return new NatsNotConnectedException(
					"The connection was closed before a NATS server was found (%s)".formatted(this.servers), null);
		}
		String reason = this.lastError;
		return new NatsNotConnectedException("Not connected to a NATS server yet (%s)%s; connecting in the background"
			.formatted(this.servers, (reason != null) ? ": " + reason : ""), null);
	}

	private void connect() {
		while (!this.closed) {
			DeferredConnectionAttempt attempt = new DeferredConnectionAttempt(this.options, this.failures, this.proxy,
					this::tell);
			try {
				Connection connected = attempt(attempt);
				if (connected != null) {
					attempt.announce();
				}
				return;
			}
			catch (IOException | InterruptedException | RuntimeException ex) {
				failed(ex);
			}
			finally {
				attempt.end();
				this.firstAttempt.complete(true);
			}
			pause();
		}
	}

	// logs no exception, as those of jnats quote users and passwords
	private void failed(Exception exception) {
		if (this.closed) {
			return;
		}
		try {
			report(NatsConnectionFailedException.of(this.name, this.options, exception, this.failures.collect()));
		}
		catch (InterruptedException ex) {
			logger.debug("Not waiting for what went wrong", ex);
		}
	}

	private void report(NatsConnectionFailedException failure) {
		this.lastError = String.join("; ", failure.getReasons());
		this.failures.errorOccurred();
		// in any order, as servers are tried in any
		Set<String> reasons = Set.copyOf(failure.getReasons());
		if (!reasons.equals(this.reported) && !this.closed) {
			this.reported = reasons;
			logger.warn("%sNo connection to NATS at %s yet: %s. %s ".formatted(this.name.logPrefix(), this.servers,
					this.lastError, String.join(" ", failure.getActions()))
					+ "Trying again in the background; until it is there nothing is received, and what is sent fails");
		}
	}

	// null: closed meanwhile
	private @Nullable Connection attempt(DeferredConnectionAttempt attempt) throws IOException, InterruptedException {
		synchronized (this.monitor) {
			this.attempting = !this.closed;
			if (this.closed) {
				return null;
			}
		}
		Connection connected = null;
		try {
			connected = attempt.connect();
		}
		finally {
			connected = attempted(connected);
		}
		return connected;
	}

	private @Nullable Connection attempted(@Nullable Connection connected) throws InterruptedException {
		synchronized (this.monitor) {
			this.attempting = false;
			// an interrupt was meant for the attempt
			Thread.interrupted();
			if (!this.closed) {
				this.delegate = connected;
				return connected;
			}
		}
		if (connected != null) {
			connected.close();
		}
		return null;
	}

	private void pause() {
		Duration jitter = this.options.getReconnectJitter();
		long millis = this.options.getReconnectWait().toMillis()
				+ ThreadLocalRandom.current().nextLong(jitter.toMillis() + 1);
		try {
			if (this.closing.await(Math.max(MIN_PAUSE.toMillis(), millis), TimeUnit.MILLISECONDS)) {
				logger.debug("Not connecting any more");
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Not waiting to connect again", ex);
		}
	}

	private void close() throws InterruptedException {
		Connection connected;
		boolean open;
		synchronized (this.monitor) {
			open = !this.closed;
			this.closed = true;
			connected = this.delegate;
			this.closing.countDown();
		}
		if (connected != null) {
			connected.close();
		}
		else if (open) {
			tell(Events.CLOSED, System.currentTimeMillis(), "");
		}
		awaitConnector();
	}

	// jnats goes from one server to the next, so one interrupt may not do; it ends by
	// itself where it cannot be interrupted
	private void awaitConnector() throws InterruptedException {
		long end = System.nanoTime() + this.options.getConnectionTimeout().toNanos();
		while (this.connector.isAlive() && this.connector != Thread.currentThread() && System.nanoTime() < end) {
			synchronized (this.monitor) {
				if (this.attempting) {
					this.connector.interrupt();
				}
			}
			this.connector.join(INTERRUPT_INTERVAL.toMillis());
		}
	}

	// The listeners of the options are last, so that buckets and listeners are there when
	// the application is told.
	private void tell(Events event, Long time, String uri) {
		this.listeners.forEach((listener) -> tell(listener, event, time, uri));
		ConnectionListener configured = this.options.getConnectionListener();
		if (configured != null) {
			tell(configured, event, time, uri);
		}
	}

	private void tell(ConnectionListener listener, Events event, Long time, String uri) {
		try {
			listener.connectionEvent(this.proxy, event, time, uri);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener of the NATS connection failed on '%s'".formatted(event), ex);
		}
	}

}
