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

package io.github.natskv.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.github.natskv.connection.ConnectionName;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.core.io.Resource;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/**
 * Configuration properties of one connection.
 *
 * @since 0.1.0
 */
public abstract class NatsConnectionProperties implements Validator {

	private static final Duration MAX_DURATION = Duration.ofDays(365);

	private static final int MIN_SIZE = 1024;

	private static final Pattern SUBJECT = Pattern.compile("[A-Za-z0-9_$-]+(\\.[A-Za-z0-9_$-]+)*\\.?");

	private final ConnectionName connection;

	/**
	 * URLs of the servers to connect to: nats://, tls://, ws:// or wss://.
	 */
	private List<String> servers = new ArrayList<>(List.of("nats://localhost:4222"));

	/**
	 * Name the connection has on the server, for its monitoring. Default is the
	 * application name.
	 */
	private @Nullable String connectionName;

	/**
	 * User to log in as.
	 */
	private @Nullable String username;

	/**
	 * Password of the user.
	 */
	private @Nullable String password;

	/**
	 * Authentication token.
	 */
	private @Nullable String token;

	/**
	 * Credentials file, holding a user JWT and its NKey seed.
	 */
	private @Nullable Resource credentials;

	/**
	 * File holding an NKey seed.
	 */
	private @Nullable Resource nkey;

	/**
	 * NKey seed.
	 */
	private @Nullable String nkeySeed;

	/**
	 * How long connecting to one server may take. A number without unit is milliseconds.
	 */
	private Duration connectionTimeout = Duration.ofSeconds(2);

	/**
	 * How long to wait before a server is tried again after the connection was lost. A
	 * number without unit is milliseconds.
	 */
	private Duration reconnectWait = Duration.ofMillis(250);

	/**
	 * Random time added to the reconnect wait, so that clients do not return all at once.
	 * A number without unit is milliseconds.
	 */
	private Duration reconnectJitter = Duration.ofMillis(100);

	/**
	 * How often each server is tried after the connection was lost, -1 for ever.
	 */
	private int maxReconnects = -1;

	/**
	 * How much to buffer while disconnected. With 0 everything fails at once; with more,
	 * a write that was reported as failed may be carried out after the reconnect.
	 */
	private DataSize reconnectBufferSize = DataSize.ofBytes(0);

	/**
	 * How often to check that the server is still there. A number without unit is
	 * milliseconds.
	 */
	private Duration pingInterval = Duration.ofSeconds(10);

	/**
	 * How many checks may go unanswered before the connection counts as lost.
	 */
	private int maxPingsOut = 2;

	/**
	 * Prefix of the subjects replies come back on.
	 */
	private String inboxPrefix = "_INBOX.";

	/**
	 * Whether the server sends this connection's own messages back to its own
	 * subscriptions.
	 */
	private boolean echo = true;

	/**
	 * Whether the servers are tried in random order instead of the order given.
	 */
	private boolean randomizeServers = true;

	/**
	 * Whether to connect only to the servers given, not to others of the cluster the
	 * server tells of.
	 */
	private boolean ignoreDiscoveredServers;

	/**
	 * How many messages may wait to be sent.
	 */
	private int maxMessagesInOutgoingQueue = 5000;

	/**
	 * Whether messages are dropped when too many wait to be sent, instead of holding up
	 * the caller.
	 */
	private boolean discardMessagesWhenOutgoingQueueFull;

	/**
	 * How long a caller is held up when too many messages wait to be sent, before its
	 * call fails. A number without unit is milliseconds.
	 */
	private Duration writeQueuePushTimeout = Duration.ofSeconds(2);

	/**
	 * How long one write to the socket may take. A number without unit is milliseconds.
	 */
	private Duration socketWriteTimeout = Duration.ofMinutes(1);

	/**
	 * How often requests nobody waits for any more are cleaned up. A number without unit
	 * is milliseconds.
	 */
	private Duration requestCleanupInterval = Duration.ofSeconds(5);

	/**
	 * Size of the read and write buffers of the connection.
	 */
	private DataSize bufferSize = DataSize.ofKilobytes(64);

	/**
	 * Longest protocol line, which limits subjects and keys.
	 */
	private DataSize maxControlLine = DataSize.ofKilobytes(4);

	/**
	 * What to do at start-up when no server can be reached: fail, or start without, in
	 * which case the connection follows in the background and everything that needs it
	 * fails at once until then.
	 */
	private Startup startup = Startup.FAIL_FAST;

	@NestedConfigurationProperty
	private final Ssl ssl = new Ssl();

	@NestedConfigurationProperty
	private final Jetstream jetstream = new Jetstream();

	NatsConnectionProperties(ConnectionName connection) {
		this.connection = connection;
	}

	// Which connection these properties are of.
	public ConnectionName connection() {
		return this.connection;
	}

	// The full name of one of these properties.
	public String property(String name) {
		return this.connection.property(name);
	}

	public List<String> getServers() {
		return this.servers;
	}

	public void setServers(List<String> servers) {
		this.servers = servers;
	}

	public @Nullable String getConnectionName() {
		return this.connectionName;
	}

	public void setConnectionName(@Nullable String connectionName) {
		this.connectionName = connectionName;
	}

	public @Nullable String getUsername() {
		return this.username;
	}

	public void setUsername(@Nullable String username) {
		this.username = username;
	}

	public @Nullable String getPassword() {
		return this.password;
	}

	public void setPassword(@Nullable String password) {
		this.password = password;
	}

	public @Nullable String getToken() {
		return this.token;
	}

	public void setToken(@Nullable String token) {
		this.token = token;
	}

	public @Nullable Resource getCredentials() {
		return this.credentials;
	}

	public void setCredentials(@Nullable Resource credentials) {
		this.credentials = credentials;
	}

	public @Nullable Resource getNkey() {
		return this.nkey;
	}

	public void setNkey(@Nullable Resource nkey) {
		this.nkey = nkey;
	}

	public @Nullable String getNkeySeed() {
		return this.nkeySeed;
	}

	public void setNkeySeed(@Nullable String nkeySeed) {
		this.nkeySeed = nkeySeed;
	}

	public Duration getConnectionTimeout() {
		return this.connectionTimeout;
	}

	public void setConnectionTimeout(Duration connectionTimeout) {
		this.connectionTimeout = connectionTimeout;
	}

	public Duration getReconnectWait() {
		return this.reconnectWait;
	}

	public void setReconnectWait(Duration reconnectWait) {
		this.reconnectWait = reconnectWait;
	}

	public Duration getReconnectJitter() {
		return this.reconnectJitter;
	}

	public void setReconnectJitter(Duration reconnectJitter) {
		this.reconnectJitter = reconnectJitter;
	}

	public int getMaxReconnects() {
		return this.maxReconnects;
	}

	public void setMaxReconnects(int maxReconnects) {
		this.maxReconnects = maxReconnects;
	}

	public DataSize getReconnectBufferSize() {
		return this.reconnectBufferSize;
	}

	public void setReconnectBufferSize(DataSize reconnectBufferSize) {
		this.reconnectBufferSize = reconnectBufferSize;
	}

	public Duration getPingInterval() {
		return this.pingInterval;
	}

	public void setPingInterval(Duration pingInterval) {
		this.pingInterval = pingInterval;
	}

	public int getMaxPingsOut() {
		return this.maxPingsOut;
	}

	public void setMaxPingsOut(int maxPingsOut) {
		this.maxPingsOut = maxPingsOut;
	}

	public String getInboxPrefix() {
		return this.inboxPrefix;
	}

	public void setInboxPrefix(String inboxPrefix) {
		this.inboxPrefix = inboxPrefix;
	}

	public boolean isEcho() {
		return this.echo;
	}

	public void setEcho(boolean echo) {
		this.echo = echo;
	}

	public boolean isRandomizeServers() {
		return this.randomizeServers;
	}

	public void setRandomizeServers(boolean randomizeServers) {
		this.randomizeServers = randomizeServers;
	}

	public boolean isIgnoreDiscoveredServers() {
		return this.ignoreDiscoveredServers;
	}

	public void setIgnoreDiscoveredServers(boolean ignoreDiscoveredServers) {
		this.ignoreDiscoveredServers = ignoreDiscoveredServers;
	}

	public int getMaxMessagesInOutgoingQueue() {
		return this.maxMessagesInOutgoingQueue;
	}

	public void setMaxMessagesInOutgoingQueue(int maxMessagesInOutgoingQueue) {
		this.maxMessagesInOutgoingQueue = maxMessagesInOutgoingQueue;
	}

	public boolean isDiscardMessagesWhenOutgoingQueueFull() {
		return this.discardMessagesWhenOutgoingQueueFull;
	}

	public void setDiscardMessagesWhenOutgoingQueueFull(boolean discardMessagesWhenOutgoingQueueFull) {
		this.discardMessagesWhenOutgoingQueueFull = discardMessagesWhenOutgoingQueueFull;
	}

	public Duration getWriteQueuePushTimeout() {
		return this.writeQueuePushTimeout;
	}

	public void setWriteQueuePushTimeout(Duration writeQueuePushTimeout) {
		this.writeQueuePushTimeout = writeQueuePushTimeout;
	}

	public Duration getSocketWriteTimeout() {
		return this.socketWriteTimeout;
	}

	public void setSocketWriteTimeout(Duration socketWriteTimeout) {
		this.socketWriteTimeout = socketWriteTimeout;
	}

	public Duration getRequestCleanupInterval() {
		return this.requestCleanupInterval;
	}

	public void setRequestCleanupInterval(Duration requestCleanupInterval) {
		this.requestCleanupInterval = requestCleanupInterval;
	}

	public DataSize getBufferSize() {
		return this.bufferSize;
	}

	public void setBufferSize(DataSize bufferSize) {
		this.bufferSize = bufferSize;
	}

	public DataSize getMaxControlLine() {
		return this.maxControlLine;
	}

	public void setMaxControlLine(DataSize maxControlLine) {
		this.maxControlLine = maxControlLine;
	}

	public Ssl getSsl() {
		return this.ssl;
	}

	public Jetstream getJetstream() {
		return this.jetstream;
	}

	public abstract Template getTemplate();

	public Startup getStartup() {
		return this.startup;
	}

	public void setStartup(Startup startup) {
		this.startup = startup;
	}

	@Override
	public boolean supports(Class<?> type) {
		return type == getClass();
	}

	@Override
	public void validate(Object target, Errors errors) {
		if (this.servers.isEmpty()) {
			errors.rejectValue("servers", "empty", "must name at least one server");
		}
		positive(errors, "connectionTimeout", this.connectionTimeout);
		positive(errors, "template.replyTimeout", getTemplate().getReplyTimeout());
		positive(errors, "pingInterval", this.pingInterval);
		positive(errors, "jetstream.requestTimeout", this.jetstream.requestTimeout);
		range(errors, "maxPingsOut", this.maxPingsOut, 1, Integer.MAX_VALUE);
		notNegative(errors, "reconnectWait", this.reconnectWait);
		notNegative(errors, "reconnectJitter", this.reconnectJitter);
		range(errors, "maxReconnects", this.maxReconnects, -1, Integer.MAX_VALUE);
		size(errors, "reconnectBufferSize", this.reconnectBufferSize, 0);
		size(errors, "bufferSize", this.bufferSize, MIN_SIZE);
		size(errors, "maxControlLine", this.maxControlLine, MIN_SIZE);
		positive(errors, "writeQueuePushTimeout", this.writeQueuePushTimeout);
		positive(errors, "socketWriteTimeout", this.socketWriteTimeout);
		positive(errors, "requestCleanupInterval", this.requestCleanupInterval);
		range(errors, "maxMessagesInOutgoingQueue", this.maxMessagesInOutgoingQueue, 1, Integer.MAX_VALUE);
		subject(errors, "inboxPrefix", this.inboxPrefix);
		subject(errors, "jetstream.prefix", this.jetstream.prefix);
		subject(errors, "jetstream.domain", this.jetstream.domain);
	}

	private static void subject(Errors errors, String field, @Nullable String value) {
		if (StringUtils.hasLength(value) && !SUBJECT.matcher(value).matches()) {
			errors.rejectValue(field, "subject",
					"must be the beginning of a subject: tokens of letters, digits, '-', '_' and '$' with dots between them");
		}
	}

	private static void size(Errors errors, String field, DataSize value, int min) {
		if (value.toBytes() < min || value.toBytes() > Integer.MAX_VALUE) {
			errors.rejectValue(field, "size", "must be between " + min + "B and 2GB");
		}
	}

	static void notNegative(Errors errors, String field, Duration value) {
		if (value.isNegative() || value.compareTo(MAX_DURATION) > 0) {
			errors.rejectValue(field, "range", "must be between 0 and " + MAX_DURATION.toDays() + "d");
		}
	}

	static void positive(Errors errors, String field, Duration value) {
		if (value.isZero() || value.isNegative() || value.compareTo(MAX_DURATION) > 0) {
			errors.rejectValue(field, "positive",
					"must be longer than zero and not longer than " + MAX_DURATION.toDays() + "d");
		}
	}

	static void range(Errors errors, String field, int value, int min, int max) {
		if (value < min || value > max) {
			errors.rejectValue(field, "range", "must be between " + min + " and " + max);
		}
	}

	/**
	 * Behaviour at start-up while no server can be reached.
	 */
	public enum Startup {

		/**
		 * Fail the start.
		 */
		FAIL_FAST,

		/**
		 * Start, and connect in the background for as long as it takes.
		 */
		RETRY

	}

	/**
	 * TLS.
	 */
	public static class Ssl {

		/**
		 * Name of the configured SSL bundle (spring.ssl.bundle) that holds keys and
		 * trust.
		 */
		private @Nullable String bundle;

		/**
		 * Whether the TLS handshake comes before the server's greeting. The server has to
		 * be configured likewise.
		 */
		private boolean tlsFirst;

		/**
		 * Whether the certificate of the server has to be for the host it is connected
		 * to. Without that, whoever has any certificate of a trusted authority can pose
		 * as the server. Also applies to servers of connection details.
		 */
		private boolean verifyHostname = true;

		public @Nullable String getBundle() {
			return this.bundle;
		}

		public void setBundle(@Nullable String bundle) {
			this.bundle = bundle;
		}

		public boolean isTlsFirst() {
			return this.tlsFirst;
		}

		public void setTlsFirst(boolean tlsFirst) {
			this.tlsFirst = tlsFirst;
		}

		public boolean isVerifyHostname() {
			return this.verifyHostname;
		}

		public void setVerifyHostname(boolean verifyHostname) {
			this.verifyHostname = verifyHostname;
		}

	}

	/**
	 * JetStream.
	 */
	public static class Jetstream {

		/**
		 * JetStream domain to use.
		 */
		private @Nullable String domain;

		/**
		 * Prefix of the JetStream API subjects, where an account imports them under
		 * another name.
		 */
		private @Nullable String prefix;

		/**
		 * How long to wait for an answer of JetStream, reads and writes of buckets
		 * included. A number without unit is milliseconds.
		 */
		private Duration requestTimeout = Duration.ofSeconds(2);

		public @Nullable String getDomain() {
			return this.domain;
		}

		public void setDomain(@Nullable String domain) {
			this.domain = domain;
		}

		public @Nullable String getPrefix() {
			return this.prefix;
		}

		public void setPrefix(@Nullable String prefix) {
			this.prefix = prefix;
		}

		public Duration getRequestTimeout() {
			return this.requestTimeout;
		}

		public void setRequestTimeout(Duration requestTimeout) {
			this.requestTimeout = requestTimeout;
		}

	}

	/**
	 * The template of a connection.
	 */
	public static class Template {

		/**
		 * How long the template waits for the reply to a request, unless told otherwise.
		 * A number without unit is milliseconds.
		 */
		private Duration replyTimeout = Duration.ofSeconds(2);

		public Duration getReplyTimeout() {
			return this.replyTimeout;
		}

		public void setReplyTimeout(Duration replyTimeout) {
			this.replyTimeout = replyTimeout;
		}

	}

}
