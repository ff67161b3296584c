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

package io.github.natskv.jetstream;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.embedded.EmbeddedNatsServer;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.AccountStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

import org.springframework.test.util.TestSocketUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class JetStreamLevelTests {

	private static final String PREFIX = "$JS.API.";

	@Test
	void isThatOfTheServerWhereJetStreamIsItsOwn() {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			JetStreamLevel level = JetStreamLevel.of(connection, PREFIX);
			for (String version : new String[] { "2.9.0", "2.10.0", "2.11.0", "2.12.0", "2.14.0", "2.15.0" }) {
				assertThat(level.has(version)).as(version)
					.isEqualTo(connection.getServerInfo().isSameOrNewerThanVersion(version));
			}
			assertThat(level).hasToString(connection.getServerInfo().getVersion());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void isThatOfJetStreamElsewhere() throws Exception {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			AtomicInteger asked = new AtomicInteger();
			connection.createDispatcher((message) -> {
				asked.incrementAndGet();
				connection.publish(message.getReplyTo(), "{\"api\":{\"level\":0}}".getBytes());
			}).subscribe("old.API.INFO").subscribe("new.API.INFO", (message) -> {
				asked.incrementAndGet();
				connection.publish(message.getReplyTo(), "{\"api\":{\"level\":99}}".getBytes());
			});
			JetStreamLevel old = JetStreamLevel.of(connection, "old.API.");
			assertThat(old.has("2.11.0")).isFalse();
			assertThat(JetStreamLevel.of(connection, "old.API.").has("2.11.0")).isFalse();
			assertThat(asked).hasValue(1);
			JetStreamLevel recent = JetStreamLevel.of(connection, "new.API.");
			assertThat(recent.has("2.15.0")).isTrue();
			assertThat(recent.has("2.10.0")).isTrue();
			assertThat(recent).asString().contains("API level 99");
			server.kill();
			server.restart();
			await().until(() -> connection.getStatus() == Connection.Status.CONNECTED);
			int before = asked.get();
			await().until(() -> JetStreamLevel.of(connection, "new.API.").has("2.15.0"));
			assertThat(asked.get()).isGreaterThan(before);
		}
	}

	@Test
	void ofPatchesToSeveralLinesTheOneOfTheLineCounts() {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			connection.createDispatcher((message) -> {
				String level = message.getSubject().substring(1, 2);
				connection.publish(message.getReplyTo(), "{\"api\":{\"level\":%s}}".formatted(level).getBytes());
			}).subscribe("*.API.INFO");
			String[] patches = { "2.12.15", "2.14.5" };
			assertThat(JetStreamLevel.of(connection, "l0.API.").missing(null, patches)).isEqualTo("2.12.15");
			assertThat(JetStreamLevel.of(connection, "l2.API.").missing("2.12.99", patches)).isEqualTo("2.12.15");
			JetStreamLevel third = JetStreamLevel.of(connection, "l3.API.");
			assertThat(third.missing("2.12.14", patches)).isEqualTo("2.12.15");
			assertThat(third.missing("2.12.15", patches)).isNull();
			JetStreamLevel fourth = JetStreamLevel.of(connection, "l4.API.");
			assertThat(fourth.missing("2.14.4", patches)).isEqualTo("2.14.5");
			assertThat(fourth.missing("2.14.4-RC.1", patches)).isEqualTo("2.14.5");
			assertThat(fourth.missing("2.14.10", patches)).isNull();
			assertThat(JetStreamLevel.of(connection, "l5.API.").missing("2.10.0", patches)).isNull();
			assertThat(JetStreamLevel.of(connection, PREFIX).missing(null, patches) == null)
				.isEqualTo(connection.getServerInfo().isSameOrNewerThanVersion("2.14.5"));
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void isTheVersionOfTheServerWhereThatIsDeniedOrUnanswered() throws Exception {
		try (NatsServer server = NatsServer.start(
				"authorization { users: [ { user: u, password: p, permissions: { publish: { deny: \"$JS.API.INFO\" } } } ] }")) {
			try (Connection connection = Nats
				.connect(Options.builder().server(server.url()).userInfo("u", "p").build())) {
				connection.createDispatcher((message) -> {
				}).subscribe("silent.API.INFO");
				for (String prefix : new String[] { PREFIX, "silent.API.", "nobody.API." }) {
					long start = System.nanoTime();
					JetStreamLevel level = JetStreamLevel.of(connection, prefix);
					assertThat(Duration.ofNanos(System.nanoTime() - start)).as(prefix)
						.isLessThan(Duration.ofSeconds(1));
					assertThat(level.has("2.9.0")).isTrue();
					assertThat(level.has("2.11.0"))
						.isEqualTo(connection.getServerInfo().isSameOrNewerThanVersion("2.11.0"));
				}
			}
		}
	}

	/**
	 * A leaf node of another version than the hub whose JetStream it leads to.
	 */
	@Test
	@EnabledIfEnvironmentVariable(named = "NATS_SERVER_OLD_BINARY", matches = ".+",
			disabledReason = "needs a second, older nats-server")
	void theServerBehindALeafNodeCounts() throws Exception {
		int port = TestSocketUtils.findAvailableTcpPort();
		try (NatsServer hub = NatsServer
			.start("jetstream { domain: hub }\nleafnodes { listen: \"127.0.0.1:%d\" }".formatted(port));
				EmbeddedNatsServer leaf = EmbeddedNatsServer.builder()
					.binary(Path.of(System.getenv("NATS_SERVER_OLD_BINARY")))
					.configuration(
							"jetstream { domain: leaf }\nleafnodes { remotes: [ { url: \"nats-leaf://127.0.0.1:%d\" } ] }"
								.formatted(port))
					.start();
				Connection near = hub.connect();
				Connection connection = Nats.connect(leaf.getUrl())) {
			assumeTrue(connection.getServerInfo().isOlderThanVersion("2.11.0"), "the other server is not older");
			assumeTrue(near.getServerInfo().isSameOrNewerThanVersion("2.11.0"), "needs server 2.11");
			await().ignoreExceptions()
				.until(() -> connection.request("$JS.hub.API.INFO", null).get(1, TimeUnit.SECONDS) != null);
			JetStreamLevel level = JetStreamLevel.of(connection, "$JS.hub.API.");
			assertThat(level.has("2.11.0")).isTrue();
			assertThat(level)
				.hasToString(connection.getServerInfo().getVersion() + " and JetStream behind it has API level "
						+ new AccountStatistics(near.request(PREFIX + "INFO", null).get(1, TimeUnit.SECONDS)).getApi()
							.getLevel());
		}
	}

}
