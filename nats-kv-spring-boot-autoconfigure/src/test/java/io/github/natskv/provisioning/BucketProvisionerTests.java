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
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.natskv.testsupport.DelayingProxy;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueStatus;
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
	void updateRefusesWhatTheServerCannotChangeAndChangesNothing() throws Exception {
		existing("a", (builder) -> builder.maxHistoryPerKey(2));
		assertThatExceptionOfType(BucketProvisioningException.class)
			.isThrownBy(() -> provision(definition("a", ProvisioningPolicy.UPDATE,
					(builder) -> builder.maxHistoryPerKey(5).storageType(StorageType.Memory), BucketOption.HISTORY,
					BucketOption.STORAGE)))
			.withMessageContaining("storage is file instead of memory")
			.withMessageNotContaining("history");
		assertThat(status("a").getMaxHistoryPerKey()).isEqualTo(2);
	}

	@Test
	void validateRefusesAMissingBucketAndMakesNone() throws Exception {
		assertThatExceptionOfType(BucketProvisioningException.class)
			.isThrownBy(() -> provision(definition("a", ProvisioningPolicy.CREATE, UnaryOperator.identity()),
					definition("b", ProvisioningPolicy.VALIDATE, UnaryOperator.identity())))
			.withMessageContaining("'b'")
			.withMessageContaining("nats.kv.buckets.b");
		assertThat(this.connection.keyValueManagement().getBucketNames()).isEmpty();
	}

	@Test
	void validateRefusesADifferingBucket() throws Exception {
		existing("a", UnaryOperator.identity());
		assertThatExceptionOfType(BucketProvisioningException.class)
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
		assertThatExceptionOfType(BucketProvisioningException.class)
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
		provision(new BucketDefinition(definition.origin(), ProvisioningPolicy.VALIDATE, definition.configuration(),
				definition.declared()));
	}

	@Test
	void twoDefinitionsOfOneBucketAreRefused() {
		assertThatExceptionOfType(BucketProvisioningException.class)
			.isThrownBy(() -> provision(definition("a", ProvisioningPolicy.CREATE, UnaryOperator.identity()),
					definition("a", ProvisioningPolicy.NONE, UnaryOperator.identity())))
			.withMessageContaining("twice");
	}

	@Test
	void replicasTheServerCannotHaveAreRefusedWithAdvice() {
		assertThatExceptionOfType(BucketProvisioningException.class)
			.isThrownBy(() -> provision(definition("a", ProvisioningPolicy.CREATE, (builder) -> builder.replicas(3),
					BucketOption.REPLICAS)))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("nats.kv.buckets.a.replicas"));
	}

	@Test
	void restoreMakesALostBucketAgainUnlessThePolicyForbids() throws Exception {
		BucketProvisioner provisioner = provisioner(this.connection,
				definition("a", ProvisioningPolicy.CREATE, UnaryOperator.identity()),
				definition("b", ProvisioningPolicy.NONE, UnaryOperator.identity()));
		provisioner.restore("a");
		provisioner.restore("b");
		provisioner.restore("unknown");
		assertThat(this.connection.keyValueManagement().getBucketNames()).containsExactly("a");
	}

	@Test
	void bucketsThatAreGoneAfterAReconnectAreMadeAgain() throws Exception {
		try (BucketProvisioner provisioner = provisioner(this.connection,
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
		try (DelayingProxy proxy = new DelayingProxy(server.port(), roundTrip);
				Connection far = Nats.connect(proxy.url())) {
			BucketProvisioner provisioner = provisioner(far, definitions);
			long start = System.nanoTime();
			provisioner.provision();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(roundTrip, roundTrip.multipliedBy(4));
		}
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

	private static BucketProvisioner provisioner(Connection connection, BucketDefinition... definitions) {
		try {
			return new BucketProvisioner(connection, connection.jetStreamManagement(), Arrays.asList(definitions));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static BucketDefinition definition(String name, ProvisioningPolicy policy,
			UnaryOperator<KeyValueConfiguration.Builder> options, BucketOption... declared) {
		EnumSet<BucketOption> set = EnumSet.noneOf(BucketOption.class);
		set.addAll(List.of(declared));
		return new BucketDefinition("nats.kv.buckets." + name, policy,
				options.apply(KeyValueConfiguration.builder(name)).build(), set);
	}

}
