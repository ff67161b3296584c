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

import java.net.URISyntaxException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.connection.CurrentAuthHandler;
import io.github.natskv.connection.CurrentUser;
import io.github.natskv.connection.CurrentUser.Login;
import io.github.natskv.connection.LastGood;
import io.github.natskv.connection.NamedServerPool;
import io.github.natskv.connection.NatsDataPort;
import io.github.natskv.core.NatsOptionsCustomizer;
import io.nats.client.AuthHandler;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.support.Encoding;
import io.nats.client.support.NatsUri;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.io.Resource;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Creates the {@link Options} of the connection: properties, then connection details,
 * then customizers.
 */
class NatsOptionsFactory {

	private static final Log logger = LogFactory.getLog(NatsOptionsFactory.class);

	private static final Pattern SCHEME = Pattern.compile("\\s*((?:nats|tls|wss?)://)", Pattern.CASE_INSENSITIVE);

	private final ConnectionName name;

	private final NatsConnectionProperties properties;

	private final NatsConnectionDetails details;

	private final List<NatsOptionsCustomizer> customizers;

	private final NatsConnectionMonitor monitor;

	private @Nullable CurrentUser user;

	NatsOptionsFactory(ConnectionName name, NatsConnectionProperties properties, NatsConnectionDetails details,
			List<NatsOptionsCustomizer> customizers, NatsConnectionMonitor monitor) {
		this.name = name;
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
		boolean verify = this.properties.ssl().verifyHostname() && this.details.isVerifyHostname();
		if (options.isTLSRequired() && !verify) {
			logger.warn(("%sThe host name in the certificate of the NATS server is not verified ('%s' is false):"
					+ " whoever has any certificate of a trusted authority can pose as the server")
				.formatted(this.name.logPrefix(), this.name.property("ssl.verify-hostname")));
		}
		else if (options.isTLSRequired() && !NatsDataPort.class.getName().equals(options.getDataPortType())) {
			logger.warn(("%sThe host name in the certificate of the NATS server is not verified, as a"
					+ " NatsOptionsCustomizer has set the data port %s. Extend %s instead")
				.formatted(this.name.logPrefix(), options.getDataPortType(), NatsDataPort.class.getName()));
		}
		CurrentUser user = this.user;
		return NamedServerPool.install(options, verify, (user != null && user.isOf(options)) ? user : null);
	}

	private void applyDefaults(Options.Builder options) {
		options.subjectValidationType(Options.SubjectValidationType.Strict).advancedRequestBehavior();
		options.supportUTF8Subjects();
		options.connectionListener(this.monitor).errorListener(this.monitor);
		options.dataPortType(NatsDataPort.class.getName());
	}

	private void applyProperties(Options.Builder options, @Nullable String applicationName) {
		NatsConnectionProperties source = this.properties;
		options.connectionName((source.connectionName() != null) ? source.connectionName()
				: this.name.defaultConnectionName(applicationName));
		options.connectionTimeout(source.connectionTimeout());
		options.reconnectWait(source.reconnectWait());
		// with none, jnats fails before it reconnects
		Duration jitter = source.reconnectJitter().isZero() ? Duration.ofNanos(1) : source.reconnectJitter();
		options.reconnectJitter(jitter).reconnectJitterTls(jitter);
		options.maxReconnects(source.maxReconnects());
		options.reconnectBufferSize(source.reconnectBufferSize().toBytes());
		options.pingInterval(source.pingInterval()).maxPingsOut(source.maxPingsOut());
		options.inboxPrefix(source.inboxPrefix());
		if (!source.echo()) {
			options.noEcho();
		}
		if (!source.randomizeServers()) {
			options.noRandomize();
		}
		if (source.ignoreDiscoveredServers()) {
			options.ignoreDiscoveredServers();
		}
		options.maxMessagesInOutgoingQueue(source.maxMessagesInOutgoingQueue());
		if (source.discardMessagesWhenOutgoingQueueFull()) {
			options.discardMessagesWhenOutgoingQueueFull();
		}
		options.writeQueuePushTimeout(source.writeQueuePushTimeout());
		options.socketWriteTimeout(source.socketWriteTimeout());
		options.requestCleanupInterval(source.requestCleanupInterval());
		options.bufferSize(bytes(source.bufferSize())).maxControlLine(bytes(source.maxControlLine()));
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
		applyLogin(options);
		if (this.details.isTlsFirst()) {
			tlsFirst(options);
		}
		if (this.details.getSslBundle() != null) {
			options.sslContext(BundleSslContext.of(this::sslBundle));
		}
	}

	// The details are asked again at each attempt to connect
	private void applyLogin(Options.Builder options) {
		Login login = login();
		if (login != null) {
			this.user = new CurrentUser(this.name, login, this::login);
			options.userInfo(login.username().toCharArray(), login.password().toCharArray());
		}
		String token = this.details.getToken();
		if (token != null) {
			LastGood<String> current = new LastGood<>(this.name, token, this.details::getToken);
			// jnats does not encode it
			options.tokenSupplier(() -> Encoding.jsonEncode(current.get()).toCharArray());
		}
		AuthHandler credentials = credentials();
		if (credentials != null) {
			options.authHandler(new CurrentAuthHandler(this.name, this::credentials, credentials));
		}
		AuthHandler seed = seed();
		if (seed != null) {
			options.authHandler(new CurrentAuthHandler(this.name, this::seed, seed));
		}
	}

	private @Nullable Login login() {
		return Login.of(this.details.getUsername(), this.details.getPassword());
	}

	private @Nullable AuthHandler seed() {
		String seed = this.details.getNkeySeed();
		if (seed == null) {
			return null;
		}
		checkSeed(seed);
		return Nats.staticCredentials(null, seed.toCharArray());
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
			throw new InvalidNatsPropertyException(this.name.property("servers"),
					"%s cannot be used%s.".formatted(describe(servers), reason(ex)),
					"Write servers as nats://host:port (or tls://, ws://, wss://), with special characters of user and password percent-encoded.");
		}
	}

	// Nothing of a URL that does not parse but its scheme, as anything may be the
	// password,
	// which is taken apart at commas
	private static String describe(List<String> servers) {
		List<String> invalid = new ArrayList<>();
		for (int i = 0; i < servers.size(); i++) {
			if (!isUrl(servers.get(i))) {
				Matcher scheme = SCHEME.matcher(servers.get(i));
				invalid.add("%s*** (number %d of %d)".formatted(scheme.lookingAt() ? scheme.group(1) : "", i + 1,
						servers.size()));
			}
		}
		return String.join(", ", invalid);
	}

	private static boolean isUrl(String server) {
		try {
			return server.isEmpty() || !new NatsUri(server).getHost().isEmpty();
		}
		catch (URISyntaxException ex) {
			return false;
		}
	}

	private static String reason(IllegalArgumentException ex) {
		return (ex.getCause() instanceof URISyntaxException cause)
				? ": " + StringUtils.trimTrailingCharacter(cause.getReason(), '.') : "";
	}

	private void checkSeed(String seed) {
		try {
			NKey.fromSeed(seed.toCharArray()).clear();
		}
		catch (IllegalArgumentException ex) {
			// neither message nor cause, which may quote the seed
			throw new InvalidNatsPropertyException(this.name.property("nkey-seed"), "this is not the seed of an NKey.",
					"Set '%s', or the file '%s' points at, to a seed as 'nk -gen user' writes it: it starts with SU."
						.formatted(this.name.property("nkey-seed"), this.name.property("nkey")));
		}
	}

	private @Nullable AuthHandler credentials() {
		Resource file = this.details.getCredentials();
		if (file == null) {
			return null;
		}
		String action = "Point it at a credentials file, as 'nsc generate creds' writes it: a user JWT and its NKey seed.";
		byte[] content = SecretFile.read(this.name.property("credentials"), file, action);
		try {
			AuthHandler credentials = Nats.staticCredentials(content);
			if (credentials.getJWT().length > 0 && credentials.getID().length > 0) {
				return credentials;
			}
		}
		catch (RuntimeException ex) {
			// neither message nor cause, which may quote the seed
		}
		throw new InvalidNatsPropertyException(this.name.property("credentials"),
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
			throw new InvalidNatsPropertyException(this.name.property("servers"),
					"ws:// is never encrypted, but '%s' says how to encrypt.".formatted(this.name.property("ssl")),
					"Use wss://, or remove '%s'.".formatted(this.name.property("ssl")));
		}
	}

	private void checkTrust(List<String> servers) {
		if (servers.stream().anyMatch((server) -> server.trim().regionMatches(true, 0, "opentls:", 0, 8))) {
			throw new InvalidNatsPropertyException(this.name.property("servers"),
					"opentls:// trusts any certificate, whoever made it.",
					"Use tls://, with '%s' naming an SSL bundle that trusts the authority of the server unless the JVM does."
						.formatted(this.name.property("ssl.bundle")));
		}
	}

	private static int bytes(DataSize size) {
		return Math.toIntExact(size.toBytes());
	}

}
