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

import java.net.URISyntaxException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;

import io.github.natskv.core.NatsConnectionDetails;
import io.github.natskv.core.NatsOptionsCustomizer;
import io.github.natskv.core.UserInfo;
import io.nats.client.AuthHandler;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.io.Resource;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * Makes the {@link Options} of the connection: properties, then connection details, then
 * customizers.
 */
class NatsOptionsFactory {

	private static final Log logger = LogFactory.getLog(NatsOptionsFactory.class);

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
		return verifyHosts(options.build());
	}

	private Options verifyHosts(Options options) {
		boolean verify = this.properties.getSsl().isVerifyHostname() && this.details.isVerifyHostname();
		if (options.isTLSRequired() && !verify) {
			logger.warn(("%sThe host name in the certificate of the NATS server is not verified ('%s' is false):"
					+ " whoever has any certificate of a trusted authority can pose as the server")
				.formatted(this.properties.connection().logPrefix(), this.properties.property("ssl.verify-hostname")));
		}
		else if (options.isTLSRequired() && !NatsDataPort.class.getName().equals(options.getDataPortType())) {
			logger.warn(("%sThe host name in the certificate of the NATS server is not verified, as a"
					+ " NatsOptionsCustomizer has set the data port %s. Extend %s instead")
				.formatted(this.properties.connection().logPrefix(), options.getDataPortType(),
						NatsDataPort.class.getName()));
		}
		return NamedServerPool.install(options, verify);
	}

	private void applyDefaults(Options.Builder options) {
		options.subjectValidationType(Options.SubjectValidationType.Strict).advancedRequestBehavior();
		options.connectionListener(this.monitor).errorListener(this.monitor);
		options.dataPortType(NatsDataPort.class.getName());
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
	}

	// By the trust of the JVM, unless an SSL bundle follows
	private static void tlsFirst(Options.Builder options) {
		try {
			options.tlsFirst().secure();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("This JVM has no TLS", ex);
		}
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
			options.authHandler(credentials(credentials));
		}
		String seed = this.details.getNkeySeed();
		if (seed != null) {
			checkSeed(seed);
			options.authHandler(Nats.staticCredentials(null, seed.toCharArray()));
		}
		if (this.details.isTlsFirst()) {
			tlsFirst(options);
		}
		if (this.details.getSslBundle() != null) {
			options.sslContext(BundleSslContext.of(this::sslBundle));
		}
	}

	private void applyServers(Options.Builder options) {
		List<String> servers = this.details.getServers();
		checkEncrypted(servers);
		checkTrust(servers);
		try {
			options.servers(servers.toArray(String[]::new));
		}
		catch (IllegalArgumentException ex) {
			// neither message nor cause, which quote user and password
			throw new InvalidNatsPropertyException(this.properties.property("servers"),
					"%s cannot be used%s.".formatted(describe(servers), reason(ex)),
					"Write servers as nats://host:port (or tls://, ws://, wss://), with special characters of user and password percent-encoded.");
		}
	}

	// A password with a comma or a space is no URL by itself, and has been taken apart
	private static String describe(List<String> servers) {
		return "[%s]".formatted(UserInfo.mask(String.join(",", servers).replaceAll("\\s", "_")));
	}

	private static String reason(IllegalArgumentException ex) {
		return (ex.getCause() instanceof URISyntaxException cause) ? ": " + cause.getReason() : "";
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

	private AuthHandler credentials(Resource file) {
		String action = "Point it at a credentials file, as 'nsc generate creds' writes it: a user JWT and its NKey seed.";
		byte[] content = SecretFile.read(this.properties.property("credentials"), file, action);
		try {
			AuthHandler credentials = Nats.staticCredentials(content);
			if (credentials.getJWT().length > 0 && credentials.getID().length > 0) {
				return credentials;
			}
		}
		catch (RuntimeException ex) {
			// neither message nor cause, which may quote the seed
		}
		throw new InvalidNatsPropertyException(this.properties.property("credentials"),
				"there is no user JWT with an NKey seed in " + file.getDescription() + ".", action);
	}

	private SslBundle sslBundle() {
		SslBundle bundle = this.details.getSslBundle();
		Assert.state(bundle != null, "The SSL bundle of the connection to NATS is gone");
		return bundle;
	}

	private void checkEncrypted(List<String> servers) {
		boolean encrypt = this.details.getSslBundle() != null || this.details.isTlsFirst();
		if (encrypt && servers.stream().anyMatch((server) -> server.regionMatches(true, 0, "ws://", 0, 5))) {
			throw new InvalidNatsPropertyException(this.properties.property("servers"),
					"ws:// is never encrypted, but '%s' says how to encrypt."
						.formatted(this.properties.property("ssl")),
					"Use wss://, or remove '%s'.".formatted(this.properties.property("ssl")));
		}
	}

	private void checkTrust(List<String> servers) {
		if (servers.stream().anyMatch((server) -> server.trim().regionMatches(true, 0, "opentls:", 0, 8))) {
			throw new InvalidNatsPropertyException(this.properties.property("servers"),
					"opentls:// trusts any certificate, whoever made it.",
					"Use tls://, with '%s' naming an SSL bundle that trusts the authority of the server unless the JVM does."
						.formatted(this.properties.property("ssl.bundle")));
		}
	}

	private static int bytes(DataSize size) {
		return Math.toIntExact(size.toBytes());
	}

}
