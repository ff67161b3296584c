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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.Placement;
import io.nats.client.api.Republish;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.spy;

@ExtendWith(OutputCaptureExtension.class)
class BucketProvisionerTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private final Connection connection = server.connect();

	@BeforeEach
	void deleteBuckets() throws Exception {
		for (String name : this.connection.keyValueManagement().getBucketNames()) {
			this.connection.keyValueManagement().delete(name);
		}
	}

	@Test
	void createMakesAMissingBucketAsDeclared() throws Exception {
		provision(definition("a", ProvisioningPolicy.CREATE, (builder) -> builder.maxHistoryPerKey(5),
				BucketOption.HISTORY));
		assertThat(status("a").getMaxHistoryPerKey()).isEqualTo(5);
	}

	@Test
	void createLeavesADifferingBucketAndWarnsOncePerBucketWithEachField(CapturedOutput output) throws Exception {
		existing("a", (builder) -> builder.maxHistoryPerKey(2).maxBucketSize(1_000_000));
		provision(definition("a", ProvisioningPolicy.CREATE,
				(builder) -> builder.maxHistoryPerKey(5).maxBucketSize(2_000_000).storageType(StorageType.Memory),
				BucketOption.HISTORY, BucketOption.MAX_BYTES, BucketOption.STORAGE));
		assertThat(status("a").getMaxHistoryPerKey()).isEqualTo(2);
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN"))).singleElement()
			.asString()
			.contains("'a'", "history is 2 instead of 5", "max-bytes is 1000000 instead of 2000000",
					"storage is file instead of memory");
	}

	private void bareStream() throws Exception {
		this.connection.jetStreamManagement()
			.addStream(StreamConfiguration.builder().name("KV_bare").subjects("$KV.bare.>").build());
	}

	@Test
	void createNamesWhatAStreamLacksToBeABucket(CapturedOutput output) throws Exception {
		bareStream();
		provision(definition("bare", ProvisioningPolicy.CREATE, (builder) -> builder));
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN"))).singleElement()
			.asString()
			.contains("'bare'", "allow_rollup_hdrs is false", "discard is old", "allow_direct is false");
	}

	@Test
	void validateRefusesAStreamThatLacksWhatABucketNeeds() throws Exception {
		bareStream();
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision(definition("bare", ProvisioningPolicy.VALIDATE, (builder) -> builder)))
			.withMessageContainingAll("'bare'", "allow_rollup_hdrs is false", "discard is old",
					"allow_direct is false");
	}

	@Test
	void updateGivesAStreamWhatABucketNeedsButLeavesItsReadsToItsOwner(CapturedOutput output) throws Exception {
		bareStream();
		BucketDefinition definition = definition("bare", ProvisioningPolicy.UPDATE, (builder) -> builder);
		provision(definition);
		StreamConfiguration found = this.connection.jetStreamManagement().getStreamInfo("KV_bare").getConfiguration();
		assertThat(found.getAllowRollup()).isTrue();
		assertThat(found.getDiscardPolicy()).isEqualTo(DiscardPolicy.New);
		assertThat(found.getAllowDirect()).isFalse();
		assertThat(output).contains("WARN", "'allow_direct' of its stream is false");
		this.connection.keyValue("bare").purge("a");
	}

	@Test
	void whatIsNotDeclaredIsNotADifference(CapturedOutput output) throws Exception {
		existing("a", (builder) -> builder.maxHistoryPerKey(2).maxBucketSize(1_000_000).ttl(Duration.ofHours(1)));
		provision(definition("a", ProvisioningPolicy.VALIDATE, (builder) -> builder.maxHistoryPerKey(2),
				BucketOption.HISTORY));
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void updateChangesTheDeclaredOptionsOnly(CapturedOutput output) throws Exception {
		existing("a", (builder) -> builder.maxHistoryPerKey(2).ttl(Duration.ofHours(1)).description("old"));
		StreamConfiguration operated = StreamConfiguration
			.builder(this.connection.jetStreamManagement().getStreamInfo("KV_a").getConfiguration())
			.allowDirect(false)
			.maxMessages(1000)
			.build();
		this.connection.jetStreamManagement().updateStream(operated);
		BucketDefinition definition = definition("a", ProvisioningPolicy.UPDATE,
				(builder) -> builder.maxHistoryPerKey(5).ttl(Duration.ofSeconds(30)), BucketOption.HISTORY,
				BucketOption.TTL);
		provision(definition);
		StreamConfiguration found = this.connection.jetStreamManagement().getStreamInfo("KV_a").getConfiguration();
		assertThat(found.getMaxMsgsPerSubject()).isEqualTo(5);
		assertThat(found.getMaxAge()).isEqualTo(Duration.ofSeconds(30));
		assertThat(found.getDescription()).isEqualTo("old");
		assertThat(found.getAllowDirect()).isFalse();
		assertThat(found.getMaxMsgs()).isEqualTo(1000);
		assertThat(output).contains("Bucket 'a' updated");
		provision(definition);
		assertThat(output.toString().split("updated", -1)).hasSize(2);
	}

	@Test
	void updateSaysInItsOneLineWhatMayBeLost(CapturedOutput output) throws Exception {
		existing("a", (builder) -> builder.maxHistoryPerKey(10).maxBucketSize(1_000_000));
		for (int i = 0; i < 10; i++) {
			this.connection.keyValue("a").put("k", new byte[5_000]);
		}
		BucketDefinition definition = definition("a", ProvisioningPolicy.UPDATE,
				(builder) -> builder.maxHistoryPerKey(5).maxBucketSize(40_000).ttl(Duration.ofHours(1)),
				BucketOption.HISTORY, BucketOption.MAX_BYTES, BucketOption.TTL);
		provision(definition);
		assertThat(output.toString().lines().filter((line) -> line.contains("'a'"))).singleElement()
			.asString()
			.contains("WARN", "Bucket 'a' updated", "history from 10 to 5", "max-bytes from 1000000 to 40000",
					"ttl from unset to PT1H", "more than 5 revisions", "older than PT1H", "the bucket uses 50");
		StreamConfiguration updated = stream("a");
		provision(definition);
		assertThat(stream("a").toJson()).isEqualTo(updated.toJson());
		assertThat(output.toString().lines().filter((line) -> line.contains("'a'"))).hasSize(1);
	}

	@Test
	void updateWarnsOfNothingWhereNothingIsLost(CapturedOutput output) throws Exception {
		existing("a", (builder) -> builder.maxHistoryPerKey(2).maxBucketSize(1_000_000).ttl(Duration.ofMinutes(1)));
		provision(definition("a", ProvisioningPolicy.UPDATE,
				(builder) -> builder.maxHistoryPerKey(5)
					.maxBucketSize(900_000)
					.ttl(Duration.ZERO)
					.maximumValueSize(1000),
				BucketOption.HISTORY, BucketOption.MAX_BYTES, BucketOption.TTL, BucketOption.MAX_VALUE_SIZE));
		assertThat(stream("a").getMaximumMessageSize()).isEqualTo(1000);
		assertThat(output).contains("Bucket 'a' updated").doesNotContain("WARN");
	}

	@Test
	void updateKeepsADuplicatesWindowThatFits() throws Exception {
		existing("a", UnaryOperator.identity());
		this.connection.jetStreamManagement()
			.updateStream(StreamConfiguration.builder(stream("a")).duplicateWindow(Duration.ofSeconds(10)).build());
		provision(definition("a", ProvisioningPolicy.UPDATE, (builder) -> builder.ttl(Duration.ofMinutes(1)),
				BucketOption.TTL));
		assertThat(stream("a").getDuplicateWindow()).isEqualTo(Duration.ofSeconds(10));
		provision(definition("a", ProvisioningPolicy.UPDATE, (builder) -> builder.ttl(Duration.ofSeconds(5)),
				BucketOption.TTL));
		assertThat(stream("a").getDuplicateWindow()).isEqualTo(Duration.ofSeconds(5));
	}

	@Test
	void everyOptionThatWasAppliedIsNoDifferenceTheNextTime(CapturedOutput output) throws Exception {
		boolean old = this.connection.getServerInfo().isOlderThanVersion("2.11.0");
		existing("a", UnaryOperator.identity());
		UnaryOperator<KeyValueConfiguration.Builder> options = (builder) -> {
			builder.description("all")
				.maxHistoryPerKey(3)
				.ttl(Duration.ofHours(1))
				.maximumValueSize(2000)
				.maxBucketSize(100_000)
				.storageType(StorageType.File)
				.replicas(1)
				.placement(Placement.builder().tags("ssd", "eu").build());
			return old ? builder
					: builder.compression(true)
						.metadata(Map.of("team", "orders"))
						.limitMarker(Duration.ofSeconds(2))
						.republish(Republish.builder().source(">").destination("changes.>").build());
		};
		Set<BucketOption> declared = EnumSet.of(BucketOption.DESCRIPTION, BucketOption.HISTORY, BucketOption.TTL,
				BucketOption.MAX_VALUE_SIZE, BucketOption.MAX_BYTES, BucketOption.STORAGE, BucketOption.REPLICAS,
				BucketOption.PLACEMENT);
		if (!old) {
			declared.addAll(List.of(BucketOption.COMPRESSION, BucketOption.METADATA, BucketOption.LIMIT_MARKER_TTL,
					BucketOption.REPUBLISH));
		}
		BucketOption[] all = declared.toArray(BucketOption[]::new);
		provision(definition("a", ProvisioningPolicy.UPDATE, options, all));
		StreamConfiguration updated = stream("a");
		for (BucketOption option : declared) {
			if (option != BucketOption.STORAGE && option != BucketOption.REPLICAS) {
				assertThat(output).contains(option.getProperty() + " from");
			}
		}
		provision(definition("a", ProvisioningPolicy.UPDATE, options, all));
		provision(definition("a", ProvisioningPolicy.VALIDATE, options, all));
		assertThat(stream("a").toJson()).isEqualTo(updated.toJson());
		assertThat(output.toString().split("updated", -1)).hasSize(2);
	}

	@Test
	void transactionsAreAllowedAndNeverDisallowedByTheWay(CapturedOutput output) throws Exception {
		assumeFalse(this.connection.getServerInfo().isOlderThanVersion("2.12.15"), "needs a server from 2.12.15");
		BucketDefinition wanted = transactional("a", ProvisioningPolicy.CREATE);
		provision(wanted);
		assertThat(stream("a").getAllowAtomicPublish()).isTrue();
		provision(definition("a", ProvisioningPolicy.UPDATE, (builder) -> builder.maxHistoryPerKey(3),
				BucketOption.HISTORY));
		assertThat(stream("a").getAllowAtomicPublish()).isTrue();
		this.connection.keyValueManagement().update(KeyValueConfiguration.builder("a").maxHistoryPerKey(3).build());
		assertThat(stream("a").getAllowAtomicPublish()).isFalse();
		provision(wanted);
		assertThat(output).contains("transactions is false instead of true");
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision(transactional("a", ProvisioningPolicy.VALIDATE)))
			.withMessageContaining("transactions is false instead of true");
		provision(transactional("a", ProvisioningPolicy.UPDATE));
		assertThat(output).contains("transactions from false to true");
		assertThat(stream("a").getAllowAtomicPublish()).isTrue();
		assertThat(stream("a").getMaxMsgsPerSubject()).isEqualTo(3);
		provision(transactional("a", ProvisioningPolicy.VALIDATE));
		provision(definition("a", ProvisioningPolicy.UPDATE, UnaryOperator.identity(), BucketOption.TRANSACTIONS));
		assertThat(stream("a").getAllowAtomicPublish()).isFalse();
	}

	@Test
	void transactionsOfABeanCountAsDeclared() {
		BucketDefinition bean = BucketDefinition.of("nats", "bean", ProvisioningPolicy.CREATE, BucketConfigurations
			.withTransactions(KeyValueConfiguration.builder("a").ttl(Duration.ofHours(1)).build()));
		assertThat(bean.declared()).containsExactlyInAnyOrder(BucketOption.TRANSACTIONS, BucketOption.TTL);
		assertThat(bean.configuration().getTtl()).isEqualTo(Duration.ofHours(1));
	}

	@Test
	void transactionsAreRefusedByAnOlderServer() {
		assumeTrue(this.connection.getServerInfo().isOlderThanVersion("2.12.0"), "needs a server before 2.12");
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision(transactional("a", ProvisioningPolicy.CREATE)))
			.withMessageContaining("'nats.kv.buckets.a.transactions' needs nats-server 2.12.15");
	}

	private static BucketDefinition transactional(String name, ProvisioningPolicy policy) {
		return new BucketDefinition("nats", name, "nats.kv.buckets." + name, policy,
				BucketConfigurations.withTransactions(KeyValueConfiguration.builder(name).build()),
				EnumSet.of(BucketOption.TRANSACTIONS));
	}

	@Test
	void whatTheServerItselfRefusesToChangeIsNamed() throws Exception {
		boolean old = this.connection.getServerInfo().isOlderThanVersion("2.10.0");
		existing("a", UnaryOperator.identity());
		BucketDefinition definition = old
				? definition("a", ProvisioningPolicy.UPDATE,
						(builder) -> builder.maxHistoryPerKey(2)
							.republish(Republish.builder().source(">").destination("changes.>").build()),
						BucketOption.HISTORY, BucketOption.REPUBLISH)
				: definition("a", ProvisioningPolicy.UPDATE,
						(builder) -> builder.maxHistoryPerKey(2)
							.republish(Republish.builder().source(">").destination("$KV.a.>").build()),
						BucketOption.HISTORY, BucketOption.REPUBLISH);
		assertThatExceptionOfType(ProvisioningException.class).isThrownBy(() -> provision(definition))
			.withMessageContainingAll("nats.kv.buckets.a", "history is 1 instead of 2",
					"republish is unset instead of >", "The server refused", "10052")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("change the declaration"));
		assertThat(status("a").getMaxHistoryPerKey()).isEqualTo(1);
	}

	@Test
	void ofAPlacementOnlyWhatIsDeclaredIsComparedAndChanged() throws Exception {
		existing("a", (builder) -> builder.placement(Placement.builder().cluster("east").tags("ssd").build()));
		BucketDefinition definition = definition("a", ProvisioningPolicy.UPDATE,
				(builder) -> builder.placement(Placement.builder().tags("hdd").build()), BucketOption.PLACEMENT);
		provision(definition);
		assertThat(stream("a").getPlacement().getCluster()).isEqualTo("east");
		assertThat(stream("a").getPlacement().getTags()).containsExactly("hdd");
		provision(new BucketDefinition("nats", definition.key(), definition.declaredBy(), ProvisioningPolicy.VALIDATE,
				definition.configuration(), definition.declared()));
	}

	@Test
	void anInstanceThatIsSlowerThanOneWithOtherOptionsActsByItsPolicy(CapturedOutput output) throws Exception {
		JetStreamManagement management = spy(this.connection.jetStreamManagement());
		willAnswer((call) -> {
			existing("a", UnaryOperator.identity());
			return call.callRealMethod();
		}).given(management).addStream(any());
		new Provisioner(this.connection, management, List.of(definition("a", ProvisioningPolicy.UPDATE,
				(builder) -> builder.maxHistoryPerKey(5), BucketOption.HISTORY)))
			.provision();
		assertThat(status("a").getMaxHistoryPerKey()).isEqualTo(5);
		assertThat(output).contains("history from 1 to 5").doesNotContain("created");
	}

	@Test
	void updateRefusesWhatTheServerCannotChangeAndChangesNothing() throws Exception {
		existing("a", (builder) -> builder.maxHistoryPerKey(2));
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision(definition("a", ProvisioningPolicy.UPDATE,
					(builder) -> builder.maxHistoryPerKey(5).storageType(StorageType.Memory), BucketOption.HISTORY,
					BucketOption.STORAGE)))
			.withMessageContaining("storage is file instead of memory")
			.withMessageNotContaining("history");
		assertThat(status("a").getMaxHistoryPerKey()).isEqualTo(2);
	}

	@Test
	void validateRefusesAMissingBucketAndMakesNone() throws Exception {
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision(definition("a", ProvisioningPolicy.CREATE, UnaryOperator.identity()),
					definition("b", ProvisioningPolicy.VALIDATE, UnaryOperator.identity())))
			.withMessageContaining("'b'")
			.withMessageContaining("nats.kv.buckets.b");
		assertThat(this.connection.keyValueManagement().getBucketNames()).isEmpty();
	}

	@Test
	void validateRefusesADifferingBucket() throws Exception {
		existing("a", UnaryOperator.identity());
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision(definition("a", ProvisioningPolicy.VALIDATE,
					(builder) -> builder.maxHistoryPerKey(5), BucketOption.HISTORY)))
			.withMessageContaining("history is 1 instead of 5");
	}

	@Test
	void noneAsksNothing() throws Exception {
		provision(definition("a", ProvisioningPolicy.NONE, UnaryOperator.identity()));
		assertThat(this.connection.keyValueManagement().getBucketNames()).isEmpty();
	}

	@Test
	void anOptionTheServerIsTooOldForIsRefusedBeforeAnythingIsMade() throws Exception {
		assumeTrue(this.connection.getServerInfo().isOlderThanVersion("2.10.0"), "needs a server before 2.10");
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision(definition("a", ProvisioningPolicy.CREATE, UnaryOperator.identity()),
					definition("b", ProvisioningPolicy.CREATE, (builder) -> builder.compression(true),
							BucketOption.COMPRESSION)))
			.withMessageContaining("'nats.kv.buckets.b.compression' needs nats-server 2.10.0")
			.withMessageContaining(this.connection.getServerInfo().getVersion());
		assertThat(this.connection.keyValueManagement().getBucketNames()).isEmpty();
	}

	@Test
	void newerOptionsAreMadeAndComparedWhereTheServerHasThem() throws Exception {
		assumeFalse(this.connection.getServerInfo().isOlderThanVersion("2.11.0"), "needs a server from 2.11");
		BucketDefinition definition = definition("a", ProvisioningPolicy.CREATE,
				(builder) -> builder.compression(true)
					.limitMarker(Duration.ofSeconds(2))
					.metadata(Map.of("team", "orders")),
				BucketOption.COMPRESSION, BucketOption.LIMIT_MARKER_TTL, BucketOption.METADATA);
		provision(definition);
		assertThat(status("a").isCompressed()).isTrue();
		assertThat(status("a").getLimitMarkerTtl()).isEqualTo(Duration.ofSeconds(2));
		provision(new BucketDefinition("nats", definition.key(), definition.declaredBy(), ProvisioningPolicy.VALIDATE,
				definition.configuration(), definition.declared()));
	}

	@Test
	void twoDefinitionsOfOneBucketAreRefused() {
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision(definition("a", ProvisioningPolicy.CREATE, UnaryOperator.identity()),
					definition("a", ProvisioningPolicy.NONE, UnaryOperator.identity())))
			.withMessageContaining("twice");
	}

	@Test
	void replicasTheServerCannotHaveAreRefusedWithAdvice() {
		assertThatExceptionOfType(ProvisioningException.class)
			.isThrownBy(() -> provision(definition("a", ProvisioningPolicy.CREATE, (builder) -> builder.replicas(3),
					BucketOption.REPLICAS)))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("nats.kv.buckets.a.replicas"));
	}

	@Test
	void restoreMakesALostBucketAgainUnlessThePolicyForbids() throws Exception {
		Provisioner provisioner = provisioner(this.connection,
				definition("a", ProvisioningPolicy.CREATE, UnaryOperator.identity()),
				definition("b", ProvisioningPolicy.NONE, UnaryOperator.identity()));
		provisioner.restoreBucket("a");
		provisioner.restoreBucket("b");
		provisioner.restoreBucket("unknown");
		assertThat(this.connection.keyValueManagement().getBucketNames()).containsExactly("a");
	}

	@Test
	void bucketsThatAreGoneAfterAReconnectAreMadeAgain() throws Exception {
		try (Provisioner provisioner = provisioner(this.connection,
				definition("a", ProvisioningPolicy.CREATE, UnaryOperator.identity()),
				definition("b", ProvisioningPolicy.UPDATE, UnaryOperator.identity()))) {
			provisioner.provision();
			this.connection.keyValueManagement().delete("a");
			this.connection.keyValueManagement().delete("b");
			this.connection.forceReconnect();
			Awaitility.await()
				.ignoreExceptions()
				.until(() -> this.connection.keyValueManagement().getBucketNames().containsAll(List.of("a", "b")));
		}
	}

	@Test
	void aBucketThatCannotBeMadeAgainStopsNoOtherAndIsTriedAgain() throws Exception {
		try (Provisioner provisioner = provisioner(this.connection,
				definition("a", ProvisioningPolicy.CREATE, UnaryOperator.identity()),
				definition("b", ProvisioningPolicy.CREATE, UnaryOperator.identity()))) {
			provisioner.provision();
			this.connection.keyValueManagement().delete("a");
			this.connection.keyValueManagement().delete("b");
			this.connection.jetStreamManagement()
				.addStream(StreamConfiguration.builder().name("other").subjects("$KV.a.>").build());
			try {
				this.connection.forceReconnect();
				awaitBuckets(this.connection, "b");
			}
			finally {
				this.connection.jetStreamManagement().deleteStream("other");
			}
			awaitBuckets(this.connection, "a", "b");
		}
	}

	@Test
	void bucketsThatCouldNotBeMadeAgainForAWhileAreLoggedAndTriedAgain(CapturedOutput output) throws Exception {
		AtomicInteger attempts = new AtomicInteger();
		try (ProvisioningTask task = task((definition) -> {
			attempts.incrementAndGet();
			throw new IllegalStateException("No room for " + definition.name() + ".");
		}, Duration.ZERO)) {
			task.watchReconnects();
			this.connection.forceReconnect();
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> attempts.get() >= 4);
		}
		assertThat(output).containsOnlyOnce("tried once more every 5 s: No room for a. No room for b.");
	}

	@Test
	void allBucketsAreLookedAtAgainAfterTheNextReconnect() throws Exception {
		List<String> asked = new CopyOnWriteArrayList<>();
		try (ProvisioningTask task = task((definition) -> {
			asked.add(definition.name());
			if (definition.name().equals("a")) {
				throw new IllegalStateException("No room for a");
			}
		}, Duration.ofSeconds(30))) {
			task.watchReconnects();
			this.connection.forceReconnect();
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.until(() -> asked.contains("b") && asked.lastIndexOf("a") > asked.indexOf("b") + 1);
			this.connection.forceReconnect();
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.until(() -> asked.stream().filter("b"::equals).count() == 2);
		}
	}

	private ProvisioningTask task(Consumer<Definition> restore, Duration patience) {
		return new ProvisioningTask(this.connection,
				List.of(definition("a", ProvisioningPolicy.CREATE, UnaryOperator.identity()),
						definition("b", ProvisioningPolicy.CREATE, UnaryOperator.identity())),
				(definition) -> {
				}, restore, patience);
	}

	@Test
	void aRequestThatGetsNoAnswerIsNotPutDownToAnEarlierViolation() throws Exception {
		String configuration = "authorization { users: [ { user: u, password: p, permissions: { publish: { deny: [%s] } } } ] }";
		try (NatsServer guarded = NatsServer.start(configuration.formatted("\"$JS.API.STREAM.INFO.KV_closed\""));
				Connection user = Nats.connect(guarded.url().replace("//", "//u:p@"))) {
			ServerRequests requests = new ServerRequests(user,
					user.jetStreamManagement(JetStreamOptions.builder().requestTimeout(Duration.ofMillis(300)).build()),
					"$JS.API.");
			assertThatExceptionOfType(ProvisioningException.class)
				.isThrownBy(() -> requests
					.findStream(definition("closed", ProvisioningPolicy.CREATE, UnaryOperator.identity()), "KV_closed"))
				.withMessageContaining("does not allow the user to publish to '$JS.API.STREAM.INFO.KV_closed'");
			guarded.suspend();
			assertThatExceptionOfType(ProvisioningException.class)
				.isThrownBy(() -> requests
					.findStream(definition("open", ProvisioningPolicy.CREATE, UnaryOperator.identity()), "KV_open"))
				.withMessageStartingWith("JetStream did not answer about bucket 'open'");
			guarded.resume();
		}
	}

	private static void awaitBuckets(Connection connection, String... names) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(connection.keyValueManagement().getBucketNames())
				.containsExactlyInAnyOrder(names));
	}

	@Test
	void instancesStartingAtOnceAllComeUp() {
		BucketDefinition[] definitions = IntStream.range(0, 5)
			.mapToObj((i) -> definition("b" + i, ProvisioningPolicy.CREATE, UnaryOperator.identity()))
			.toArray(BucketDefinition[]::new);
		List<CompletableFuture<Void>> instances = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			instances.add(CompletableFuture.runAsync(() -> provision(definitions)));
		}
		instances.forEach(CompletableFuture::join);
	}

	@Test
	void askingAboutManyBucketsTakesAboutOneRoundTrip() throws Exception {
		BucketDefinition[] definitions = IntStream.range(0, 50)
			.mapToObj((i) -> definition("b" + i, ProvisioningPolicy.CREATE, UnaryOperator.identity()))
			.toArray(BucketDefinition[]::new);
		provision(definitions);
		Duration roundTrip = Duration.ofMillis(300);
		try (NetworkProxy proxy = NetworkProxy.to(server.port()).roundTrip(roundTrip, Duration.ZERO);
				Connection far = Nats.connect(proxy.url())) {
			Provisioner provisioner = provisioner(far, definitions);
			long start = System.nanoTime();
			provisioner.provision();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(roundTrip, roundTrip.multipliedBy(4));
		}
	}

	private StreamConfiguration stream(String name) throws Exception {
		return this.connection.jetStreamManagement().getStreamInfo("KV_" + name).getConfiguration();
	}

	private KeyValueStatus status(String name) throws Exception {
		return this.connection.keyValueManagement().getStatus(name);
	}

	private void existing(String name, UnaryOperator<KeyValueConfiguration.Builder> options)
			throws IOException, JetStreamApiException {
		this.connection.keyValueManagement().create(options.apply(KeyValueConfiguration.builder(name)).build());
	}

	private void provision(BucketDefinition... definitions) {
		provisioner(this.connection, definitions).provision();
	}

	private static Provisioner provisioner(Connection connection, BucketDefinition... definitions) {
		try {
			return new Provisioner(connection, connection.jetStreamManagement(), Arrays.asList(definitions));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static BucketDefinition definition(String name, ProvisioningPolicy policy,
			UnaryOperator<KeyValueConfiguration.Builder> options, BucketOption... declared) {
		EnumSet<BucketOption> set = EnumSet.noneOf(BucketOption.class);
		set.addAll(List.of(declared));
		return new BucketDefinition("nats", name, "nats.kv.buckets." + name, policy,
				options.apply(KeyValueConfiguration.builder(name)).build(), set);
	}

}
