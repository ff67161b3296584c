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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.NKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Logins that change, here and on the server, while the application runs.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NatsRotatedSecretTests {

	private static final Duration SECONDS = Duration.ofSeconds(20);

	private static final String OLD = "Hush-4711";

	// with what JSON has to escape, and more than ASCII
	private static final String NEW = "\\\"Schl\u00fcssel\\\" {}\\r 4712";

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, NatsAutoConfiguration.class))
		.withPropertyValues("nats.connection-timeout=1s", "nats.reconnect-wait=50ms");

	@Test
	void passwordsInConfigTreesAreReadAgain(CapturedOutput output) throws Exception {
		Path file = file("nats/password", OLD + "\n");
		try (NatsServer server = passwordServer("app", OLD, 0)) {
			configTree().withPropertyValues("nats.servers=" + server.url(), "nats.username=app")
				.run((context) -> reconnects(context.getBean(Connection.class), server, () -> write(file, NEW + "\n"),
						() -> passwordServer("app", NEW, server.port())));
		}
		assertThat(output).doesNotContain(OLD).doesNotContain("4712");
	}

	@Test
	void usersAndPasswordsBehindPlaceholdersAreReadAgain() throws Exception {
		file("app/user", "app");
		file("app/secret", OLD);
		try (NatsServer server = passwordServer("app", OLD, 0)) {
			configTree()
				.withPropertyValues("nats.connections.far.servers=" + server.url(),
						"nats.connections.far.username=${app.user}", "nats.connections.far.password=${app.secret}",
						"nats.startup=retry", "nats.servers=nats://127.0.0.1:1",
						"nats.connections.far.reconnect-wait=50ms", "nats.connections.far.connection-timeout=1s")
				.run((context) -> reconnects(context.getBean("farNatsConnection", Connection.class), server, () -> {
					file("app/user", "successor");
					file("app/secret", NEW);
				}, () -> passwordServer("successor", NEW, server.port())));
		}
	}

	@Test
	void aPasswordThatVanishesIsKept() throws Exception {
		Path file = file("nats/password", OLD);
		try (NatsServer server = passwordServer("app", OLD, 0)) {
			configTree().withPropertyValues("nats.servers=" + server.url(), "nats.username=app")
				.run((context) -> reconnects(context.getBean(Connection.class), server, () -> Files.delete(file),
						() -> passwordServer("app", OLD, server.port())));
		}
	}

	@Test
	void propertiesOfSourcesThatChangeAreReadAgain() {
		Map<String, Object> source = new HashMap<>(Map.of("nats.token", OLD));
		try (NatsServer server = tokenServer(OLD, 0)) {
			this.runner.withPropertyValues("nats.servers=" + server.url())
				.withInitializer((context) -> context.getEnvironment()
					.getPropertySources()
					.addFirst(new MapPropertySource("changing", source)))
				.run((context) -> reconnects(context.getBean(Connection.class), server,
						() -> source.put("nats.token", NEW), () -> tokenServer(NEW, server.port())));
		}
	}

	@Test
	void connectionDetailsAreAskedAgain(CapturedOutput output) {
		AtomicReference<String> secret = new AtomicReference<>(OLD);
		try (NatsServer server = passwordServer("app", OLD, 0)) {
			this.runner.withBean(NatsConnectionDetails.class, () -> details(server, secret::get))
				.run((context) -> reconnects(context.getBean(Connection.class), server, () -> secret.set(NEW),
						() -> passwordServer("app", NEW, server.port())));
		}
		assertThat(output).doesNotContain(OLD);
	}

	@Test
	void theLastLoginIsKeptWhereConnectionDetailsFail(CapturedOutput output) {
		AtomicBoolean failing = new AtomicBoolean();
		try (NatsServer server = passwordServer("app", OLD, 0)) {
			this.runner.withBean(NatsConnectionDetails.class, () -> details(server, () -> failsIf(failing.get())))
				.run((context) -> reconnects(context.getBean(Connection.class), server, () -> failing.set(true),
						() -> passwordServer("app", OLD, server.port())));
		}
		assertThat(output).contains("going on with the last one: java.lang.IllegalStateException").doesNotContain(OLD);
	}

	private static String failsIf(boolean failing) {
		if (failing) {
			throw new IllegalStateException("The vault is sealed, with " + OLD);
		}
		return OLD;
	}

	@Test
	void nkeyFilesAreReadAgain(CapturedOutput output) throws Exception {
		NKey before = NKey.createUser(null);
		NKey after = NKey.createUser(null);
		Path file = file("user.nk", new String(before.getSeed()));
		try (NatsServer server = nkeyServer(before, 0)) {
			this.runner.withPropertyValues("nats.servers=" + server.url(), "nats.nkey=file:" + file)
				.run((context) -> reconnects(context.getBean(Connection.class), server,
						() -> write(file, new String(after.getSeed())), () -> nkeyServer(after, server.port())));
		}
		assertThat(output).doesNotContain(new String(before.getSeed()), new String(after.getSeed()));
	}

	@Test
	void credentialsFilesAreReadAgainAndTheLastGoodOnesKept(CapturedOutput output) throws Exception {
		JwtAccounts before = new JwtAccounts();
		JwtAccounts after = new JwtAccounts();
		String configuration = after.configuration();
		String next = after.credentials("app");
		Path file = file("app.creds", before.credentials("app"));
		try (NatsServer server = NatsServer.start(before.configuration())) {
			int port = server.port();
			this.runner.withPropertyValues("nats.servers=" + server.url(), "nats.credentials=file:" + file)
				.run((context) -> {
					Connection connection = context.getBean(Connection.class);
					write(file, next.substring(0, next.length() / 2));
					server.kill();
					server.restart();
					await().atMost(SECONDS).until(() -> connection.getStatus() == Connection.Status.CONNECTED);
					assertThat(output).containsOnlyOnce("The login cannot be read again")
						.contains("there is no user JWT with an NKey seed in URL [file:" + file + "]");
					reconnects(connection, server, () -> write(file, next),
							() -> NatsServer.start(configuration, port));
				});
		}
		assertThat(output).doesNotContain(next.lines().filter((line) -> line.startsWith("SU")).toList());
	}

	@Test
	void aSecretThatCannotChangeNeedsARestartWhichIsSaid(CapturedOutput output) {
		try (NatsServer server = passwordServer("app", OLD, 0)) {
			int port = server.port();
			this.runner.withPropertyValues("nats.servers=" + server.url(), "nats.username=app", "nats.password=" + OLD)
				.run((context) -> {
					server.kill();
					try (NatsServer next = passwordServer("app", NEW, port)) {
						assertThat(next.port()).isEqualTo(port);
						await().atMost(SECONDS)
							.untilAsserted(() -> assertThat(output).contains(
									"a password or token that was changed elsewhere needs a restart of the application"));
					}
				});
		}
	}

	@Test
	void aTokenMayHaveAnyCharacter() {
		try (NatsServer server = tokenServer(NEW, 0)) {
			this.runner.withBean(NatsConnectionDetails.class, () -> new NatsConnectionDetails() {

				@Override
				public List<String> getServers() {
					return List.of(server.url());
				}

				@Override
				public String getToken() {
					return NEW;
				}

			}).run((context) -> assertThat(context).hasNotFailed());
		}
	}

	// The change is made while the server is away, which comes back with another login
	private static void reconnects(Connection connection, NatsServer server, Change change, Supplier<NatsServer> next)
			throws Exception {
		assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
		server.kill();
		change.make();
		try (NatsServer started = next.get()) {
			assertThat(started.port()).isEqualTo(server.port());
			await().atMost(SECONDS).until(() -> connection.getStatus() == Connection.Status.CONNECTED);
			connection.flush(SECONDS);
		}
	}

	private ApplicationContextRunner configTree() {
		return this.runner.withPropertyValues("spring.config.import=configtree:" + this.directory + "/")
			.withInitializer(new ConfigDataApplicationContextInitializer());
	}

	private Path file(String name, String content) throws IOException {
		Path file = this.directory.resolve(name);
		Files.createDirectories(file.getParent());
		return write(file, content);
	}

	private static Path write(Path file, String content) throws IOException {
		return Files.writeString(file, content);
	}

	private static NatsServer passwordServer(String user, String password, int port) {
		return NatsServer.start("authorization { user: %s, password: \"%s\" }".formatted(user, configuration(password)),
				port);
	}

	private static NatsServer tokenServer(String token, int port) {
		return NatsServer.start("authorization { token: \"%s\" }".formatted(configuration(token)), port);
	}

	private static NatsServer nkeyServer(NKey key, int port) {
		try {
			return NatsServer
				.start("authorization { users: [ { nkey: %s } ] }".formatted(new String(key.getPublicKey())), port);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String configuration(String text) {
		return text.replace("\\", "\\\\").replace("\"", "\\\"");
	}

	private static NatsConnectionDetails details(NatsServer server, Supplier<String> secret) {
		return new NatsConnectionDetails() {

			@Override
			public List<String> getServers() {
				return List.of(server.url());
			}

			@Override
			public String getUsername() {
				return "app";
			}

			@Override
			public String getPassword() {
				return secret.get();
			}

		};
	}

	/**
	 * A change of a secret.
	 */
	private interface Change {

		void make() throws Exception;

	}

}
