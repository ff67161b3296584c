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

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import io.github.natskv.core.NatsConnectionDetails;
import io.github.natskv.core.NatsOptionsCustomizer;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * Makes the {@link Options} of the connection: properties, then connection details, then
 * customizers.
 */
class NatsOptionsFactory {

	private final NatsConnectionProperties properties;

	private final NatsConnectionDetails details;

	private final List<NatsOptionsCustomizer> customizers;

	private final NatsConnectionMonitor monitor;

	NatsOptionsFactory(NatsConnectionProperties properties, NatsConnectionDetails details,
			List<NatsOptionsCustomizer> customizers, NatsConnectionMonitor monitor) {
		this.properties = properties;
		this.details = details;
		this.customizers = customizers;
		this.monitor = monitor;
	}

	Options create(@Nullable String applicationName) {
		Options.Builder options = new Options.Builder();
		applyDefaults(options);
		applyProperties(options, applicationName);
		applyDetails(options);
		this.customizers.forEach((customizer) -> customizer.customize(options));
		return options.build();
	}

	private void applyDefaults(Options.Builder options) {
		options.subjectValidationType(Options.SubjectValidationType.Strict).advancedRequestBehavior();
		options.connectionListener(this.monitor).errorListener(this.monitor);
	}

	private void applyProperties(Options.Builder options, @Nullable String applicationName) {
		NatsConnectionProperties source = this.properties;
		PropertyMapper map = PropertyMapper.get();
		options.connectionName((source.getConnectionName() != null) ? source.getConnectionName()
				: source.connection().defaultConnectionName(applicationName));
		options.connectionTimeout(source.getConnectionTimeout());
		options.reconnectWait(source.getReconnectWait());
		// with none, jnats fails before it reconnects
		Duration jitter = source.getReconnectJitter().isZero() ? Duration.ofNanos(1) : source.getReconnectJitter();
		options.reconnectJitter(jitter).reconnectJitterTls(jitter);
		options.maxReconnects(source.getMaxReconnects());
		options.reconnectBufferSize(source.getReconnectBufferSize().toBytes());
		options.pingInterval(source.getPingInterval()).maxPingsOut(source.getMaxPingsOut());
		map.from(source::getInboxPrefix).to(options::inboxPrefix);
		map.from(source::isEcho).whenFalse().to((value) -> options.noEcho());
		map.from(source::isRandomizeServers).whenFalse().to((value) -> options.noRandomize());
		map.from(source::isIgnoreDiscoveredServers).whenTrue().to((value) -> options.ignoreDiscoveredServers());
		map.from(source::getMaxMessagesInOutgoingQueue).to(options::maxMessagesInOutgoingQueue);
		map.from(source::isDiscardMessagesWhenOutgoingQueueFull)
			.whenTrue()
			.to((value) -> options.discardMessagesWhenOutgoingQueueFull());
		map.from(source::getWriteQueuePushTimeout).to(options::writeQueuePushTimeout);
		map.from(source::getSocketWriteTimeout).to(options::socketWriteTimeout);
		map.from(source::getRequestCleanupInterval).to(options::requestCleanupInterval);
		map.from(source::getBufferSize).as(NatsOptionsFactory::bytes).to(options::bufferSize);
		map.from(source::getMaxControlLine).as(NatsOptionsFactory::bytes).to(options::maxControlLine);
		map.from(source.getSsl()::isTlsFirst).whenTrue().to((value) -> options.tlsFirst());
	}

	private void applyDetails(Options.Builder options) {
		applyServers(options);
		String username = this.details.getUsername();
		String password = this.details.getPassword();
		if (username != null && password != null) {
			options.userInfo(username.toCharArray(), password.toCharArray());
		}
		String token = this.details.getToken();
		if (token != null) {
			options.token(token.toCharArray());
		}
		Resource credentials = this.details.getCredentials();
		if (credentials != null) {
			options.authHandler(Nats.staticCredentials(read(credentials)));
		}
		String seed = this.details.getNkeySeed();
		if (seed != null) {
			checkSeed(seed);
			options.authHandler(Nats.staticCredentials(null, seed.toCharArray()));
		}
		SslBundle sslBundle = this.details.getSslBundle();
		if (sslBundle != null) {
			options.sslContext(sslBundle.createSslContext());
		}
	}

	private void applyServers(Options.Builder options) {
		List<String> servers = this.details.getServers();
		try {
			options.servers(servers.toArray(String[]::new));
		}
		catch (IllegalArgumentException ex) {
			// not the cause, which quotes user and password
			throw new InvalidNatsPropertyException(this.properties.property("servers"),
					"%s cannot be used: %s.".formatted(NatsConnectionFailedException.withoutUserInfo(servers),
							NatsConnectionFailedException.withoutUserInfo(String.valueOf(ex.getMessage()))),
					"Write servers as nats://host:port (or tls://, ws://, wss://), with special characters of user and password percent-encoded.");
		}
	}

	private void checkSeed(String seed) {
		try {
			NKey.fromSeed(seed.toCharArray()).clear();
		}
		catch (IllegalArgumentException ex) {
			// neither message nor cause, which may quote the seed
			throw new InvalidNatsPropertyException(this.properties.property("nkey-seed"),
					"this is not the seed of an NKey.",
					"Set '%s', or the file '%s' points at, to a seed as 'nk -gen user' writes it: it starts with SU."
						.formatted(this.properties.property("nkey-seed"), this.properties.property("nkey")));
		}
	}

	private byte[] read(Resource credentials) {
		try {
			return credentials.getContentAsByteArray();
		}
		catch (IOException ex) {
			throw new InvalidNatsPropertyException(this.properties.property("credentials"),
					"the file cannot be read: " + ex.getMessage(),
					"Point it at a credentials file, as 'nsc generate creds' writes it.", ex);
		}
	}

	private static int bytes(DataSize size) {
		return Math.toIntExact(size.toBytes());
	}

}
