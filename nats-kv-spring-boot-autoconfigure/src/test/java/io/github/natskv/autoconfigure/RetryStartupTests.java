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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsConnectionEvent;
import io.github.natskv.core.NatsConnectionEvent.Kind;
import io.github.natskv.core.NatsNotConnectedException;
import io.github.natskv.core.NatsOptionsCustomizer;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BulkOperationException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.provisioning.Provisioner;
import io.github.natskv.provisioning.ProvisioningException;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.ErrorListener;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.ServerInfo;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Starting while there is no server.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class RetryStartupTests {

	private static final String SILENT = "it takes the connection but gave no answer within 'nats.connection-timeout'";

	@BeforeAll
	static void logEverything() {
		((Logger) LoggerFactory.getLogger("io.github.natskv.autoconfigure")).setLevel(Level.DEBUG);
	}

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class,
				ApplicationAvailabilityAutoConfiguration.class))
		.withBean(Told.class)
		.withPropertyValues("nats.startup=retry", "nats.reconnect-wait=50ms", "nats.reconnect-jitter=0ms");

	private ApplicationContextRunner runner(NatsServer server) {
		return this.runner.withPropertyValues("nats.servers=" + server.url());
	}

	private static NatsServer absent(String configuration) {
		NatsServer server = NatsServer.start(configuration);
		server.kill();
		return server;
	}

	private static void awaitConnected(ApplicationContext context) {
		Connection connection = context.getBean(Connection.class);
		Awaitility.await().until(() -> connection.getStatus() == Connection.Status.CONNECTED);
		context.getBean(Told.class).await(Kind.CONNECTED);
	}

	@Test
	void withoutAServerEverythingIsThereAndFailsAtOnce() throws Exception {
		try (NatsServer server = absent("")) {
			// what waits for anything runs into the timeout of the test
			runner(server).withPropertyValues("nats.connection-timeout=1h", "nats.template.reply-timeout=1h",
					"nats.jetstream.request-timeout=1h", "nats.listener.snapshot-timeout=1h",
					"nats.kv.buckets.flags.value-type=java.lang.String", "nats.kv.buckets.exact.consistent-reads=true")
				.withBean(Listeners.class)
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertConnection(context.getBean(Connection.class), server);
					notConnected(() -> context.getBean(JetStream.class).publish("a", new byte[0]));
					notConnected(() -> context.getBean(JetStreamManagement.class).getStreamNames());
					notConnected(() -> context.getBean(KeyValueManagement.class).getBucketNames());
					assertTemplate(context.getBean(NatsTemplate.class));
					assertBuckets(context);
				});
		}
	}

	private void assertConnection(Connection connection, NatsServer server) {
		assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTING);
		assertThat(connection.getServerInfo()).isSameAs(ServerInfo.EMPTY_INFO);
		assertThat(connection.getServers()).containsExactly(server.url());
		assertThat(connection.getOptions().getReconnectWait()).isEqualTo(Duration.ofMillis(50));
		assertThat(connection.getConnectedUrl()).isNull();
		assertThat(connection.getMaxPayload()).isEqualTo(-1);
		assertThat(connection.getStatistics().getReconnects()).isZero();
		assertThat(connection.createInbox()).startsWith("_INBOX.").isNotEqualTo(connection.createInbox());
		assertThat(connection.getLastError()).contains("Connection refused");
		assertThat(connection).isEqualTo(connection).hasSameHashCodeAs(connection).isNotEqualTo(new Object());
		assertThat(connection.toString()).contains(server.url(), "CONNECTING");
		notConnected(() -> connection.publish("a", new byte[0]));
		notConnected(() -> connection.subscribe("a"));
		notConnected(connection::createDispatcher);
		notConnected(connection::jetStream);
		notConnected(() -> connection.keyValue("flags"));
		notConnected(() -> connection.request("a", new byte[0]));
		notConnected(() -> connection.flush(Duration.ofHours(1)));
	}

	private void assertTemplate(NatsTemplate template) {
		notConnected(() -> template.publish("a", "b"));
		notConnected(() -> template.publish("a", "b", Map.of("c", "d")));
		notConnected(() -> template.request("a", "b", String.class));
		assertThat(template.requestAsync("a", "b", String.class)).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withCauseInstanceOf(NatsNotConnectedException.class);
	}

	@SuppressWarnings("unchecked")
	private void assertBuckets(ApplicationContext context) {
		KeyValue flags = context.getBean("flags", KeyValue.class);
		assertThat(flags.getBucketName()).isEqualTo("flags");
		noBucket(() -> flags.get("a"));
		noBucket(() -> flags.put("a", "b"));
		noBucket(flags::keys);
		noBucket(flags::getStatus);
		assertThat(flags.consumeKeys().poll().getException()).isInstanceOf(KeyValueNotConnectedException.class);
		noBucket(() -> context.getBean("exact", KeyValue.class).get("a"));
		KeyValueBucket<String> typed = context.getBean("flagsBucket", KeyValueBucket.class);
		noBucket(() -> typed.get("a"));
		noBucket(() -> typed.put("a", "b"));
		noBucket(() -> typed.create("a", "b", Duration.ofHours(1)));
		noBucket(() -> typed.compute("a", (value) -> "b"));
		noBucket(typed::keys);
		noBucket(() -> typed.watch(">", (entry) -> {
		}));
		noBucket(() -> typed.getAll(List.of("a", "b")));
		noBucket(() -> typed.stream().toList());
		noBucket(typed::clear);
		assertThat(typed.putAsync("a", "b")).isCompletedExceptionally();
		assertThat(typed.getAsync("a")).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withCauseInstanceOf(KeyValueNotConnectedException.class);
		assertThatExceptionOfType(BulkOperationException.class).isThrownBy(() -> typed.putAll(Map.of("a", "b")))
			.withCauseInstanceOf(KeyValueNotConnectedException.class);
	}

	private static void notConnected(ThrowingCallable operation) {
		assertThatExceptionOfType(NatsNotConnectedException.class).isThrownBy(operation)
			.withMessageContaining("Connection refused");
	}

	private static void noBucket(ThrowingCallable operation) {
		assertThatExceptionOfType(KeyValueNotConnectedException.class).isThrownBy(operation)
			.withMessageStartingWith("Not connected")
			.withMessageContaining("Connection refused");
	}

	@Test
	void everythingFollowsWhenTheServerIsThere(CapturedOutput output) throws Exception {
		try (NatsServer server = NatsServer.start()) {
			try (Connection before = server.connect()) {
				before.keyValueManagement().create(KeyValueConfiguration.builder("flags").build());
				before.keyValue("flags").put("a", "1");
			}
			server.kill();
			runner(server)
				.withPropertyValues("nats.kv.buckets.flags.value-type=java.lang.String",
						"nats.kv.buckets.profiles.history=7", "nats.listener.snapshot-timeout=1h")
				.withBean("audit", KeyValueConfiguration.class,
						() -> KeyValueConfiguration.builder("audit").maxHistoryPerKey(3).build())
				.withBean(Listeners.class)
				.run((context) -> {
					Connection connection = context.getBean(Connection.class);
					List<Events> events = new CopyOnWriteArrayList<>();
					@SuppressWarnings("deprecation")
					ConnectionListener listener = (source, event) -> events.add(event);
					connection.addConnectionListener(listener);
					AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
					assertThat(readiness(context)).isEqualTo(ReadinessState.REFUSING_TRAFFIC);

					server.restart();
					awaitConnected(context);

					assertWorks(context);
					Listeners listeners = context.getBean(Listeners.class);
					Awaitility.await().untilAsserted(() -> assertThat(listeners.changes).containsExactly("a=1"));
					Awaitility.await().until(() -> readiness(context) == ReadinessState.ACCEPTING_TRAFFIC);
					assertThat(events).containsExactly(Events.CONNECTED);
					connection.removeConnectionListener(listener);
					server.kill();
					context.getBean(Told.class).await(Kind.DISCONNECTED);
					assertThat(connection.getStatus()).isNotEqualTo(Connection.Status.CONNECTING);
					server.restart();
					context.getBean(Told.class).await(Kind.RECONNECTED);
					assertWorks(context);
					assertThat(context.getBean(Told.class).kinds()).containsExactly(Kind.CONNECTED, Kind.DISCONNECTED,
							Kind.RECONNECTED);
					assertThat(context.getBean(Told.class).events)
						.allMatch((event) -> event.getConnection() == connection);
					assertThat(events).containsExactly(Events.CONNECTED);
				});
		}
		assertThat(output).containsOnlyOnce("No connection to NATS at")
			.containsOnlyOnce("Connected to NATS server")
			.containsOnlyOnce("Reconnected to NATS server")
			.doesNotContain("closed for good");
	}

	@SuppressWarnings("unchecked")
	private static void assertWorks(ApplicationContext context) throws Exception {
		Connection connection = context.getBean(Connection.class);
		connection.flush(Duration.ofSeconds(5));
		assertThat(connection.getServerInfo().getVersion()).isEqualTo(connection.getServerInfo().getVersion());
		assertThat(context.getBean(JetStreamManagement.class).getStreamNames()).contains("KV_flags", "KV_profiles",
				"KV_audit");
		assertThat(context.getBean(JetStream.class).publish("$KV.profiles.x", new byte[0]).getStream())
			.isEqualTo("KV_profiles");
		assertThat(context.getBean(KeyValueManagement.class).getStatus("profiles").getMaxHistoryPerKey()).isEqualTo(7);
		KeyValueBuckets buckets = context.getBean(KeyValueBuckets.class);
		assertThat(buckets.keyValue("audit").getStatus().getMaxHistoryPerKey()).isEqualTo(3);
		KeyValue profiles = context.getBean("profiles", KeyValue.class);
		profiles.put("p", "1");
		assertThat(profiles.get("p").getValueAsString()).isEqualTo("1");
		KeyValueBucket<String> flags = context.getBean("flagsBucket", KeyValueBucket.class);
		assertThat(flags.get("a")).isEqualTo("1");
		NatsTemplate template = context.getBean(NatsTemplate.class);
		assertThat(template.request("one.x", "", String.class)).isEqualTo("one x");
		assertThat(template.request("four.x", "", String.class)).isEqualTo("four x");
	}

	private static ReadinessState readiness(ApplicationContext context) {
		return context.getBean(ApplicationAvailability.class).getReadinessState();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 10, 20, 30, 40, 50, 70, 100, 150 })
	void theServerMayComeAtAnyMoment(int delay) {
		try (NatsServer server = absent("")) {
			Executor later = CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS);
			CompletableFuture<Void> restarted = CompletableFuture.runAsync(server::restart, later);
			runner(server)
				.withPropertyValues("nats.reconnect-wait=10ms", "nats.kv.buckets.flags.value-type=java.lang.String",
						"nats.kv.buckets.profiles.history=7")
				.withBean("audit", KeyValueConfiguration.class,
						() -> KeyValueConfiguration.builder("audit").maxHistoryPerKey(3).build())
				.withBean(Listeners.class)
				.run((context) -> {
					restarted.join();
					awaitConnected(context);
					context.getBean(KeyValueBuckets.class).keyValue("flags").put("a", "1");
					assertWorks(context);
					Listeners listeners = context.getBean(Listeners.class);
					Awaitility.await().untilAsserted(() -> assertThat(listeners.changes).containsExactly("a=1"));
					assertThat(listeners.one).hasValue(1);
				});
		}
	}

	@Test
	void aSilentServerIsWaitedForNoLongerThanTheConnectionTimeout(CapturedOutput output) {
		try (NatsServer server = NatsServer.start()) {
			server.suspend();
			long start = System.nanoTime();
			runner(server).withPropertyValues("nats.connection-timeout=300ms").run((context) -> {
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
				Connection connection = context.getBean(Connection.class);
				assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTING);
				Awaitility.await().untilAsserted(() -> assertThat(connection.getLastError()).startsWith(SILENT));
				server.resume();
				awaitConnected(context);
			});
		}
		assertThat(output).containsOnlyOnce("No connection to NATS at")
			.contains("yet: " + SILENT, "handshake_first", ". Trying again");
	}

	@Test
	void aRefusedLoginIsTriedAgainUntilTheServerTakesIt(CapturedOutput output) {
		String conf = "authorization { user: u, password: %s }";
		try (NatsServer other = NatsServer.start(conf.formatted("another"))) {
			this.runner
				.withPropertyValues("nats.servers=nats://u:secret@127.0.0.1:" + other.port(),
						"nats.connection-timeout=500ms")
				.run((context) -> {
					Connection connection = context.getBean(Connection.class);
					assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTING);
					Awaitility.await()
						.untilAsserted(() -> assertThat(connection.getLastError()).contains("Authorization Violation"));
					assertThatExceptionOfType(NatsNotConnectedException.class)
						.isThrownBy(() -> connection.publish("a", new byte[0]))
						.withMessageContaining("Authorization Violation")
						.withMessageNotContaining("secret");
					other.close();
					Awaitility.await()
						.untilAsserted(() -> assertThat(connection.getLastError()).contains("Connection refused"));
					try (NatsServer right = NatsServer.start(conf.formatted("secret"), other.port())) {
						assertThat(right.port()).isEqualTo(other.port());
						awaitConnected(context);
					}
				});
		}
		assertThat(output).containsOnlyOnce("yet: the server refuses the login")
			.containsOnlyOnce("yet: nobody listens there")
			.contains("Check 'nats.username'")
			.doesNotContain("secret", "NATS server reported");
	}

	@Test
	void eachServerIsNamedWithWhatWasFoundThere(CapturedOutput output) {
		try (NatsServer dead = absent("");
				NatsServer closed = NatsServer.start("authorization { user: u, password: p }")) {
			this.runner
				.withPropertyValues("nats.servers=%s,%s".formatted(dead.url(), closed.url()),
						"nats.connection-timeout=500ms")
				.run((context) -> {
					Connection connection = context.getBean(Connection.class);
					Awaitility.await().until(() -> connection.getLastError() != null);
					assertThat(connection.getLastError()).contains(
							"127.0.0.1:%d: nobody listens".formatted(dead.port()),
							"127.0.0.1:%d: the server refuses the login (Authorization Violation), tried without any"
								.formatted(closed.port()));
					assertThat(output).contains("Start a server there", "Check 'nats.username'");
				});
		}
		assertThat(output).containsOnlyOnce("No connection to NATS at");
	}

	@Test
	void oneServerOfSeveralIsEnough() {
		try (NatsServer dead = absent(""); NatsServer server = NatsServer.start()) {
			this.runner
				.withPropertyValues("nats.servers=%s,%s".formatted(dead.url(), server.url()),
						"nats.randomize-servers=false")
				.run((context) -> {
					assertThat(context.getBean(Connection.class).getConnectedUrl()).isEqualTo(server.url());
					context.getBean(Told.class).await(Kind.CONNECTED);
					assertThat(context.getBean(Told.class).kinds()).containsExactly(Kind.CONNECTED);
				});
		}
	}

	@Test
	void withAServerStartUpIsAsEver() throws Exception {
		try (NatsServer server = NatsServer.start()) {
			runner(server).withBean(Listeners.class)
				.withPropertyValues("nats.kv.buckets.flags.history=2", "nats.kv.buckets.profiles.history=7",
						"nats.kv.buckets.flags.value-type=java.lang.String")
				.run((context) -> {
					assertThat(context.getBean(Connection.class).getStatus()).isEqualTo(Connection.Status.CONNECTED);
					assertThat(context.getBean("profiles", KeyValue.class).getStatus().getMaxHistoryPerKey())
						.isEqualTo(7);
					assertThat(context.getBean(NatsTemplate.class).request("one.x", "", String.class))
						.isEqualTo("one x");
				});
			runner(server)
				.withPropertyValues("nats.kv.buckets.flags.history=3", "nats.kv.buckets.flags.provisioning=validate")
				.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("flags",
						"history"));
		}
	}

	@Test
	void aBucketThatDiffersIsLoggedLateAndStopsNothingElse(CapturedOutput output) throws Exception {
		try (NatsServer server = NatsServer.start()) {
			try (Connection before = server.connect()) {
				before.keyValueManagement().create(KeyValueConfiguration.builder("strict").build());
			}
			server.kill();
			runner(server)
				.withPropertyValues("nats.kv.buckets.strict.history=5", "nats.kv.buckets.strict.provisioning=validate",
						"nats.kv.buckets.profiles.history=7", "nats.kv.buckets.flags.value-type=java.lang.String")
				.withBean(Listeners.class)
				.run((context) -> {
					Provisioner provisioner = context.getBean(Provisioner.class);
					assertThat(provisioner.getFailures()).isEmpty();
					server.restart();
					awaitConnected(context);
					assertThat(context.getBean("profiles", KeyValue.class).getStatus().getMaxHistoryPerKey())
						.isEqualTo(7);
					assertThat(context.getBean(NatsTemplate.class).request("one.x", "", String.class))
						.isEqualTo("one x");
					assertThat(provisioner.getFailures()).containsOnlyKeys("bucket 'strict'");
					ProvisioningException failure = provisioner.getFailures().get("bucket 'strict'");
					assertThat(output).containsOnlyOnce("%s %s".formatted(failure.getMessage(), failure.getAction()));
				});
		}
		assertThat(output).contains("ERROR").contains("Bucket 'strict' differs from its declaration");
	}

	@Test
	void aBucketNobodyAnswersAboutIsProvisionedLater(CapturedOutput output) {
		String conf = "authorization { users: [ { user: u, password: p, permissions: { publish: { deny: [%s] } } } ] }";
		try (NatsServer gone = absent("")) {
			this.runner
				.withPropertyValues("nats.servers=" + gone.url(), "nats.username=u", "nats.password=p",
						"nats.jetstream.request-timeout=200ms", "nats.kv.buckets.profiles.history=7")
				.run((context) -> {
					Provisioner provisioner = context.getBean(Provisioner.class);
					try (NatsServer closed = NatsServer.start(conf.formatted("\"$JS.API.>\""), gone.port())) {
						assertThat(closed.port()).isEqualTo(gone.port());
						awaitConnected(context);
						assertThat(provisioner.getFailures()).containsOnlyKeys("bucket 'profiles'");
					}
					try (NatsServer open = NatsServer.start(conf.formatted("nothing"), gone.port())) {
						assertThat(open.port()).isEqualTo(gone.port());
						Awaitility.await()
							.ignoreExceptions()
							.untilAsserted(() -> assertThat(
									context.getBean("profiles", KeyValue.class).getStatus().getMaxHistoryPerKey())
								.isEqualTo(7));
						Awaitility.await().until(() -> provisioner.getFailures().isEmpty());
					}
				});
		}
		assertThat(output)
			.containsOnlyOnce("Bucket 'profiles', declared by nats.kv.buckets.profiles, cannot be provisioned");
	}

	@Test
	void aBucketNobodyAnswersAboutAtTheStartIsProvisionedLater(CapturedOutput output) throws Exception {
		AtomicBoolean ready = new AtomicBoolean();
		try (NatsServer server = NatsServer.start(); Connection far = server.connect()) {
			// JetStream somewhere else, which loses requests until it is ready
			far.createDispatcher((message) -> {
				if (ready.get()) {
					far.publish("$JS" + message.getSubject().substring("far".length()), message.getReplyTo(),
							message.getData());
				}
			}).subscribe("far.API.>");
			far.flush(Duration.ofSeconds(5));
			runner(server)
				.withPropertyValues("nats.jetstream.prefix=far.API", "nats.jetstream.request-timeout=500ms",
						"nats.kv.buckets.profiles.history=7")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					Provisioner provisioner = context.getBean(Provisioner.class);
					assertThat(provisioner.getFailures()).containsOnlyKeys("bucket 'profiles'");
					ready.set(true);
					Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> provisioner.getFailures().isEmpty());
					assertThat(far.keyValueManagement().getStatus("profiles").getMaxHistoryPerKey()).isEqualTo(7);
				});
		}
		assertThat(output).contains("JetStream did not answer about bucket 'profiles'",
				"Trying again in the background");
	}

	@Test
	void whatJetStreamDoesNotAnswerAboutForWantOfAPermissionFailsTheStart() {
		try (NatsServer server = NatsServer.start(
				"authorization { users: [ { user: u, password: p, permissions: { publish: { deny: \"$JS.API.>\" } } } ] }")) {
			runner(server)
				.withPropertyValues("nats.username=u", "nats.password=p", "nats.jetstream.request-timeout=500ms",
						"nats.kv.buckets.profiles.history=7", "nats.kv.buckets.flags.history=7")
				.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
					.contains("does not allow the user to publish to '$JS.API.STREAM.INFO."));
		}
	}

	@Test
	void listenersCanBeStoppedAndPausedBeforeThereIsAServer() {
		try (NatsServer server = absent("")) {
			runner(server).withBean(Listeners.class).run((context) -> {
				NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
				assertThat(registry.ids()).allMatch(registry::isRunning).noneMatch(registry::isPaused);
				registry.stop("one");
				registry.pause("four");
				registry.stop("flags");
				assertThat(registry.isRunning("one")).isFalse();
				assertThat(registry.isPaused("four")).isTrue();
				server.restart();
				awaitConnected(context);
				NatsTemplate template = context.getBean(NatsTemplate.class);
				assertThat(template.requestAsync("one.x", "", String.class)).failsWithin(Duration.ofSeconds(5));
				assertThat(template.requestAsync("four.x", "", String.class)).failsWithin(Duration.ofSeconds(5));
				registry.start("one");
				registry.resume("four");
				assertThat(template.request("one.x", "", String.class)).isEqualTo("one x");
				assertThat(template.request("four.x", "", String.class)).isEqualTo("four x");
			});
		}
	}

	@Test
	void aListenerStoppedAndStartedWhileWaitingAnswersOnce() {
		try (NatsServer server = absent("")) {
			runner(server).withBean(Listeners.class).run((context) -> {
				NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
				registry.stop("one");
				registry.start("one");
				registry.pause("one");
				registry.resume("one");
				server.restart();
				awaitConnected(context);
				context.getBean(NatsTemplate.class).request("one.x", "", String.class);
				context.getBean(Connection.class).flush(Duration.ofSeconds(5));
				assertThat(context.getBean(Listeners.class).one).hasValue(1);
			});
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void closingWhileWaitingLeavesNothingBehind(boolean silent) throws Exception {
		try (NatsServer server = NatsServer.start(); NatsServer second = NatsServer.start()) {
			List<NatsServer> servers = List.of(server, second);
			servers.forEach(silent ? NatsServer::suspend : NatsServer::kill);
			Set<Thread> before = threads();
			this.runner
				.withPropertyValues("nats.servers=%s,%s".formatted(server.url(), second.url()),
						"nats.kv.buckets.flags.history=2", "nats.connection-timeout=1s")
				.withBean(Listeners.class)
				.run((context) -> {
					Connection connection = context.getBean(Connection.class);
					assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTING);
					assertThat(threads())
						.anyMatch((thread) -> thread.getName().equals("nats-connector") && !thread.isDaemon());
					long start = System.nanoTime();
					context.getSourceApplicationContext(ConfigurableApplicationContext.class).close();
					assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));
					assertThat(threads()).noneMatch((thread) -> thread.getName().equals("nats-connector"));
					assertThat(connection.getStatus()).isEqualTo(Connection.Status.CLOSED);
					assertThatExceptionOfType(NatsNotConnectedException.class)
						.isThrownBy(() -> connection.publish("a", new byte[0]))
						.withMessageContaining("closed");
				});
			Awaitility.await().untilAsserted(() -> {
				Set<Thread> left = threads();
				left.removeAll(before);
				assertThat(left).isEmpty();
			});
			if (silent) {
				servers.forEach(NatsServer::resume);
			}
		}
	}

	private static Set<Thread> threads() {
		Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
		threads.removeIf((thread) -> !thread.isAlive() || thread.getName().startsWith("awaitility")
				|| thread.getName().startsWith("process reaper") || thread.getName().startsWith("junit"));
		return threads;
	}

	@Test
	void aConnectionClosedByHandStaysClosed() throws Exception {
		try (NatsServer server = absent("")) {
			runner(server).run((context) -> {
				Connection connection = context.getBean(Connection.class);
				connection.close();
				context.getBean(Told.class).await(Kind.CLOSED);
				server.restart();
				assertThat(connection.getStatus()).isEqualTo(Connection.Status.CLOSED);
			});
			runner(server).run((context) -> {
				Connection connection = context.getBean(Connection.class);
				JetStream jetStream = context.getBean(JetStream.class);
				connection.close();
				context.getBean(Told.class).await(Kind.CLOSED);
				assertThat(connection.getStatus()).isEqualTo(Connection.Status.CLOSED);
				assertThatIllegalStateException().isThrownBy(() -> connection.publish("a", new byte[0]));
				assertThatExceptionOfType(NatsNotConnectedException.class)
					.isThrownBy(() -> jetStream.publish("a", new byte[0]));
			});
		}
	}

	@Test
	void listenersOfTheOptionsAreToldOfTheBeanAndOfNoAttempt() {
		List<String> events = new CopyOnWriteArrayList<>();
		Set<Connection> sources = ConcurrentHashMap.newKeySet();
		ErrorListener errors = new ErrorListener() {
			@Override
			public void exceptionOccurred(Connection source, Exception exception) {
				events.add("exception");
				sources.add(source);
			}
		};
		ConnectionListener listener = new ConnectionListener() {
			@Override
			public void connectionEvent(Connection source, Events event, Long time, String uri) {
				events.add(event.name());
				sources.add(source);
			}

			@Override
			@Deprecated
			public void connectionEvent(Connection source, Events event) {
				throw new AssertionError("not called");
			}
		};
		try (NatsServer server = absent("")) {
			runner(server)
				.withBean(NatsOptionsCustomizer.class,
						() -> (options) -> options.connectionListener(listener).errorListener(errors))
				.run((context) -> {
					assertThat(context.getBean(Connection.class).getLastError()).isNotNull();
					server.restart();
					Awaitility.await().until(() -> !events.isEmpty());
					assertThat(events).containsExactly("CONNECTED");
					server.kill();
					Awaitility.await().until(() -> events.contains("exception") && events.contains("DISCONNECTED"));
					assertThat(sources).containsExactly(context.getBean(Connection.class));
				});
		}
	}

	@Test
	void aConnectionOfTheApplicationIsLeftAlone() {
		try (NatsServer server = NatsServer.start()) {
			Connection own = server.connect();
			this.runner.withBean(Connection.class, () -> own).run((context) -> {
				assertThat(context.getBean(Connection.class)).isSameAs(own);
				assertThat(context.getBean(JetStreamManagement.class).getStreamNames()).isEmpty();
			});
		}
	}

	static class Told {

		final List<NatsConnectionEvent> events = new CopyOnWriteArrayList<>();

		@EventListener
		void on(NatsConnectionEvent event) {
			this.events.add(event);
		}

		List<Kind> kinds() {
			return new ArrayList<>(this.events.stream().map(NatsConnectionEvent::getKind).toList());
		}

		void await(Kind kind) {
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> kinds().contains(kind));
		}

	}

	static class Listeners {

		final List<String> changes = new CopyOnWriteArrayList<>();

		final AtomicInteger one = new AtomicInteger();

		@NatsListener(subjects = "one.{name}", id = "one")
		String one(@DestinationVariable String name) {
			this.one.incrementAndGet();
			return "one " + name;
		}

		@NatsListener(subjects = "four.{name}", id = "four", concurrency = "4", connection = "natsConnection")
		String four(@DestinationVariable String name) {
			return "four " + name;
		}

		@KeyValueListener(bucket = "flags", id = "flags")
		void onFlag(BucketEntry<String> change) {
			this.changes.add(change.key() + "=" + change.value());
		}

	}

}
