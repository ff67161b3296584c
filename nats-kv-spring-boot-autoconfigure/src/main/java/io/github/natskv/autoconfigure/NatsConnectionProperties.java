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

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/**
 * Configuration properties of one connection.
 *
 * @since 0.1.0
 */
public interface NatsConnectionProperties extends Validator {

	List<String> servers();

	@Nullable String connectionName();

	@Nullable String username();

	@Nullable String password();

	@Nullable String token();

	@Nullable Resource credentials();

	@Nullable Resource nkey();

	@Nullable String nkeySeed();

	Duration connectionTimeout();

	Duration reconnectWait();

	Duration reconnectJitter();

	int maxReconnects();

	DataSize reconnectBufferSize();

	Duration pingInterval();

	int maxPingsOut();

	String inboxPrefix();

	boolean echo();

	boolean randomizeServers();

	boolean ignoreDiscoveredServers();

	int maxMessagesInOutgoingQueue();

	boolean discardMessagesWhenOutgoingQueueFull();

	Duration writeQueuePushTimeout();

	Duration socketWriteTimeout();

	Duration requestCleanupInterval();

	DataSize bufferSize();

	DataSize maxControlLine();

	Startup startup();

	Ssl ssl();

	Jetstream jetstream();

	/**
	 * Return how long the template waits for the reply to a request, unless told
	 * otherwise.
	 * @return the time
	 */
	Duration replyTimeout();

	@Override
	default boolean supports(Class<?> type) {
		return type == getClass();
	}

	@Override
	default void validate(Object target, Errors errors) {
		if (servers().isEmpty()) {
			errors.rejectValue("servers", "empty", "must name at least one server");
		}
		PropertyRules rules = new PropertyRules(errors);
		rules.positive("connectionTimeout", connectionTimeout());
		rules.positive("template.replyTimeout", replyTimeout());
		rules.positive("pingInterval", pingInterval());
		rules.positive("jetstream.requestTimeout", jetstream().requestTimeout());
		rules.range("maxPingsOut", maxPingsOut(), 1, Integer.MAX_VALUE);
		rules.notNegative("reconnectWait", reconnectWait());
		rules.notNegative("reconnectJitter", reconnectJitter());
		rules.range("maxReconnects", maxReconnects(), -1, Integer.MAX_VALUE);
		rules.size("reconnectBufferSize", reconnectBufferSize(), 0);
		rules.size("bufferSize", bufferSize(), PropertyRules.MIN_SIZE);
		rules.size("maxControlLine", maxControlLine(), PropertyRules.MIN_SIZE);
		rules.positive("writeQueuePushTimeout", writeQueuePushTimeout());
		rules.positive("socketWriteTimeout", socketWriteTimeout());
		rules.positive("requestCleanupInterval", requestCleanupInterval());
		rules.range("maxMessagesInOutgoingQueue", maxMessagesInOutgoingQueue(), 1, Integer.MAX_VALUE);
		rules.subject("inboxPrefix", inboxPrefix());
		rules.subject("jetstream.prefix", jetstream().prefix());
		rules.subject("jetstream.domain", jetstream().domain());
		jetstream().listener().backoff().forEach((wait) -> rules.notNegative("jetstream.listener.backoff", wait));
		Integer prefetch = jetstream().listener().prefetch();
		if (prefetch != null) {
			rules.range("jetstream.listener.prefetch", prefetch, 1, Integer.MAX_VALUE);
		}
	}

	/**
	 * Behaviour at start-up while no server can be reached.
	 */
	enum Startup {

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
	 *
	 * @param bundle Name of the configured SSL bundle (spring.ssl.bundle) that holds keys
	 * and trust.
	 * @param tlsFirst Whether the TLS handshake comes before the server's greeting. The
	 * server has to be configured likewise.
	 * @param verifyHostname Whether the certificate of the server has to be for the host
	 * it is connected to. Without that, whoever has any certificate of a trusted
	 * authority can pose as the server. Also applies to servers of connection details.
	 */
	record Ssl(@Nullable String bundle, boolean tlsFirst, @DefaultValue("true") boolean verifyHostname) {

	}

	/**
	 * JetStream.
	 *
	 * @param domain JetStream domain to use.
	 * @param prefix Prefix of the JetStream API subjects, where an account imports them
	 * under another name.
	 * @param requestTimeout How long to wait for an answer of JetStream, reads and writes
	 * of buckets included. A number without unit is milliseconds.
	 * @param maxInFlight How many messages sent to streams without waiting may be
	 * unacknowledged, beyond which a caller waits.
	 * @param listener Listeners on streams.
	 */
	record Jetstream(@Nullable String domain, @Nullable String prefix, @DefaultValue("2s") Duration requestTimeout,
			@DefaultValue("1000") int maxInFlight, @DefaultValue StreamListener listener) {

	}

	/**
	 * Listeners on streams.
	 *
	 * @param backoff How long to wait before a message that failed is delivered again,
	 * unless its consumer says otherwise: the first time, the second time, and so on, the
	 * last one for all others. A number without unit is milliseconds.
	 * @param prefetch How many messages a listener asks for in advance. Default is as
	 * many as it handles at a time.
	 */
	record StreamListener(@DefaultValue("1s,5s,30s") List<Duration> backoff, @Nullable Integer prefetch) {

	}

}
