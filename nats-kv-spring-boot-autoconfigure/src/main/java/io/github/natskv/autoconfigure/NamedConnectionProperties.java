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
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties of a connection with a name.
 *
 * @param servers URLs of the servers to connect to: nats://, tls://, ws:// or wss://.
 * @param connectionName Name the connection has on the server, for its monitoring.
 * Default is the application name.
 * @param username User to log in as.
 * @param password Password of the user.
 * @param token Authentication token.
 * @param credentials Credentials file, holding a user JWT and its NKey seed.
 * @param nkey File holding an NKey seed.
 * @param nkeySeed NKey seed.
 * @param connectionTimeout How long connecting to one server may take. A number without
 * unit is milliseconds.
 * @param reconnectWait How long to wait before a server is tried again after the
 * connection was lost. A number without unit is milliseconds.
 * @param reconnectJitter Random time added to the reconnect wait, so that clients do not
 * return all at once. A number without unit is milliseconds.
 * @param maxReconnects How often each server is tried after the connection was lost, -1
 * for ever.
 * @param reconnectBufferSize How much to buffer while disconnected. With 0 everything
 * fails at once; with more, a write that was reported as failed may be carried out after
 * the reconnect.
 * @param pingInterval How often to check that the server is still there. A number without
 * unit is milliseconds.
 * @param maxPingsOut How many checks may go unanswered before the connection counts as
 * lost.
 * @param inboxPrefix Prefix of the subjects replies come back on.
 * @param echo Whether the server sends this connection's own messages back to its own
 * subscriptions.
 * @param randomizeServers Whether the servers are tried in random order instead of the
 * order given.
 * @param ignoreDiscoveredServers Whether to connect only to the servers given, not to
 * others of the cluster the server tells of.
 * @param maxMessagesInOutgoingQueue How many messages may wait to be sent.
 * @param discardMessagesWhenOutgoingQueueFull Whether messages are dropped when too many
 * wait to be sent, instead of holding up the caller.
 * @param writeQueuePushTimeout How long a caller is held up when too many messages wait
 * to be sent, before its call fails. A number without unit is milliseconds.
 * @param socketWriteTimeout How long one write to the socket may take. A number without
 * unit is milliseconds.
 * @param requestCleanupInterval How often requests nobody waits for any more are cleaned
 * up. A number without unit is milliseconds.
 * @param bufferSize Size of the read and write buffers of the connection.
 * @param maxControlLine Longest protocol line, which limits subjects and keys.
 * @param startup What to do at start-up when no server can be reached: fail, or start
 * without, in which case the connection follows in the background and everything that
 * needs it fails at once until then.
 * @param ssl TLS.
 * @param jetstream JetStream.
 * @param template The template of the connection.
 * @param kv Key-Value buckets of this connection.
 * @param streams Streams of this connection.
 * @since 0.1.0
 */
@ConfigurationPropertiesSource
public record NamedConnectionProperties(@DefaultValue("nats://localhost:4222") List<String> servers,
		@Nullable String connectionName, @Nullable String username, @Nullable String password, @Nullable String token,
		@Nullable Resource credentials, @Nullable Resource nkey, @Nullable String nkeySeed,
		@DefaultValue("2s") Duration connectionTimeout, @DefaultValue("250ms") Duration reconnectWait,
		@DefaultValue("100ms") Duration reconnectJitter, @DefaultValue("-1") int maxReconnects,
		@DefaultValue("0B") DataSize reconnectBufferSize, @DefaultValue("10s") Duration pingInterval,
		@DefaultValue("2") int maxPingsOut, @DefaultValue("_INBOX.") String inboxPrefix,
		@DefaultValue("true") boolean echo, @DefaultValue("true") boolean randomizeServers,
		boolean ignoreDiscoveredServers, @DefaultValue("5000") int maxMessagesInOutgoingQueue,
		boolean discardMessagesWhenOutgoingQueueFull, @DefaultValue("2s") Duration writeQueuePushTimeout,
		@DefaultValue("1m") Duration socketWriteTimeout, @DefaultValue("5s") Duration requestCleanupInterval,
		@DefaultValue("64KB") DataSize bufferSize, @DefaultValue("4KB") DataSize maxControlLine,
		@DefaultValue("fail-fast") Startup startup, @NestedConfigurationProperty @DefaultValue Ssl ssl,
		@NestedConfigurationProperty @DefaultValue Jetstream jetstream, @DefaultValue Template template,
		@NestedConfigurationProperty @Nullable NatsKeyValueProperties kv,
		@NestedConfigurationProperty @Nullable NatsStreamsProperties streams) implements NatsConnectionProperties {

	@Override
	public Duration replyTimeout() {
		return this.template.replyTimeout();
	}

	// nothing of it, as it holds secrets
	@Override
	public String toString() {
		return getClass().getSimpleName();
	}

	/**
	 * The template of a connection.
	 *
	 * @param replyTimeout How long the template waits for the reply to a request, unless
	 * told otherwise. A number without unit is milliseconds.
	 */
	public record Template(@DefaultValue("2s") Duration replyTimeout) {

	}

}
