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

package io.github.natskv.provisioning;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import io.github.natskv.core.NatsEvent;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@ExtendWith(OutputCaptureExtension.class)
class StreamProvisionerTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private final Connection connection = server.connect();

	private final JetStreamManagement management = management();

	private JetStreamManagement management() {
		try {
			return this.connection.jetStreamManagement();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@BeforeEach
	void deleteStreams() throws Exception {
		for (String name : this.management.getStreamNames()) {
			this.management.deleteStream(name);
		}
	}

	private boolean has(String version) {
		return this.connection.getServerInfo().isSameOrNewerThanVersion(version);
	}

	@Test
	void createMakesMissingStreamsAndConsumersAsDeclared(CapturedOutput output) throws Exception {
		String yaml = """
				orders:
				  subjects: [orders.>]
				  retention: work-queue
				  max-age: 7d
				  consumers:
				    billing: {filter-subjects: [orders.*.created], ack-wait: 20s, max-deliver: 5, backoff: [1s, 10s]}
				    shipping: {filter-subjects: [orders.*.shipped]}
				""";
		provision("create", yaml);
		StreamConfiguration stream = this.management.getStreamInfo("orders").getConfiguration();
		assertThat(stream.getSubjects()).containsExactly("orders.>");
		assertThat(stream.getRetentionPolicy()).isEqualTo(RetentionPolicy.WorkQueue);
		assertThat(stream.getMaxAge()).isEqualTo(Duration.ofDays(7));
		ConsumerConfiguration billing = consumer("billing");
		assertThat(billing.getFilterSubjects()).containsExactly("orders.*.created");
		assertThat(billing.getAckWait()).isEqualTo(Duration.ofSeconds(20));
		assertThat(billing.getAckPolicy()).isEqualTo(AckPolicy.Explicit);
		assertThat(billing.getMaxDeliver()).isEqualTo(-1);
		assertThat(billing.getBackoff()).isEmpty();
		if (has("2.10.0")) {
			assertThat(billing.getMetadata()).containsEntry("natskv.max-deliver", "5")
				.containsEntry("natskv.backoff", "PT1S,PT10S");
		}
		assertThat(output).contains(
				"Streams and consumers are provisioned: 0 existed, 3 created: orders, orders/billing, orders/shipping");
		provision("create", yaml);
		provision("validate", yaml);
		assertThat(output).contains("Streams and consumers are provisioned: 3 existed").doesNotContain("WARN");
	}

	@Test
	void createLeavesWhatDiffersAndWarnsOfEachOption(CapturedOutput output) throws Exception {
		stream("orders", "orders.>");
		this.management.createConsumer("orders",
				ConsumerConfiguration.builder()
					.durable("billing")
					.ackWait(Duration.ofSeconds(9))
					.ackPolicy(AckPolicy.Explicit)
					.build());
		provision("create", """
				orders:
				  subjects: [orders.>, returns.>]
				  max-messages: 10
				  consumers.billing: {ack-wait: 20s, filter-subjects: [orders.a]}
				""");
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN"))).satisfiesExactlyInAnyOrder(
				(line) -> assertThat(line).contains(
						"Stream 'orders' differs from its declaration by nats.streams.definitions.orders",
						"subjects is [orders.>] instead of [orders.>, returns.>]",
						"max-messages is unlimited instead of 10",
						"Set 'nats.streams.definitions.orders.provisioning' to 'update'"),
				(line) -> assertThat(line).contains("Consumer 'billing' of stream 'orders' differs",
						"ack-wait is PT9S instead of PT20S", "filter-subjects is [] instead of [orders.a]",
						"Set 'nats.streams.definitions.orders.consumers.billing.provisioning' to 'update'"));
		assertThat(consumer("billing").getAckWait()).isEqualTo(Duration.ofSeconds(9));
		assertThat(this.management.getStreamInfo("orders").getConfiguration().getMaxMsgs()).isEqualTo(-1);
	}

	@Test
	void aConsumerOthersHaveChangedIsReportedUnderCreateAndSetRightUnderUpdate(CapturedOutput output) throws Exception {
		String yaml = "orders: {subjects: [orders.>], consumers.billing: {max-deliver: 5, backoff: [1s]}}";
		provision("create", yaml);
		this.management.addOrUpdateConsumer("orders",
				ConsumerConfiguration.builder(consumer("billing"))
					.maxDeliver(3)
					.backoff(Duration.ofSeconds(2), Duration.ofSeconds(3))
					.build());
		provision("create", yaml);
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN"))).singleElement()
			.asString()
			.contains("max-deliver is 3 by the server instead of ",
					"backoff is [PT2S, PT3S] by the server instead of [PT1S]");
		assertThat(consumer("billing").getMaxDeliver()).isEqualTo(3);
		provision("update", yaml);
		assertThat(consumer("billing").getMaxDeliver()).isEqualTo(-1);
		assertThat(consumer("billing").getBackoff()).isEmpty();
		assertThatCode(() -> provision("validate", yaml)).doesNotThrowAnyException();
	}

	@Test
	void anotherDeclarationOfWhatTheListenerKeepsIsFoundByTheMetadata() throws Exception {
		assumeTrue(has("2.10.0"));
		provision("create", "orders: {subjects: [orders.>], consumers.billing: {max-deliver: 5, backoff: [1s]}}");
		String yaml = "orders: {subjects: [orders.>], consumers.billing: {max-deliver: 7, backoff: [1s, 2s], metadata: {team: a}}}";
		assertThatExceptionOfType(ProvisioningException.class).isThrownBy(() -> provision("validate", yaml))
			.withMessageContainingAll("max-deliver is 5 instead of 7", "backoff is [PT1S] instead of [PT1S, PT2S]",
					"metadata is {} instead of {team=a}");
		provision("update", yaml);
		assertThat(consumer("billing").getMetadata()).containsEntry("natskv.max-deliver", "7")
			.containsEntry("team", "a");
	}

	@Test
	void updateChangesWhatTheServerAllows(CapturedOutput output) throws Exception {
		provision("create", "orders: {subjects: [orders.>], consumers.billing: {ack-wait: 9s}}");
		this.connection.jetStream().publish("orders.a", new byte[2000]);
		String yaml = """
				orders:
				  subjects: [orders.>, returns.>]
				  description: all orders
				  max-messages: 10
				  max-bytes: 1KB
				  duplicate-window: 1m
				  discard: new
				  deny-delete: true
				  consumers:
				    billing: {ack-wait: 20s, filter-subjects: [orders.a], max-ack-pending: 5, headers-only: true, description: x}
				""";
		provision("update", yaml);
		provision("validate", yaml);
		assertThat(output).contains("Stream 'orders' updated: ", "max-messages from unlimited to 10",
				"Consumer 'billing' of stream 'orders' updated: ", "ack-wait from PT9S to PT20S",
				"What may be lost: the stream uses ");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			storage: memory                                                | storage is file instead of memory
			max-consumers: 3                                               | max-consumers is unlimited instead of 3
			mirror.stream: other                                           | mirror is unset instead of other
			consumers.billing.deliver-policy: new                          | deliver-policy is all instead of new
			consumers.billing.ack-policy: none                             | ack-policy is explicit instead of none
			consumers.billing.max-pull-waiting: 3                          | max-pull-waiting is 512 instead of 3
			consumers.billing.deliver-subject: there                       | deliver-subject is unset instead of there
			""")
	void whatTheServerCannotChangeIsRefusedByNameWithWhatToDo(String yaml, String difference) throws Exception {
		stream("orders", "orders.>");
		this.management.createConsumer("orders",
				ConsumerConfiguration.builder().durable("billing").ackPolicy(AckPolicy.Explicit).build());
		String before = consumer("billing").toJson();
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision("update", "orders:\n  " + yaml + "\n  description: changed"))
			.withMessageContaining(difference)
			.satisfies((ex) -> assertThat(ex.getAction()).contains("The server cannot change this on an existing "));
		assertThat(this.management.getStreamInfo("orders").getConfiguration().getDescription()).isNullOrEmpty();
		assertThat(consumer("billing").toJson()).isEqualTo(before);
	}

	@Test
	void whatTheServerItselfRefusesIsNamedAndNothingIsChanged() throws Exception {
		provision("create", "orders: {subjects: [orders.>], max-messages: 10}");
		assertThatExceptionOfType(ProvisioningException.class).isThrownBy(
				() -> provision("update", "orders: {subjects: [orders.>], retention: work-queue, max-messages: 20}"))
			.withMessageContainingAll("retention is limits instead of workqueue", "The server refused to change it");
		assertThat(this.management.getStreamInfo("orders").getConfiguration().getMaxMsgs()).isEqualTo(10);
	}

	@Test
	void everyOptionOfAStreamIsAsDeclaredOnceItIsMade() throws Exception {
		assumeTrue(has("2.14.0"));
		stream("origin", "origin.>");
		List<String> yaml = List.of("""
				a:
				  subjects: [a.>]
				  description: d
				  retention: interest
				  max-consumers: 7
				  max-messages: 100
				  max-messages-per-subject: 5
				  max-bytes: 1MB
				  max-age: 1h
				  max-message-size: 10KB
				  storage: memory
				  replicas: 1
				  discard: new
				  discard-new-per-subject: true
				  duplicate-window: 10s
				  placement.tags: []
				  republish: {destination: "copy.>", headers-only: true}
				  subject-transform: {source: a.>, destination: "a.b.>"}
				  consumer-limits: {inactive-threshold: 1m, max-ack-pending: 10}
				  allow-direct: true
				  deny-delete: true
				  metadata: {team: a}
				  first-sequence: 100
				  subject-delete-marker-ttl: 2s
				  allow-message-ttl: true
				  allow-atomic-publish: true
				  allow-batched: true
				""", "b: {subjects: [b.>], no-ack: true, deny-purge: true, compression: true, persist-mode: async}",
				"c: {mirror.stream: origin, mirror-direct: true}",
				"d: {sources: [{stream: origin, filter-subject: origin.a, start-sequence: 1}]}",
				"e: {subjects: [e.>], allow-message-counter: true}",
				"f: {subjects: [f.>], allow-message-schedules: true, allow-rollup: true}");
		Set<StreamOption> seen = EnumSet.noneOf(StreamOption.class);
		for (String one : yaml) {
			provision("create", one);
			provision("validate", one);
			declared("create", one).streams().forEach((stream) -> seen.addAll(stream.declared()));
		}
		this.management.purgeStream("origin");
		assertThat(EnumSet.complementOf(EnumSet.copyOf(seen))).containsExactlyInAnyOrder(StreamOption.SEALED);
	}

	@Test
	void everyOptionOfAConsumerIsAsDeclaredOnceItIsMade() throws Exception {
		assumeTrue(has("2.12.0"));
		stream("orders", "orders.>");
		String pull = """
				orders:
				  consumers:
				    a:
				      description: d
				      filter-subjects: [orders.a, orders.b]
				      start-sequence: 3
				      ack-policy: explicit
				      ack-wait: 7s
				      max-deliver: 5
				      backoff: [1s]
				      max-ack-pending: 50
				      replay-policy: original
				      sample-frequency: 50
				      headers-only: true
				      max-pull-waiting: 9
				      max-batch: 10
				      max-bytes: 1MB
				      max-expires: 10s
				      inactive-threshold: 1h
				      replicas: 1
				      memory-storage: true
				      metadata: {team: a}
				      pause-until: 2099-01-01T00:00:00Z
				      priority-groups: [jobs]
				      priority-policy: pinned-client
				      priority-timeout: 30s
				    b: {start-time: "2026-01-01T00:00:00Z"}
				    c: {deliver-policy: last-per-subject, filter-subjects: [orders.c]}
				    d: {deliver-subject: there, deliver-group: g, rate-limit: 1000000}
				    e: {deliver-subject: here, idle-heartbeat: 5s, flow-control: true}
				""";
		provision("create", pull);
		provision("validate", pull);
		Set<ConsumerOption> seen = EnumSet.noneOf(ConsumerOption.class);
		declared("create", pull).consumers().forEach((consumer) -> seen.addAll(consumer.declared()));
		assertThat(seen).containsExactlyInAnyOrder(ConsumerOption.values());
	}

	@Test
	void everyOptionThatCanBeChangedIs() throws Exception {
		assumeTrue(has("2.14.0"));
		stream("origin", "origin.>");
		provision("create", """
				orders:
				  subjects: [orders.>]
				  consumers:
				    a: {inactive-threshold: 30m, max-ack-pending: 20}
				    b: {inactive-threshold: 30m, max-ack-pending: 20, deliver-subject: there}
				""");
		String yaml = """
				orders:
				  subjects: [orders.>, returns.>]
				  description: d
				  retention: interest
				  max-messages: 100
				  max-messages-per-subject: 5
				  max-bytes: 1MB
				  max-age: 1m
				  max-message-size: 10KB
				  no-ack: true
				  discard: new
				  discard-new-per-subject: true
				  compression: true
				  republish: {destination: "copy.>"}
				  subject-transform: {source: orders.>, destination: "orders.x.>"}
				  consumer-limits: {inactive-threshold: 2h, max-ack-pending: 50}
				  sources: [{stream: origin, filter-subject: origin.a}]
				  allow-rollup: true
				  allow-direct: true
				  deny-delete: true
				  metadata: {team: a}
				  subject-delete-marker-ttl: 2s
				  allow-atomic-publish: true
				  allow-batched: true
				  consumers:
				    a:
				      description: d
				      filter-subjects: [orders.a, orders.b]
				      ack-wait: 7s
				      max-deliver: 5
				      backoff: [1s]
				      max-ack-pending: 50
				      sample-frequency: 50
				      headers-only: true
				      max-batch: 10
				      max-bytes: 1MB
				      max-expires: 10s
				      inactive-threshold: 1h
				      replicas: 1
				      metadata: {team: a}
				      priority-groups: [jobs]
				      priority-policy: overflow
				      pause-until: 2099-01-01T00:00:00Z
				    b: {deliver-subject: elsewhere, rate-limit: 1000000, max-ack-pending: 50, inactive-threshold: 1h}
				""";
		provision("update", yaml);
		provision("validate", yaml);
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision("update", "orders: {deny-delete: false, subject-delete-marker-ttl: 3s}"))
			.withMessageContaining("deny-delete is true instead of false");
	}

	@Test
	void optionsOfNewerServersAreRefusedByName() throws Exception {
		assumeFalse(has("2.10.0"));
		for (String option : List.of("metadata: {a: b}", "subject-transform.destination: x", "compression: true",
				"allow-message-ttl: true", "allow-atomic-publish: true", "first-sequence: 3",
				"consumers.billing.filter-subjects: [a, b]", "consumers.billing.metadata: {a: b}",
				"consumers.billing.pause-until: 2099-01-01T00:00:00Z", "consumers.billing.priority-groups: [a]")) {
			String name = option.substring(0, option.indexOf(':')).replace(".destination", "");
			assertThatExceptionOfType(ProvisioningException.class)
				.isThrownBy(() -> provision("create", "orders:\n  " + option))
				.withMessageContainingAll("'nats.streams.definitions.orders." + name + "' needs nats-server 2.",
						"but the server is 2.9");
		}
		assertThat(this.management.getStreamNames()).isEmpty();
	}

	@Test
	void validateRefusesWhatIsMissing() throws Exception {
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision("validate", "orders.subjects: [orders.>]"))
			.withMessageContaining(
					"Stream 'orders', declared by nats.streams.definitions.orders, is not on the server");
		stream("orders", "orders.>");
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision("validate", "orders.consumers.billing: {}"))
			.withMessageContaining("Consumer 'billing' of stream 'orders', declared by")
			.satisfies((ex) -> assertThat(ex.getAction())
				.contains("set 'nats.streams.definitions.orders.consumers.billing.provisioning' to 'create'"));
	}

	@Test
	void noneAsksNothing() throws Exception {
		provision("none", "orders: {consumers.billing: {}}");
		assertThat(this.management.getStreamNames()).isEmpty();
	}

	@Test
	void whatCannotBeSaysWhatToDo() throws Exception {
		stream("old", "orders.>");
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision("create", "orders.subjects: [orders.a]"))
			.withMessageContaining("The server refused stream 'orders'")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("'nats.streams.definitions.orders.subjects'",
					"'nats.streams.definitions.orders.name'"));
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision("create", "jobs: {retention: work-queue, consumers: {a: {}, b: {}}}"))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("A work queue gives each message to one consumer"));
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision("create", "big: {replicas: 3}"))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("'nats.streams.definitions.big.replicas'"));
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision("create", "gone: {provisioning: none, consumers.a.provisioning: create}"))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("Make the stream, or declare it"));
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision("create", "full: {sealed: true}"))
			.withMessageContaining("'nats.streams.definitions.full.sealed'");
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision("create", "one: {name: same}\ntwo: {name: same}"))
			.withMessageContaining("Stream 'same' is declared twice");
	}

	@Test
	void nothingIsMadeWhereOneIsRefused() throws Exception {
		stream("orders", "orders.>");
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision("update", "orders: {storage: memory}\nothers: {consumers.a: {}}"));
		assertThat(this.management.getStreamNames()).containsExactly("orders");
	}

	@Test
	void aMirrorIsMadeAfterItsOriginAndConsumersLast() throws Exception {
		provision("create", "mirror: {mirror.stream: origin, consumers.a: {}}\norigin.subjects: [origin.>]");
		assertThat(this.management.getConsumerNames("mirror")).containsExactly("a");
	}

	@Test
	void whatIsGoneAfterAReconnectIsMadeAgain() throws Exception {
		try (Provisioner provisioner = provisioner(
				declared("create", "orders: {subjects: [orders.>], consumers.billing: {}}"))) {
			provisioner.provision();
			this.management.deleteStream("orders");
			this.connection.forceReconnect();
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.ignoreExceptions()
				.until(() -> this.management.getConsumerNames("orders").contains("billing"));
		}
	}

	@Test
	void aConsumerThatIsGoneIsRestoredWithItsStream() throws Exception {
		List<NatsEvent> events = new CopyOnWriteArrayList<>();
		DeclaredStreams declared = declared("create", """
				orders: {subjects: [orders.>], consumers.billing: {}}
				strict: {provisioning: none, consumers.a: {}}
				""");
		try (Provisioner provisioner = new Provisioner(this.connection, this.management, declared.all(), events::add,
				false, JetStreamOptions.DEFAULT_JS_OPTIONS)) {
			provisioner.provision();
			this.management.deleteStream("orders");
			declared.consumers().forEach(provisioner::restore);
		}
		assertThat(this.management.getConsumerNames("orders")).containsExactly("billing");
		assertThat(this.management.getStreamNames()).containsExactly("orders");
		assertThat(events).map(NatsEvent::toString)
			.containsExactly("StreamProvisionedEvent[CREATED, orders, nats.streams.definitions.orders]",
					"ConsumerProvisionedEvent[CREATED, billing of orders, nats.streams.definitions.orders.consumers.billing]",
					"StreamProvisionedEvent[RESTORED, orders, nats.streams.definitions.orders]",
					"ConsumerProvisionedEvent[RESTORED, billing of orders, nats.streams.definitions.orders.consumers.billing]");
	}

	@Test
	void instancesStartingAtOnceAllComeUp() {
		String yaml = "orders: {subjects: [orders.>], consumers: {a: {}, b: {ack-wait: 5s}}}";
		assertThatCode(() -> Stream.generate(() -> yaml).limit(8).parallel().forEach((one) -> provision("create", one)))
			.doesNotThrowAnyException();
	}

	@Test
	void permissionsThatAreMissingAreNamed() throws Exception {
		String configuration = "authorization { users: [ { user: u, password: p, permissions: { publish: { deny: [%s] } } } ] }"
			.formatted("\"$JS.API.CONSUMER.CREATE.>\", \"$JS.API.STREAM.INFO.closed\"");
		try (NatsServer guarded = NatsServer.start(configuration);
				Connection user = Nats.connect(guarded.url().replace("//", "//u:p@"))) {
			assertThatExceptionOfType(ProvisioningException.class)
				.isThrownBy(() -> new Provisioner(user, user.jetStreamManagement(),
						declared("create", "orders.consumers.billing: {}").all())
					.provision())
				.withMessageContainingAll("Consumer 'billing' of stream 'orders'",
						"does not allow the user to publish to '$JS.API.CONSUMER.CREATE.orders.billing")
				.satisfies((ex) -> assertThat(ex.getAction())
					.contains("'nats.streams.definitions.orders.consumers.billing.provisioning' to 'validate'"));
			assertThatExceptionOfType(ProvisioningException.class)
				.isThrownBy(
						() -> new Provisioner(user, user.jetStreamManagement(), declared("create", "closed: {}").all())
							.provision())
				.satisfies((ex) -> assertThat(ex.getAction())
					.contains("'nats.streams.definitions.closed.provisioning' to 'none', which asks nothing"));
		}
	}

	private void stream(String name, String subject) throws IOException, JetStreamApiException {
		this.management.addStream(StreamConfiguration.builder()
			.name(name)
			.subjects(subject)
			.storageType(StorageType.File)
			.allowDirect(true)
			.build());
	}

	private ConsumerConfiguration consumer(String name) throws IOException, JetStreamApiException {
		return this.management.getConsumerInfo("orders", name).getConsumerConfiguration();
	}

	private void provision(String policy, String definitions) {
		try (Provisioner provisioner = provisioner(declared(policy, definitions))) {
			provisioner.provision();
		}
	}

	private Provisioner provisioner(DeclaredStreams declared) {
		return new Provisioner(this.connection, this.management, declared.all());
	}

	private static DeclaredStreams declared(String policy, String definitions) {
		String yaml = "nats.streams:\n  provisioning: %s\n  definitions:\n%s".formatted(policy, definitions.indent(4));
		StandardEnvironment environment = new StandardEnvironment();
		try {
			new YamlPropertySourceLoader()
				.load("application.yml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
				.forEach(environment.getPropertySources()::addLast);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		ConfigurationPropertySources.attach(environment);
		DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();
		beanFactory.registerSingleton("environment", environment);
		return ConfiguredConnections.of(beanFactory).ofDefault().streams();
	}

}
