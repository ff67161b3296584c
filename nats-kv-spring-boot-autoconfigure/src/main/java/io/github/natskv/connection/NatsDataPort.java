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
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLSocket;

import io.nats.client.Connection;
import io.nats.client.Options;
import io.nats.client.impl.SocketDataPortWithWriteTimeout;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The socket of one attempt to connect. It remembers what jnats does not report: the
 * address, and an error while reading, where a server tells that it refuses the
 * certificate of the client. It ends a WebSocket handshake that takes longer than the
 * connection timeout, for which jnats waits for ever. It verifies the host names of
 * certificates. It mends headers that jnats cannot read. And it makes a login that is
 * refused while reconnecting a failed attempt like any other: jnats would close the
 * connection after two of them.
 * <p>
 * Public because jnats makes it by its name; not meant for applications.
 *
 * @since 0.1.0
 */
public class NatsDataPort extends SocketDataPortWithWriteTimeout {

	private static final Log logger = LogFactory.getLog(NatsDataPort.class);

	private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(10);

	private static final AtomicLong reported = new AtomicLong();

	private static final Pattern ERROR = Pattern.compile("-ERR '([^']*)'");

	private volatile boolean established;

	private volatile boolean timedOut;

	private volatile boolean encrypting;

	private volatile boolean closing;

	private volatile boolean ended;

	private volatile boolean writing;

	private volatile @Nullable IOException readFailure;

	private volatile @Nullable String refusal;

	private @Nullable VerifiedHost verifiedHost;

	private @Nullable CurrentUser user;

	private boolean greeted;

	private final HeaderGuard guard = new HeaderGuard(super::read, NatsDataPort::report);

	/** Called by jnats. */
	public NatsDataPort() {
	}

	@Override
	public void afterConstruct(Options options) {
		super.afterConstruct(options);
		this.verifiedHost = VerifiedHost.ofNext(options);
		this.user = NamedServerPool.user(options);
		if (options.getErrorListener() instanceof ConnectionFailures.Source source) {
			source.failures().started(this);
		}
		Executor later = CompletableFuture.delayedExecutor(options.getConnectionTimeout().toMillis(),
				TimeUnit.MILLISECONDS);
		later.execute(this::giveUpHandshake);
	}

	private void giveUpHandshake() {
		Socket unfinished = this.socket;
		if (this.established || unfinished == null) {
			return;
		}
		this.timedOut = true;
		try {
			unfinished.close();
		}
		catch (IOException ex) {
			// it ends by itself
		}
	}

	@Override
	public void upgradeToSecure() throws IOException {
		// jnats refuses what follows the greeting unencrypted, but does not see what is
		// held
		if (this.guard.isHolding()) {
			throw new IOException(
					"Unencrypted data after the greeting of the server: somebody may be on the way to it");
		}
		this.encrypting = true;
		VerifiedHost peer = this.verifiedHost;
		Assert.state(peer != null, "Not constructed by jnats");
		SSLSocket encrypted = peer.encrypt(this.socket, this.host, this.port);
		this.socket = encrypted;
		this.in = encrypted.getInputStream();
		this.out = encrypted.getOutputStream();
		this.isSecure = true;
	}

	// Called after the WebSocket handshake
	@Override
	public int read(byte[] destination, int offset, int length) throws IOException {
		this.established = true;
		try {
			int count = this.guard.read(destination, offset, length);
			if (count > 0 && destination[offset] == '-' && isReconnecting()) {
				checkLogin(new String(destination, offset, count, StandardCharsets.UTF_8));
			}
			if (count < 0 && !this.closing) {
				this.ended = true;
			}
			return count;
		}
		catch (IOException ex) {
			if (!this.closing) {
				this.ended = true;
				this.readFailure = ex;
			}
			throw ex;
		}
	}

	private static void report(String subject, RuntimeException problem) {
		long now = System.nanoTime();
		long last = reported.get();
		if ((last == 0 || now - last > REPEAT_NANOS) && reported.compareAndSet(last, now)) {
			logger
				.error("A message on subject '%s' has headers that break the rules of NATS (%s). It is delivered without"
					.formatted(subject, problem.getMessage())
						+ " what cannot be read of them; whoever publishes such messages has to stop that. Further ones are"
						+ " not logged for 10 s");
		}
	}

	private boolean isReconnecting() {
		Connection current = this.connection;
		return current.getStatus() == Connection.Status.RECONNECTING;
	}

	private void checkLogin(String line) throws IOException {
		Matcher error = ERROR.matcher(line);
		if (error.lookingAt() && ConnectionProblem.ofServerError(error.group(1)) == ConnectionProblem.LOGIN_REFUSED) {
			this.refusal = error.group(1);
			throw new IOException("The server refuses the login: " + error.group(1));
		}
	}

	@Override
	public void write(byte[] source, int length) throws IOException {
		this.writing = true;
		try {
			byte[] login = (this.user != null && !this.greeted) ? this.user.update(source, length) : null;
			this.greeted = true;
			super.write((login != null) ? login : source, (login != null) ? login.length : length);
		}
		finally {
			this.writing = false;
		}
	}

	@Override
	public void close() throws IOException {
		this.closing = true;
		super.close();
	}

	@Override
	public void forceClose() throws IOException {
		this.closing = true;
		super.forceClose();
	}

	String address() {
		return ((this.host != null && this.host.indexOf(':') >= 0) ? "[" + this.host + "]" : this.host) + ":"
				+ this.port;
	}

	// Whether the TLS handshake was begun
	boolean isEncrypting() {
		return this.encrypting;
	}

	// Whether the server, not the client, ended the connection
	boolean isEnded() {
		return this.ended;
	}

	// Whether something is being sent, which takes as long as the server wants
	boolean isWriting() {
		return this.writing;
	}

	boolean isTimedOut() {
		return this.timedOut;
	}

	// What the server said when it refused the login, while reconnecting
	@Nullable String getRefusal() {
		return this.refusal;
	}

	@Nullable IOException getReadFailure() {
		return this.readFailure;
	}

}
