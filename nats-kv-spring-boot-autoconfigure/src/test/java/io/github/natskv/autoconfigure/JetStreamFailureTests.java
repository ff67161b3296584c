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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.embedded.NatsServerBinary;
import io.github.natskv.testsupport.NatsCluster;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What JetStream refuses is explained by a failure analysis: what was wanted, what was
 * found, what to do.
 */
class JetStreamFailureTests {

	private static final String BUCKET = "nats.kv.buckets.profiles";

	private static final String STREAM = "nats.streams.definitions.orders";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class))
		.withPropertyValues(BUCKET + ".history=5", "nats.jetstream.request-timeout=500ms");

	@Test
	void jetStreamDisabledOnTheServer(@TempDir Path directory) throws Exception {
		Process server = new ProcessBuilder(NatsServerBinary.find(NatsServer.binary()).toString(), "-a", "127.0.0.1",
				"-p", "-1", "--ports_file_dir", directory.toString())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		try {
			FailureAnalysis analysis = analyze(this.runner, "nats.servers=" + awaitUrl(directory));
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "needs JetStream",
					"does not have enabled");
			assertThat(analysis.getAction()).contains("-js", "'jetstream'");
		}
		finally {
			server.destroyForcibly().waitFor();
		}
	}

	private static String awaitUrl(Path directory) {
		return Awaitility.await().ignoreExceptions().until(() -> {
			try (var files = Files.list(directory)) {
				String ports = Files.readString(files.findFirst().orElseThrow());
				return ports.substring(ports.indexOf("nats://")).split("\"", 2)[0];
			}
		}, (url) -> url.matches("nats://.*:\\d+"));
	}

	@Test
	void accountWithoutJetStream() {
		try (NatsServer server = NatsServer.start("""
				accounts {
				  A { jetstream: enabled, users: [ { user: a, password: secret } ] }
				  B { users: [ { user: b, password: secret } ] }
				}
				""")) {
			FailureAnalysis analysis = analyze(server, "nats.username=b", "nats.password=secret");
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "JetStream");
			assertThat(analysis.getAction()).contains("account");
		}
	}

	@Test
	void noPermissionToCreate() {
		try (NatsServer server = NatsServer.start(user("publish: { deny: \"$JS.API.STREAM.CREATE.>\" }"))) {
			FailureAnalysis analysis = analyze(server, login("nats.kv.buckets.other.history=1"));
			assertThat(analysis.getDescription()).containsPattern("'(profiles|other)'")
				.containsPattern("not allow the user to publish to '\\$JS.API.STREAM.CREATE.KV_(profiles|other)'");
			assertThat(analysis.getAction()).contains("permissions of the user", ".provisioning' to 'validate'");
		}
	}

	@Test
	void noPermissionToLookUp() {
		try (NatsServer server = NatsServer.start(user("publish: { deny: \"$JS.API.STREAM.INFO.>\" }"))) {
			FailureAnalysis analysis = analyze(server, login());
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET,
					"not allow the user to publish to '$JS.API.STREAM.INFO.KV_profiles'");
			assertThat(analysis.getAction()).contains(BUCKET + ".provisioning' to 'none'");
		}
	}

	@Test
	void noPermissionToUpdate() throws Exception {
		try (NatsServer server = NatsServer.start(user("publish: { deny: \"$JS.API.STREAM.UPDATE.>\" }"))) {
			existing(server, KeyValueConfiguration.builder("profiles").build());
			FailureAnalysis analysis = analyze(server, login(BUCKET + ".provisioning=update"));
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET,
					"not allow the user to publish to '$JS.API.STREAM.UPDATE.KV_profiles'");
		}
	}

	@Test
	void noPermissionToReceiveAnswers() {
		try (NatsServer server = NatsServer.start(user("subscribe: { deny: \"_INBOX.>\" }"))) {
			FailureAnalysis analysis = analyze(server, login());
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET,
					"not allow the user to subscribe to '_INBOX.>'");
		}
	}

	@Test
	void missingBucket() {
		try (NatsServer server = NatsServer.start()) {
			FailureAnalysis analysis = analyze(server, BUCKET + ".provisioning=validate");
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "not on the server");
			assertThat(analysis.getAction()).contains("Make the bucket", BUCKET + ".provisioning", "create");
		}
	}

	@Test
	void differingBucket() throws Exception {
		try (NatsServer server = NatsServer.start()) {
			existing(server, KeyValueConfiguration.builder("profiles").build());
			FailureAnalysis analysis = analyze(server, BUCKET + ".provisioning=validate");
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "history is 1 instead of 5");
			assertThat(analysis.getAction()).contains(BUCKET + ".provisioning", "update");
			analysis = analyze(server, BUCKET + ".provisioning=update", BUCKET + ".storage=memory");
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "storage is file instead of memory");
			assertThat(analysis.getAction()).contains("change the declaration", "new bucket");
		}
	}

	@Test
	void optionTooNewForTheServer() throws Exception {
		try (NatsServer server = NatsServer.start(); Connection connection = server.connect()) {
			String version = connection.getServerInfo().getVersion();
			boolean old = connection.getServerInfo().isOlderThanVersion("2.11.0");
			assumeTrue(old, "needs a server before 2.11");
			FailureAnalysis analysis = analyze(server, BUCKET + ".limit-marker-ttl=10s");
			assertThat(analysis.getDescription()).contains(BUCKET + ".limit-marker-ttl", "nats-server 2.11.0", version);
			assertThat(analysis.getAction()).contains("Upgrade the server", BUCKET + ".limit-marker-ttl");
		}
	}

	@Test
	void moreReplicasThanServers() {
		try (NatsServer server = NatsServer.start()) {
			FailureAnalysis analysis = analyze(server, BUCKET + ".replicas=3");
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "3 replicas", "not part of a cluster");
			assertThat(analysis.getAction()).contains(BUCKET + ".replicas");
		}
	}

	@Test
	void moreReplicasThanTheClusterHas() throws Exception {
		try (NatsCluster cluster = NatsCluster.start()) {
			streamsHaveReplicas(cluster);
			FailureAnalysis analysis = analyze(this.runner, "nats.servers=" + String.join(",", cluster.urls()),
					BUCKET + ".replicas=5", "nats.jetstream.request-timeout=5s");
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "5 replicas", "not that many servers");
			assertThat(analysis.getAction()).contains(BUCKET + ".replicas");
		}
	}

	private void streamsHaveReplicas(NatsCluster cluster) throws Exception {
		ApplicationContextRunner clustered = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + String.join(",", cluster.urls()), "nats.jetstream.request-timeout=5s",
					STREAM + ".subjects=orders.>", STREAM + ".consumers.billing.max-deliver=5");
		clustered.withPropertyValues(STREAM + ".replicas=3").run((context) -> assertThat(context).hasNotFailed());
		try (Connection connection = cluster.connect()) {
			assertThat(connection.jetStreamManagement().getStreamInfo("orders").getConfiguration().getReplicas())
				.isEqualTo(3);
			assertThat(connection.jetStreamManagement()
				.getConsumerInfo("orders", "billing")
				.getClusterInfo()
				.getReplicas()).hasSize(2);
			clustered.withPropertyValues(STREAM + ".replicas=1", "nats.streams.provisioning=update")
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(connection.jetStreamManagement().getStreamInfo("orders").getConfiguration().getReplicas())
				.isEqualTo(1);
		}
		FailureAnalysis analysis = analyze(clustered, STREAM + ".name=many", STREAM + ".subjects=many",
				STREAM + ".replicas=5");
		assertThat(analysis.getDescription()).contains("stream 'many'", STREAM, "5 replicas", "not that many servers");
		assertThat(analysis.getAction()).contains(STREAM + ".replicas");
	}

	@Test
	void storeOfTheServerTooSmall() {
		try (NatsServer server = NatsServer.start("jetstream { max_file_store: 10MB, max_memory_store: 10MB }")) {
			FailureAnalysis analysis = analyze(server, BUCKET + ".max-bytes=20MB");
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "20971520 bytes of file storage",
					"not that much left");
			assertThat(analysis.getAction()).contains(BUCKET + ".max-bytes");
		}
	}

	@Test
	void memoryOfTheServerTooSmall() {
		try (NatsServer server = NatsServer.start("jetstream { max_file_store: 10MB, max_memory_store: 10MB }")) {
			FailureAnalysis analysis = analyze(server, BUCKET + ".max-bytes=20MB", BUCKET + ".storage=memory");
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "20971520 bytes of memory storage",
					"not that much left");
			assertThat(analysis.getAction()).contains(BUCKET + ".max-bytes");
		}
	}

	@Test
	void limitsOfTheAccountTooSmall() {
		try (NatsServer server = NatsServer.start(account("max_file: 1MB, max_mem: 1MB"))) {
			FailureAnalysis analysis = analyze(server, login(BUCKET + ".max-bytes=20MB"));
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "20971520 bytes of file storage",
					"not that much left");
			assertThat(analysis.getAction()).contains(BUCKET + ".max-bytes");
			analysis = analyze(server, login(BUCKET + ".max-bytes=20MB", BUCKET + ".storage=memory"));
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "20971520 bytes of memory storage",
					"not that much left");
			assertThat(analysis.getAction()).contains(BUCKET + ".max-bytes");
		}
	}

	@Test
	void tooManyStreamsForTheAccount() throws Exception {
		try (NatsServer server = NatsServer.start(account("max_streams: 1"))) {
			existing(server, KeyValueConfiguration.builder("other").build());
			FailureAnalysis analysis = analyze(server, login());
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "as many streams as it may have");
			assertThat(analysis.getAction()).contains("max_streams");
		}
	}

	@Test
	void accountThatRequiresMaxBytes() throws Exception {
		try (NatsServer server = NatsServer.start(account("max_bytes_required: true"))) {
			FailureAnalysis analysis = analyze(server, login());
			assertThat(analysis.getDescription()).contains("'profiles'", BUCKET, "requires a limit");
			assertThat(analysis.getAction()).contains(BUCKET + ".max-bytes");
		}
	}

	private FailureAnalysis analyze(NatsServer server, String... properties) {
		return analyze(this.runner.withPropertyValues("nats.servers=" + server.url()), properties);
	}

	private static FailureAnalysis analyze(ApplicationContextRunner runner, String... properties) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		runner.withPropertyValues(properties).run((context) -> analysis[0] = FailureAnalyses.of(context));
		assertThat(analysis[0].getDescription() + analysis[0].getAction()).doesNotContain("secret");
		return analysis[0];
	}

	private static String[] login(String... properties) {
		return Stream.concat(Stream.of("nats.username=app", "nats.password=secret"), Stream.of(properties))
			.toArray(String[]::new);
	}

	private static String user(String permissions) {
		return """
				authorization { users: [
				  { user: admin, password: secret }
				  { user: app, password: secret, permissions: { %s } }
				] }
				""".formatted(permissions);
	}

	private static String account(String limits) {
		return """
				accounts { A {
				  jetstream: { %s }
				  users: [ { user: admin, password: secret }, { user: app, password: secret } ]
				} }
				""".formatted(limits);
	}

	private static void existing(NatsServer server, KeyValueConfiguration configuration) throws Exception {
		try (Connection admin = Nats.connect(server.url().replace("//", "//admin:secret@"))) {
			admin.keyValueManagement().create(configuration);
		}
	}

}
