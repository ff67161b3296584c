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

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.NKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.AbstractResource;
import org.springframework.core.io.Resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class NatsAuthenticationTests {

	private static final String SECRET = "Hush-4711";

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, NatsAutoConfiguration.class))
		// jnats waits for so long after a refused login
		.withPropertyValues("nats.connection-timeout=1s");

	@BeforeAll
	static void logEverything() {
		((Logger) LoggerFactory.getLogger("io.github.natskv.autoconfigure")).setLevel(Level.DEBUG);
	}

	@Test
	void userAndPasswordLogIn(CapturedOutput output) {
		try (NatsServer server = passwordServer()) {
			ApplicationContextRunner user = on(server, "nats.username=app");
			user.withPropertyValues("nats.password=" + SECRET)
				.run((context) -> assertConnected(context, output, SECRET));
			user.withPropertyValues("nats.password=" + SECRET + "x")
				.run((context) -> assertRefused(context, output, "as user 'app' with a password", SECRET));
			on(server).run((context) -> assertRefused(context, output, "none is configured", SECRET));
		}
	}

	@Test
	void theLoginCanBePartOfTheServerUrl(CapturedOutput output) {
		try (NatsServer server = passwordServer()) {
			String url = server.url().replace("//", "//app:%s@".formatted(SECRET));
			on(server, "nats.servers=" + url).run((context) -> assertConnected(context, output, SECRET));
			on(server, "nats.servers=" + url.replace("@", "x@"))
				.run((context) -> assertRefused(context, output, "the login in 'nats.servers'", SECRET));
		}
	}

	@Test
	void aTokenLogsIn(CapturedOutput output) {
		try (NatsServer server = NatsServer.start("authorization { token: \"%s\" }".formatted(SECRET))) {
			on(server, "nats.token=" + SECRET).run((context) -> assertConnected(context, output, SECRET));
			on(server, "nats.token=" + SECRET + "x")
				.run((context) -> assertRefused(context, output, "with a token", SECRET));
		}
	}

	@Test
	void anNkeySeedLogsInAsTextOrFile(CapturedOutput output) throws Exception {
		NKey known = NKey.createUser(null);
		NKey unknown = NKey.createUser(null);
		String seed = new String(known.getSeed());
		String otherSeed = new String(unknown.getSeed());
		String users = "authorization { users: [ { nkey: %s } ] }".formatted(new String(known.getPublicKey()));
		Path file = Files.writeString(this.directory.resolve("user.nk"), seed + "\n");
		String otherId = new String(unknown.getPublicKey());
		try (NatsServer server = NatsServer.start(users)) {
			on(server, "nats.nkey-seed=" + seed).run((context) -> assertConnected(context, output, seed));
			on(server, "nats.nkey=file:" + file).run((context) -> assertConnected(context, output, seed));
			on(server, "nats.nkey-seed=" + otherSeed)
				.run((context) -> assertRefused(context, output, "with the NKey " + otherId, otherSeed));
		}
	}

	@Test
	void aCredentialsFileLogsIn(CapturedOutput output) throws Exception {
		JwtAccounts accounts = new JwtAccounts();
		String credentials = accounts.credentials("app");
		try (NatsServer server = NatsServer.start(accounts.configuration())) {
			on(server, credentials("app", credentials)).run((context) -> {
				assertConnected(context, output, secretsOf(credentials));
				assertThat(context.getBean(JetStreamManagement.class).getStreamNames()).isEmpty();
			});
			String expired = accounts.expiredCredentials("old");
			on(server, credentials("old", expired)).run((context) -> assertRefused(context, output,
					"user 'old', account %s, which expired at ".formatted(accounts.accountId()), secretsOf(expired)));
			String stranger = JwtAccounts.strangersCredentials();
			on(server, credentials("stranger", stranger)).run((context) -> assertRefused(context, output,
					"JWT of user 'stranger', account A", secretsOf(stranger)));
		}
	}

	@Test
	void aFileWithoutCredentialsIsRefused(CapturedOutput output) throws Exception {
		String credentials = new JwtAccounts().credentials("app");
		for (String broken : List.of("", SECRET, credentials.replace("SU", "XX"),
				credentials.substring(credentials.indexOf("-----BEGIN USER")))) {
			this.runner.withPropertyValues(credentials("broken", broken)).run((context) -> {
				assertThat(FailureAnalyses.of(context).getDescription()).contains("nats.credentials", "broken.creds");
				Secrets.assertNotIn(context, secretsOf(credentials));
				assertThat(output).doesNotContain(secretsOf(credentials));
			});
		}
	}

	@Test
	void aSecretInPlaceOfItsFileIsNotQuoted(CapturedOutput output) throws Exception {
		String seed = new String(NKey.createUser(null).getSeed());
		this.runner.withPropertyValues("nats.nkey=" + seed).run((context) -> {
			assertThat(FailureAnalyses.of(context).getAction()).contains("nats.nkey-seed");
			Secrets.assertNotIn(context, seed);
		});
		String credentials = new JwtAccounts().credentials("app");
		this.runner.withPropertyValues("nats.credentials=" + credentials).run((context) -> {
			assertThat(FailureAnalyses.of(context).getDescription()).contains("nats.credentials");
			Secrets.assertNotIn(context, secretsOf(credentials));
		});
		assertThat(output).doesNotContain(seed).doesNotContain(secretsOf(credentials));
	}

	@Test
	void aSecretInPlaceOfItsFileIsNotOpened() throws Exception {
		String seed = new String(NKey.createUser(null).getSeed());
		String credentials = new JwtAccounts().credentials("app");
		for (String value : List.of("nats.nkey=" + seed, "nats.nkey=" + seed.toLowerCase().replace("su", "SU"),
				"nats.credentials=" + seed, "nats.credentials=" + credentials,
				"nats.credentials=" + secretsOf(credentials)[0])) {
			List<String> opened = new ArrayList<>();
			this.runner.withPropertyValues(value)
				.withInitializer((context) -> context.addProtocolResolver(
						(location, loader) -> value.endsWith(location) ? opens(location, opened) : null))
				.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
					.contains("it holds a secret itself"));
			assertThat(opened).isEmpty();
		}
	}

	private static Resource opens(String location, List<String> opened) {
		return new AbstractResource() {

			@Override
			public String getDescription() {
				return "resource [" + location + "]";
			}

			@Override
			public boolean exists() {
				opened.add(location);
				return false;
			}

			@Override
			public InputStream getInputStream() throws IOException {
				opened.add(location);
				throw new FileNotFoundException("no such file");
			}

		};
	}

	@Test
	void aFileWhoseNameLooksLikeTheBeginningOfASecretIsOpened() throws Exception {
		Path file = Files.writeString(this.directory.resolve("greyJay-SUNSHINE.creds"), "");
		this.runner.withPropertyValues("nats.credentials=file:" + file)
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("greyJay"));
		this.runner.withPropertyValues("nats.credentials=file:" + file + "x")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.contains("the file cannot be read"));
	}

	@Test
	void ofAUrlThatDoesNotParseOnlyTheSchemeIsShown(CapturedOutput output) {
		for (String url : List.of("nats://app:" + SECRET, "NATS://app:%s:4222".formatted(SECRET),
				"tls://app:%s^@localhost".formatted(SECRET), "app:" + SECRET + "^", "nats://h:1,nats://app:" + SECRET,
				"http://app:%s@h".formatted(SECRET), "nats:app:" + SECRET, "nats://app:x,%s^@h".formatted(SECRET))) {
			this.runner.withPropertyValues("nats.servers=" + url).run((context) -> {
				assertThat(FailureAnalyses.of(context).getDescription()).contains("'nats.servers'", "***");
				Secrets.assertNotIn(context, SECRET);
			});
		}
		this.runner.withPropertyValues("nats.servers=nats://h:1, tls://app:" + SECRET)
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.contains("tls://*** (number 2 of 2)"));
		assertThat(output).doesNotContain(SECRET);
	}

	@Test
	void secretsComeFromFiles() throws Exception {
		Files.createDirectory(this.directory.resolve("nats"));
		Files.writeString(this.directory.resolve("nats/password"), SECRET);
		try (NatsServer server = passwordServer()) {
			on(server, "nats.username=app", "spring.config.import=configtree:" + this.directory + "/")
				.withInitializer(new ConfigDataApplicationContextInitializer())
				.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@Test
	void secretsComeFromTheEnvironment() throws Exception {
		try (NatsServer server = passwordServer()) {
			inEnvironment(on(server), Map.of("NATS_USERNAME", "app", "NATS_PASSWORD", SECRET))
				.run((context) -> assertThat(context).hasNotFailed());
		}
		NKey key = NKey.createUser(null);
		String users = "authorization { users: [ { nkey: %s } ] }".formatted(new String(key.getPublicKey()));
		try (NatsServer server = NatsServer.start(users)) {
			inEnvironment(on(server), Map.of("NATS_NKEYSEED", new String(key.getSeed())))
				.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@Test
	void secretsComeFromPlaceholdersAndValues() {
		try (NatsServer server = passwordServer()) {
			ApplicationContextRunner app = on(server, "app.secret=" + SECRET);
			app.withPropertyValues("nats.username=app", "nats.password=${app.secret}")
				.run((context) -> assertThat(context).hasNotFailed());
			app.withUserConfiguration(ValueConnectionDetails.class)
				.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	private static NatsServer passwordServer() {
		return NatsServer.start("authorization { user: app, password: \"%s\" }".formatted(SECRET));
	}

	private ApplicationContextRunner on(NatsServer server, String... properties) {
		return this.runner.withPropertyValues("nats.servers=" + server.url()).withPropertyValues(properties);
	}

	private static ApplicationContextRunner inEnvironment(ApplicationContextRunner runner,
			Map<String, Object> variables) {
		return runner.withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables)));
	}

	private String credentials(String name, String content) throws Exception {
		Path file = Files.writeString(this.directory.resolve(name + ".creds"), content);
		return "nats.credentials=file:" + file;
	}

	private static String[] secretsOf(String credentials) {
		return credentials.lines()
			.filter((line) -> line.startsWith("SU") || line.startsWith("ey"))
			.toArray(String[]::new);
	}

	private static void assertConnected(AssertableApplicationContext context, CapturedOutput output,
			String... secrets) {
		assertThat(context).hasNotFailed();
		Connection connection = context.getBean(Connection.class);
		assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
		assertThat(connection.toString()).doesNotContain(secrets);
		assertThat(connection.getOptions().toString()).doesNotContain(secrets);
		assertThat(context.getBean(NatsProperties.class).toString()).doesNotContain(secrets);
		assertThat(context.getBean(NatsConnectionDetails.class).toString()).doesNotContain(secrets);
		await().untilAsserted(() -> assertThat(output).contains("Connected to NATS server"));
		assertThat(output).doesNotContain(secrets);
	}

	private static void assertRefused(AssertableApplicationContext context, CapturedOutput output, String tried,
			String... secrets) {
		assertThat(FailureAnalyses.of(context).getDescription()).contains("nats://", "the server refuses the login",
				tried);
		assertThat(FailureAnalyses.of(context).getAction()).contains("nats.password", "nats.token", "nats.nkey",
				"nats.credentials");
		Secrets.assertNotIn(context, secrets);
		assertThat(output).contains("Authorization Violation").doesNotContain(secrets);
	}

	@Configuration(proxyBeanMethods = false)
	static class ValueConnectionDetails {

		@Bean
		NatsConnectionDetails connectionDetails(@Value("${nats.servers}") String server,
				@Value("${app.secret}") String secret) {
			return new NatsConnectionDetails() {

				@Override
				public List<String> getServers() {
					return List.of(server);
				}

				@Override
				public String getUsername() {
					return "app";
				}

				@Override
				public String getPassword() {
					return secret;
				}

			};
		}

	}

}
