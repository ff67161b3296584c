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

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import io.github.natskv.autoconfigure.FailureAnalyses;
import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.embedded.NatsEmbeddedAutoConfiguration;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.NatsOptionsCustomizer;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.embedded.EmbeddedNatsServer;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValueManagement;
import io.nats.client.Options;
import io.nats.client.Subscription;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class NatsAutoConfigurationTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, NatsEmbeddedAutoConfiguration.class,
				NatsAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url());

	@Test
	void connectsAndOffersJetStream() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(JetStream.class);
			assertThat(context).hasSingleBean(JetStreamManagement.class);
			assertThat(context).hasSingleBean(KeyValueManagement.class);
			assertThat(context.getBean(Connection.class).getStatus()).isEqualTo(Connection.Status.CONNECTED);
			assertThat(context.getBean(JetStreamManagement.class).getAccountStatistics()).isNotNull();
		});
	}

	@Test
	void theConnectionIsClosedWithTheContext() {
		Connection[] connection = new Connection[1];
		this.runner.run((context) -> connection[0] = context.getBean(Connection.class));
		assertThat(connection[0].getStatus()).isEqualTo(Connection.Status.CLOSED);
	}

	@Test
	void whatWasPublishedBeforeTheEndIsSent() throws Exception {
		try (Connection receiver = server.connect()) {
			Subscription received = receiver.subscribe("last.words");
			receiver.flush(Duration.ofSeconds(5));
			this.runner.run((context) -> {
				Connection connection = context.getBean(Connection.class);
				for (int i = 0; i < 4000; i++) {
					connection.publish("last.words", new byte[1000]);
				}
			});
			await().untilAsserted(() -> assertThat(received.getPendingMessageCount()).isEqualTo(4000));
		}
	}

	@Test
	void defaultsSuitAService() {
		this.runner.withPropertyValues("spring.application.name=orders").run((context) -> {
			Options options = context.getBean(Connection.class).getOptions();
			assertThat(options.getConnectionName()).isEqualTo("orders");
			assertThat(options.getMaxReconnect()).isEqualTo(-1);
			assertThat(options.getReconnectWait()).isEqualTo(Duration.ofMillis(250));
			assertThat(options.getReconnectBufferSize()).isZero();
			assertThat(options.getPingInterval()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
			assertThat(options.subjectValidationType()).isEqualTo(Options.SubjectValidationType.Strict);
			assertThat(options.advancedRequestBehavior()).isTrue();
		});
	}

	@Test
	void everyPropertyReachesTheOptions() {
		this.runner
			.withPropertyValues("nats.connection-name=c", "nats.connection-timeout=3s", "nats.reconnect-wait=1s",
					"nats.reconnect-jitter=5ms", "nats.max-reconnects=7", "nats.reconnect-buffer-size=1KB",
					"nats.ping-interval=11s", "nats.max-pings-out=4", "nats.inbox-prefix=_MINE", "nats.echo=false",
					"nats.randomize-servers=false", "nats.ignore-discovered-servers=true",
					"nats.max-messages-in-outgoing-queue=99", "nats.discard-messages-when-outgoing-queue-full=true",
					"nats.write-queue-push-timeout=3s", "nats.socket-write-timeout=4s",
					"nats.request-cleanup-interval=6s", "nats.buffer-size=128KB", "nats.max-control-line=8KB")
			.run((context) -> {
				Options options = context.getBean(Connection.class).getOptions();
				assertThat(options.getConnectionName()).isEqualTo("c");
				assertThat(options.getConnectionTimeout()).isEqualTo(Duration.ofSeconds(3));
				assertThat(options.getReconnectWait()).isEqualTo(Duration.ofSeconds(1));
				assertThat(options.getReconnectJitter()).isEqualTo(Duration.ofMillis(5));
				assertThat(options.getMaxReconnect()).isEqualTo(7);
				assertThat(options.getReconnectBufferSize()).isEqualTo(1024);
				assertThat(options.getPingInterval()).isEqualTo(Duration.ofSeconds(11));
				assertThat(options.getMaxPingsOut()).isEqualTo(4);
				assertThat(options.getInboxPrefix()).isEqualTo("_MINE.");
				assertThat(options.isNoEcho()).isTrue();
				assertThat(options.isNoRandomize()).isTrue();
				assertThat(options.isIgnoreDiscoveredServers()).isTrue();
				assertThat(options.getMaxMessagesInOutgoingQueue()).isEqualTo(99);
				assertThat(options.isDiscardMessagesWhenOutgoingQueueFull()).isTrue();
				assertThat(options.getWriteQueuePushTimeout()).isEqualTo(Duration.ofSeconds(3));
				assertThat(options.getSocketWriteTimeout()).isEqualTo(Duration.ofSeconds(4));
				assertThat(options.getRequestCleanupInterval()).isEqualTo(Duration.ofSeconds(6));
				assertThat(options.getBufferSize()).isEqualTo(128 * 1024);
				assertThat(options.getMaxControlLine()).isEqualTo(8 * 1024);
			});
	}

	@Test
	void customizersComeLastAndInOrder() {
		this.runner.withPropertyValues("nats.connection-name=property")
			.withUserConfiguration(Customizers.class)
			.run((context) -> {
				Options options = context.getBean(Connection.class).getOptions();
				assertThat(options.getConnectionName()).isEqualTo("second");
			});
	}

	@Test
	void jetStreamBeansBackOffToTheUsersOwn() {
		JetStream jetStream = mock(JetStream.class);
		JetStreamManagement management = mock(JetStreamManagement.class);
		KeyValueManagement keyValueManagement = mock(KeyValueManagement.class);
		this.runner.withBean(JetStream.class, () -> jetStream)
			.withBean(JetStreamManagement.class, () -> management)
			.withBean(KeyValueManagement.class, () -> keyValueManagement)
			.run((context) -> {
				assertThat(context.getBean(JetStream.class)).isSameAs(jetStream);
				assertThat(context.getBean(JetStreamManagement.class)).isSameAs(management);
				assertThat(context.getBean(KeyValueManagement.class)).isSameAs(keyValueManagement);
			});
	}

	@Test
	void theTemplateBacksOffToOperationsOfTheUser() {
		NatsOperations own = mock(NatsOperations.class);
		this.runner.withBean(NatsOperations.class, () -> own).run((context) -> {
			assertThat(context).doesNotHaveBean(NatsTemplate.class);
			assertThat(context.getBean(NatsOperations.class)).isSameAs(own);
		});
	}

	@Test
	void conditionsOfLaterAutoConfigurationsSeeTheBeans() {
		this.runner.withConfiguration(AutoConfigurations.of(LaterAutoConfiguration.class))
			.run((context) -> assertThat(context).hasBean("later"));
	}

	@Test
	void aChildContextUsesTheConnectionOfItsParent() {
		this.runner.run((parent) -> new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class))
			.withParent(parent)
			.run((child) -> {
				assertThat(child.getBean(Connection.class)).isSameAs(parent.getBean(Connection.class));
				assertThat(child.containsLocalBean("natsConnection")).isFalse();
				assertThat(child.containsLocalBean("natsTemplate")).isFalse();
			}));
	}

	@Test
	void aBeanNameTakenByAnotherTypeIsRefused() {
		this.runner.withBean("natsJetStream", String.class, () -> "").run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("natsJetStream", "JetStream", "another type");
			assertThat(analysis.getAction()).contains("Rename");
		});
	}

	@Test
	void theUsersConnectionWinsOverEverything() {
		Connection connection = mock(Connection.class);
		given(connection.getStatus()).willReturn(Connection.Status.CONNECTED);
		this.runner.withBean(Connection.class, () -> connection)
			.withPropertyValues("nats.embedded.enabled=true", "nats.embedded.binary=/nowhere")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(EmbeddedNatsServer.class);
				assertThat(context.getBean(Connection.class)).isSameAs(connection);
			});
	}

	@Test
	void connectionDetailsWinOverTheEmbeddedServerAndTheProperties() {
		this.runner.withBean(NatsConnectionDetails.class, () -> () -> List.of(server.url()))
			.withPropertyValues("nats.servers=nats://127.0.0.1:1", "nats.embedded.enabled=true")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(EmbeddedNatsServer.class);
				assertThat(context.getBean(Connection.class).getConnectedUrl()).isEqualTo(server.url());
			});
	}

	@Test
	void theEmbeddedServerWinsOverTheServersProperty() {
		Connection[] connection = new Connection[1];
		this.runner
			.withPropertyValues("nats.embedded.enabled=true",
					"nats.embedded.binary=" + Objects.toString(NatsServer.binary(), ""))
			.run((context) -> {
				connection[0] = context.getBean(Connection.class);
				assertThat(connection[0].getConnectedUrl())
					.isEqualTo(context.getBean(EmbeddedNatsServer.class).getUrl())
					.isNotEqualTo(server.url());
			});
	}

	@Test
	void connectionDetailsOfANamedConnectionDoNotReplaceTheEmbeddedServer() {
		this.runner.withUserConfiguration(ArchiveDetails.class)
			.withPropertyValues("nats.connections.archive.connection-name=archive", "nats.embedded.enabled=true",
					"nats.embedded.binary=" + Objects.toString(NatsServer.binary(), ""))
			.run((context) -> {
				assertThat(context.getBean(Connection.class).getConnectedUrl())
					.isEqualTo(context.getBean(EmbeddedNatsServer.class).getUrl());
				assertThat(context.getBean("archiveNatsConnection", Connection.class).getConnectedUrl())
					.isEqualTo(server.url());
			});
	}

	@Test
	void aMissingBinaryIsExplained() {
		this.runner.withPropertyValues("nats.embedded.enabled=true", "nats.embedded.binary=/nowhere/nats-server")
			.run((context) -> {
				FailureAnalysis analysis = FailureAnalyses.of(context);
				assertThat(analysis.getDescription()).contains("/nowhere/nats-server");
				assertThat(analysis.getAction()).contains("nats.embedded.binary");
			});
	}

	@Test
	void aServerThatIsDownIsExplainedWithinSeconds() {
		long start = System.nanoTime();
		this.runner.withPropertyValues("nats.servers=nats://user:secret@127.0.0.1:1,joe:secret@127.0.0.1:2")
			.run((context) -> {
				FailureAnalysis analysis = FailureAnalyses.of(context);
				assertThat(analysis.getDescription()).contains("127.0.0.1:1", "127.0.0.1:2").doesNotContain("secret");
				assertThat(analysis.getAction()).contains("nats.servers");
				assertNoSecret(context);
			});
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
	}

	@ParameterizedTest
	@ValueSource(strings = { "nats.servers=nats://app:secret,secret@127.0.0.1:1",
			"nats.servers=nats://app:secret secret@127.0.0.1:1", "nats.servers=nats://app:secret^secret@127.0.0.1:1",
			"nats.servers=app:secret/secret@127.0.0.1:1" })
	void aPasswordThatIsNotPercentEncodedIsNotQuoted(String property) {
		this.runner.withPropertyValues(property).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription() + analysis.getAction()).contains("nats.servers")
				.doesNotContain("secret");
			assertNoSecret(context);
		});
	}

	@Test
	void aWrongPasswordIsExplainedWithoutQuotingIt() {
		try (NatsServer secured = NatsServer.start("authorization { user: app, password: right }")) {
			ApplicationContextRunner securedRunner = this.runner.withPropertyValues("nats.servers=" + secured.url(),
					"nats.username=app");
			securedRunner.withPropertyValues("nats.password=secret").run((context) -> {
				FailureAnalysis analysis = FailureAnalyses.of(context);
				assertThat(analysis.getDescription()).contains(secured.url());
				assertThat(analysis.getAction()).contains("nats.password");
				assertNoSecret(context);
			});
			securedRunner.withPropertyValues("nats.password=right")
				.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@Test
	void aBrokenNkeySeedIsRefusedWithoutQuotingIt() {
		this.runner.withPropertyValues("nats.nkey-seed=secret").run((context) -> {
			assertThat(FailureAnalyses.of(context).getDescription()).contains("nats.nkey-seed");
			assertNoSecret(context);
		});
	}

	@Test
	void twoKindsOfLoginAreRefused() {
		this.runner.withPropertyValues("nats.token=secret", "nats.username=u", "nats.password=secret")
			.run((context) -> {
				assertThat(FailureAnalyses.of(context).getDescription()).contains("nats.username", "nats.token");
				assertNoSecret(context);
			});
	}

	@Test
	void halfALoginIsRefused() {
		this.runner.withPropertyValues("nats.username=u")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("nats.password"));
	}

	@ParameterizedTest
	@CsvSource({ "nats.startup, later", "nats.template.reply-timeout, 0", "nats.connection-timeout, -1s",
			"nats.ping-interval, 0", "nats.max-pings-out, 0", "nats.jetstream.request-timeout, 0",
			"nats.listener.concurrency, 0", "nats.listener.drain-timeout, -1s", "nats.listener.snapshot-timeout, -1s",
			"nats.embedded.listen-port, 70000", "nats.servers, http://localhost:4222",
			"nats.servers, nats://localhost:abc", "nats.ssl.bundle, nope", "nats.servers, ''" })
	void aValueThatCannotWorkIsExplained(String property, String value) {
		this.runner.withPropertyValues(property + "=" + value).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription().replace("-", "").toLowerCase(Locale.ROOT))
				.contains(property.replace("-", ""));
			assertThat(analysis.getAction()).isNotEmpty();
		});
	}

	@Test
	void aServerThatIsNoUrlIsRefused() {
		this.runner.withPropertyValues("nats.servers=nats://local host")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("nats.servers"));
	}

	@Test
	void jetStreamOptionsComeFromProperties() {
		this.runner.withPropertyValues("nats.jetstream.domain=hub", "nats.jetstream.request-timeout=7s")
			.run((context) -> {
				assertThat(context.getBean(JetStreamOptions.class).getPrefix()).isEqualTo("$JS.hub.API.");
				assertThat(context.getBean(JetStreamOptions.class).getRequestTimeout())
					.isEqualTo(Duration.ofSeconds(7));
			});
	}

	private static void assertNoSecret(AssertableApplicationContext context) {
		assertThat(context.getStartupFailure()).hasStackTraceContaining("nats").extracting((failure) -> {
			StringWriter writer = new StringWriter();
			failure.printStackTrace(new PrintWriter(writer));
			return writer.toString();
		}).asString().doesNotContain("secret");
	}

	@AutoConfiguration(after = NatsAutoConfiguration.class)
	@ConditionalOnSingleCandidate(Connection.class)
	@ConditionalOnBean({ JetStream.class, NatsOperations.class })
	static class LaterAutoConfiguration {

		@Bean
		String later() {
			return "later";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ArchiveDetails {

		@Bean
		@Qualifier("archive")
		NatsConnectionDetails archiveDetails() {
			return () -> List.of(server.url());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		@Order(2)
		NatsOptionsCustomizer second() {
			return (options) -> options.connectionName("second");
		}

		@Bean
		@Order(1)
		NatsOptionsCustomizer first() {
			return (options) -> options.connectionName("first");
		}

	}

}
