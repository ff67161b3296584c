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

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.FailureAnalyses;
import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.core.NatsNotConnectedException;
import io.github.natskv.core.NatsOptionsCustomizer;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.NatsTimeoutException;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.Mockito.mock;

/**
 * A second connection by configuration: its beans, and what the default connection has to
 * do with it, which is nothing.
 */
@ExtendWith(OutputCaptureExtension.class)
class NamedConnectionTests {

	@AutoClose
	private static final NatsServer main = NatsServer.start();

	@AutoClose
	private static final NatsServer archive = NatsServer.start("""
			accounts {
			  A { jetstream: enabled, users: [ { user: a, password: one } ] }
			  B { jetstream: enabled, users: [ { user: b, password: two } ] }
			}
			""");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withPropertyValues("spring.application.name=shop", "nats.servers=" + main.url(),
				"nats.kv.buckets.profiles.history=2", "nats.connections.archive.servers=" + archive.url(),
				"nats.connections.archive.username=a", "nats.connections.archive.password=one",
				"nats.connections.archive.kv.buckets.audit.history=5",
				"nats.connections.archive.kv.buckets.audit.value-type=" + Audit.class.getName());

	@BeforeEach
	void deleteBuckets() throws Exception {
		deleteBuckets(main.connect());
		deleteBuckets(connect("a", "one"));
		deleteBuckets(connect("b", "two"));
	}

	private static Connection connect(String user, String password) throws Exception {
		return Nats.connect(archive.url().replace("//", "//" + user + ":" + password + "@"));
	}

	private static void deleteBuckets(Connection connection) throws Exception {
		try (connection) {
			for (String name : connection.keyValueManagement().getBucketNames()) {
				connection.keyValueManagement().delete(name);
			}
		}
	}

	@Test
	void aChildContextUsesTheConnectionsOfItsParent() {
		this.runner.run((parent) -> {
			Connection connection = parent.getBean("archiveNatsConnection", Connection.class);
			child(parent).withUserConfiguration(ByQualifier.class).run((child) -> {
				assertThat(child).hasNotFailed();
				assertThat(child.getBean(NatsConnections.class).get("archive")).isSameAs(connection);
				assertThat(child.getBean(ByQualifier.class).connection).isSameAs(connection);
				assertThat(child.getBean("archiveNatsKeyValueBuckets"))
					.isSameAs(parent.getBean("archiveNatsKeyValueBuckets"));
				child.getBean("audit", KeyValue.class).put("key", "{}");
			});
			assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
			assertThat(parent.getBean("audit", KeyValue.class).get("key")).isNotNull();
		});
	}

	@Test
	void aChildContextHasTheConnectionsItDeclaresItself() {
		this.runner.run((parent) -> {
			Map<String, Object> own = Map.of("nats.connections.archive.username", "b",
					"nats.connections.archive.password", "two");
			child(parent)
				.withInitializer((context) -> context.getEnvironment()
					.getPropertySources()
					.addFirst(new MapPropertySource("child", own)))
				.run((child) -> {
					assertThat(child).hasNotFailed();
					child.getBean("audit", KeyValue.class).put("key", "{}");
				});
			child(parent).withUserConfiguration(Extensions.class)
				.run((child) -> assertThat(child.getBean("archiveNatsConnection"))
					.isNotSameAs(parent.getBean("archiveNatsConnection")));
			assertThat(parent.getBean("audit", KeyValue.class).get("key")).isNull();
		});
	}

	private ApplicationContextRunner child(ApplicationContext parent) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
			.withParent(parent);
	}

	@Test
	void eachKindOfBeanIsInjectedByQualifier() {
		this.runner.withUserConfiguration(ByQualifier.class).run((context) -> {
			ByQualifier beans = context.getBean(ByQualifier.class);
			assertThat(beans.connection.getServerInfo().getPort()).isEqualTo(archive.port());
			assertThat(beans.connection.getOptions().getConnectionName()).isEqualTo("shop-archive");
			assertThat(beans.jetStreamManagement.getStreamNames()).containsExactly("KV_audit");
			assertThat(beans.jetStream.getStreamContext("KV_audit").getStreamName()).isEqualTo("KV_audit");
			assertThat(beans.keyValueManagement.getBucketNames()).containsExactly("audit");
			assertThat(beans.template).isNotSameAs(context.getBean(NatsTemplate.class));
			assertThat(beans.buckets.names()).containsExactly("audit");
			assertThat(beans.byBeanName).isSameAs(beans.connection);
			long revision = beans.typed.put("one", new Audit("login"));
			assertThat(beans.audit.get("one").getValueAsString()).isEqualTo("{\"what\":\"login\"}");
			assertThat(beans.buckets.bucket("audit", Audit.class).update("one", new Audit("logout"), revision))
				.isGreaterThan(revision);
			assertThat(beans.typed.getStatus().getMaxHistoryPerKey()).isEqualTo(5);
		});
	}

	@Test
	void whatHasNoQualifierIsOfTheDefaultConnection() {
		this.runner.withPropertyValues("nats.kv.buckets.profiles.value-type=" + Audit.class.getName())
			.withUserConfiguration(WithoutQualifier.class)
			.run((context) -> {
				WithoutQualifier beans = context.getBean(WithoutQualifier.class);
				assertThat(beans.connection.getServerInfo().getPort()).isEqualTo(main.port());
				assertThat(beans.connection.getOptions().getConnectionName()).isEqualTo("shop");
				assertThat(beans.keyValueManagement.getBucketNames()).containsExactly("profiles");
				assertThat(beans.anyName.getBucketName()).isEqualTo("profiles");
				assertThat(beans.byMap).containsOnlyKeys("profiles");
				assertThat(beans.typed.getName()).isEqualTo("profiles");
				assertThat(beans.buckets.names()).containsExactly("profiles");
				assertThat(context.getBean(Connection.class)).isSameAs(beans.connection);
				assertThat(context.getBeanProvider(KeyValue.class).getIfUnique()).isSameAs(beans.anyName);
			});
	}

	@Test
	void otherBeansAreAskedForByTheNamesThereAre() {
		this.runner.run((context) -> {
			NatsConnections connections = context.getBean(NatsConnections.class);
			assertThat(connections.names()).containsExactly("archive");
			assertThat(connections.get("archive")).isSameAs(context.getBean("archiveNatsConnection"));
			assertThat(connections.get("archive", KeyValueBuckets.class).names()).containsExactly("audit");
			assertThatIllegalArgumentException().isThrownBy(() -> connections.get("other"))
				.withMessageContaining("other");
		});
	}

	@Test
	void templatesTalkOverTheirConnection() throws Exception {
		try (Connection responder = connect("a", "one")) {
			responder.createDispatcher((message) -> responder.publish(message.getReplyTo(), message.getData()))
				.subscribe("echo");
			responder.flush(Duration.ofSeconds(2));
			this.runner.withUserConfiguration(ByQualifier.class)
				.run((context) -> assertThat(
						context.getBean(ByQualifier.class).template.request("echo", "hi", String.class))
					.isEqualTo("hi"));
		}
	}

	@Test
	void templatesHaveTheirOwnTimeout() throws Exception {
		try (Connection responder = connect("a", "one")) {
			responder.createDispatcher((message) -> {
			}).subscribe("silent");
			responder.flush(Duration.ofSeconds(2));
			this.runner
				.withPropertyValues("nats.template.reply-timeout=1h",
						"nats.connections.archive.template.reply-timeout=50ms")
				.withUserConfiguration(ByQualifier.class)
				.run((context) -> assertThatExceptionOfType(NatsTimeoutException.class).isThrownBy(
						() -> context.getBean(ByQualifier.class).template.request("silent", "hi", String.class)));
		}
	}

	@Test
	void twoConnectionsMayBeOfTwoAccountsOfOneServer() {
		this.runner
			.withPropertyValues("nats.servers=" + archive.url(), "nats.username=b", "nats.password=two",
					"nats.kv.buckets.audit.bean-name=audits", "nats.kv.buckets.audit.history=1")
			.run((context) -> {
				KeyValue ofDefault = context.getBean("audits", KeyValue.class);
				KeyValue ofArchive = context.getBean("audit", KeyValue.class);
				ofDefault.put("key", "b");
				ofArchive.put("key", "a");
				assertThat(ofDefault.get("key").getValueAsString()).isEqualTo("b");
				assertThat(ofArchive.get("key").getValueAsString()).isEqualTo("a");
			});
	}

	@Test
	void bucketsOfTheSameKeyAreToldApartByBeanName() {
		this.runner
			.withPropertyValues("nats.kv.buckets.profiles.value-type=" + Audit.class.getName(),
					"nats.connections.archive.kv.buckets.profiles.bean-name=oldProfiles",
					"nats.connections.archive.kv.buckets.profiles.value-type=" + Audit.class.getName())
			.withUserConfiguration(SameKeys.class)
			.run((context) -> {
				SameKeys beans = context.getBean(SameKeys.class);
				beans.typed.put("key", new Audit("new"));
				beans.oldTyped.put("key", new Audit("old"));
				assertThat(beans.profiles.get("key").getValueAsString()).contains("new");
				assertThat(beans.oldProfiles.get("key").getValueAsString()).contains("old");
			});
	}

	@Test
	void aBeanNameTakenByTheOtherConnectionIsRefusedProposingBeanName() {
		this.runner.withPropertyValues("nats.connections.archive.kv.buckets.profiles.history=1").run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("nats.connections.archive.kv.buckets.profiles",
					"'nats.kv.buckets.profiles'");
			assertThat(analysis.getAction()).contains("bean-name");
		});
	}

	@Test
	void provisioningPoliciesArePerConnection() {
		this.runner
			.withPropertyValues("nats.kv.provisioning=validate", "nats.connections.archive.kv.provisioning=create")
			.run((context) -> assertThat(FailureAnalyses.of(context).getAction())
				.contains("'nats.kv.buckets.profiles.provisioning'"));
		this.runner.withPropertyValues("nats.connections.archive.kv.provisioning=validate").run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("nats.connections.archive.kv.buckets.audit");
			assertThat(analysis.getAction()).contains("'nats.connections.archive.kv.buckets.audit.provisioning'");
		});
	}

	@Test
	void aServerThatCannotBeReachedIsNamedWithTheProperty() {
		this.runner.withPropertyValues("nats.connections.archive.servers=nats://127.0.0.1:1").run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("'archive'", "nats://127.0.0.1:1");
			assertThat(analysis.getAction()).contains("'nats.connections.archive.servers'")
				.doesNotContain("'nats.servers'", "embedded");
		});
	}

	@Test
	void aRefusedLoginIsNamedWithTheProperties() {
		this.runner
			.withPropertyValues("nats.connections.archive.password=wrong-secret",
					"nats.connections.archive.connection-timeout=500ms")
			.run((context) -> {
				FailureAnalysis analysis = FailureAnalyses.of(context);
				assertThat(analysis.getDescription()).contains("'archive'").doesNotContain("wrong-secret");
				assertThat(analysis.getAction()).contains("'nats.connections.archive.password'")
					.doesNotContain("'nats.password'", "wrong-secret");
			});
	}

	@Test
	void aLoginThatCannotWorkIsNamedWithTheProperties() {
		this.runner.withPropertyValues("nats.connections.archive.token=t").run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("nats.connections.archive.username",
					"nats.connections.archive.token");
		});
		this.runner.withPropertyValues("nats.connections.archive.ssl.bundle=none")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.contains("'nats.connections.archive.ssl.bundle'"));
	}

	@Test
	void theLogSaysWhichConnectionItIs(CapturedOutput output) {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("Connection 'archive': Connected to NATS server")
			.containsPattern("(--| :) Connected to NATS server");
	}

	@Test
	void aNamedConnectionMayComeLater(CapturedOutput output) {
		NatsServer late = NatsServer.start();
		late.kill();
		try (late) {
			this.runner
				.withPropertyValues("nats.connections.archive.servers=" + late.url(),
						"nats.connections.archive.startup=retry", "nats.connections.archive.reconnect-wait=50ms")
				.withUserConfiguration(ByQualifier.class, ArchiveListeners.class)
				.run((context) -> {
					ByQualifier beans = context.getBean(ByQualifier.class);
					assertThat(context.getBean(Connection.class).getStatus()).isEqualTo(Connection.Status.CONNECTED);
					assertThat(beans.connection.getStatus()).isEqualTo(Connection.Status.CONNECTING);
					assertThatExceptionOfType(NatsNotConnectedException.class)
						.isThrownBy(() -> beans.template.publish("echo", "hi"))
						.withMessageContaining("nobody listens there");
					assertThatExceptionOfType(NatsNotConnectedException.class)
						.isThrownBy(() -> beans.jetStreamManagement.getStreamNames());
					assertThatExceptionOfType(KeyValueNotConnectedException.class)
						.isThrownBy(() -> beans.typed.get("one"));
					late.restart();
					Awaitility.await()
						.ignoreExceptions()
						.until(() -> beans.template.request("echo", "hi", String.class).equals("hi"));
					beans.typed.put("one", new Audit("login"));
					assertThat(beans.audit.getStatus().getMaxHistoryPerKey()).isEqualTo(5);
					assertThat(beans.jetStreamManagement.getStreamNames()).containsExactly("KV_audit");
					Queue<Audit> changes = context.getBean(ArchiveListeners.class).changes;
					Awaitility.await().until(() -> changes.contains(new Audit("login")));
				});
		}
		assertThat(output).containsOnlyOnce("Connection 'archive': No connection to NATS at " + late.url())
			.contains("set 'nats.connections.archive.servers' to where it is. Trying again",
					"Connection 'archive': Connected to NATS server");
	}

	@Test
	void bothConnectionsAreClosedWithTheContext() {
		Map<String, Connection> connections = new LinkedHashMap<>();
		this.runner.run((context) -> connections.putAll(context.getBeansOfType(Connection.class)));
		assertThat(connections).containsOnlyKeys("natsConnection", "archiveNatsConnection");
		assertThat(connections.values())
			.allSatisfy((connection) -> assertThat(connection.getStatus()).isEqualTo(Connection.Status.CLOSED));
	}

	@Test
	void whatWasPublishedLastIsSentBeforeTheConnectionCloses() throws Exception {
		try (Connection other = connect("a", "one")) {
			var subscription = other.subscribe("bye");
			other.flush(Duration.ofSeconds(2));
			this.runner.withUserConfiguration(Farewell.class).run((context) -> assertThat(context).hasNotFailed());
			Awaitility.await().until(() -> subscription.getPendingMessageCount() == 4000);
		}
	}

	@Test
	void anOwnDefaultConnectionWorksBesideNamedOnes() {
		this.runner.withBean("own", Connection.class, main::connect)
			.withUserConfiguration(ByQualifier.class)
			.run((context) -> {
				assertThat(context.getBean(Connection.class)).isSameAs(context.getBean("own"));
				assertThat(context.getBean(ByQualifier.class).buckets.names()).containsExactly("audit");
				assertThat(context.getBean("profiles", KeyValue.class).getStatus().getMaxHistoryPerKey()).isEqualTo(2);
			});
	}

	@Test
	void aBeanOfTheApplicationReplacesOneOfAConnection() {
		JetStream own = mock(JetStream.class);
		this.runner
			.withBean("archiveNatsJetStream", JetStream.class, () -> own,
					(definition) -> ((AbstractBeanDefinition) definition).setDefaultCandidate(false))
			.run((context) -> {
				assertThat(context.getBean(NatsConnections.class).get("archive", JetStream.class)).isSameAs(own);
				assertThat(context.getBean(JetStream.class)).isNotSameAs(own);
			});
	}

	@Test
	void aBeanNameTakenByAnotherTypeIsRefused() {
		this.runner.withBean("archiveNatsTemplate", String.class, () -> "")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.contains("nats.connections.archive", "'archiveNatsTemplate'"));
	}

	@Test
	void beansOfTheApplicationAreForTheConnectionTheyAreQualifiedWith() {
		this.runner
			.withPropertyValues("nats.connections.archive.servers=nats://127.0.0.1:1",
					"nats.connections.archive.kv.buckets.audit.codec=auditCodec")
			.withUserConfiguration(Extensions.class)
			.run((context) -> {
				Connection ofDefault = context.getBean(Connection.class);
				Connection ofArchive = context.getBean(NatsConnections.class).get("archive");
				assertThat(ofDefault.getServerInfo().getPort()).isEqualTo(main.port());
				assertThat(ofArchive.getServerInfo().getPort()).isEqualTo(archive.port());
				assertThat(ofDefault.getOptions().getInboxPrefix()).isEqualTo("_DEFAULT.");
				assertThat(ofArchive.getOptions().getInboxPrefix()).isEqualTo("_SECOND.");
				assertThat(ofDefault.keyValueManagement().getBucketNames()).containsExactlyInAnyOrder("profiles",
						"inCode");
				assertThat(ofArchive.keyValueManagement().getBucketNames()).containsExactlyInAnyOrder("audit",
						"archivedInCode");
			});
	}

	@Test
	void aCodecNamedByABucketOfOneConnectionIsNotTheOneOfTheApplication() {
		this.runner
			.withPropertyValues("nats.connections.archive.kv.buckets.audit.codec=auditCodec",
					"nats.connections.archive.kv.buckets.audit.value-type=java.lang.String",
					"nats.kv.buckets.profiles.value-type=" + Audit.class.getName())
			.withBean("auditCodec", KeyValueCodec.class, TextCodec::new)
			.withUserConfiguration(Codecs.class)
			.run((context) -> {
				context.getBean(Codecs.class).profiles.put("key", new Audit("x"));
				assertThat(context.getBean(Codecs.class).profiles.getKeyValue().get("key").getValueAsString())
					.isEqualTo("{\"what\":\"x\"}");
			});
	}

	@Test
	void withoutNamedConnectionsThereIsNothingOfThem() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + main.url())
			.run((context) -> {
				assertThat(context.getBean(NatsConnections.class).names()).isEmpty();
				for (Class<?> type : List.of(Connection.class, JetStream.class, KeyValueBuckets.class,
						NatsTemplate.class)) {
					assertThat(context).hasSingleBean(type);
				}
			});
	}

	record Audit(String what) {
	}

	static class TextCodec implements KeyValueCodec {

		@Override
		public byte[] encode(Object value, Type type) {
			return value.toString().getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public Object decode(byte[] bytes, Type type) {
			return new String(bytes, StandardCharsets.UTF_8);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByQualifier {

		@Autowired
		@Qualifier("archive")
		Connection connection;

		@Autowired
		@Qualifier("archive")
		JetStream jetStream;

		@Autowired
		@Qualifier("archive")
		JetStreamManagement jetStreamManagement;

		@Autowired
		@Qualifier("archive")
		KeyValueManagement keyValueManagement;

		@Autowired
		@Qualifier("archive")
		NatsTemplate template;

		@Autowired
		@Qualifier("archive")
		KeyValueBuckets buckets;

		@Autowired
		@Qualifier("audit")
		KeyValue audit;

		@Autowired
		@Qualifier("audit")
		KeyValueBucket<Audit> typed;

		@Autowired
		@Qualifier("archiveNatsConnection")
		Connection byBeanName;

	}

	@Configuration(proxyBeanMethods = false)
	static class ArchiveListeners {

		private final Queue<Audit> changes = new ConcurrentLinkedQueue<>();

		@NatsListener(subjects = "echo", connection = "archive")
		String echo(String message) {
			return message;
		}

		@KeyValueListener(bucket = "audit", connection = "archive", ignoreDeletes = true)
		void on(BucketEntry<Audit> change) {
			this.changes.add(change.value());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithoutQualifier {

		@Autowired
		Connection connection;

		@Autowired
		KeyValueManagement keyValueManagement;

		@Autowired
		KeyValue anyName;

		@Autowired
		Map<String, KeyValue> byMap;

		@Autowired
		KeyValueBucket<Audit> typed;

		@Autowired
		KeyValueBuckets buckets;

	}

	@Configuration(proxyBeanMethods = false)
	static class SameKeys {

		@Autowired
		@Qualifier("profiles")
		KeyValue profiles;

		@Autowired
		@Qualifier("profiles")
		KeyValueBucket<Audit> typed;

		@Autowired
		@Qualifier("oldProfiles")
		KeyValue oldProfiles;

		@Autowired
		@Qualifier("oldProfiles")
		KeyValueBucket<Audit> oldTyped;

	}

	@Configuration(proxyBeanMethods = false)
	static class Codecs {

		@Autowired
		KeyValueBucket<Audit> profiles;

	}

	@Configuration(proxyBeanMethods = false)
	static class Farewell implements DisposableBean {

		@Autowired
		@Qualifier("archive")
		NatsTemplate template;

		@Override
		public void destroy() {
			for (int i = 0; i < 4000; i++) {
				this.template.publish("bye", new byte[1000]);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Extensions {

		@Bean
		NatsOptionsCustomizer ofDefault() {
			return (options) -> options.inboxPrefix("_DEFAULT.");
		}

		@Bean
		@Qualifier("archive")
		NatsOptionsCustomizer ofArchive() {
			return (options) -> options.inboxPrefix("_SECOND.");
		}

		@Bean
		@Qualifier("archive")
		NatsConnectionDetails details() {
			return new NatsConnectionDetails() {
				@Override
				public List<String> getServers() {
					return List.of(archive.url());
				}

				@Override
				public String getUsername() {
					return "b";
				}

				@Override
				public String getPassword() {
					return "two";
				}
			};
		}

		@Bean
		KeyValueConfiguration inCode() {
			return KeyValueConfiguration.builder("inCode").build();
		}

		@Bean
		@Qualifier("archive")
		KeyValueConfiguration archivedInCode() {
			return KeyValueConfiguration.builder("archivedInCode").build();
		}

		@Bean
		KeyValueCodec auditCodec() {
			return new TextCodec();
		}

	}

}
