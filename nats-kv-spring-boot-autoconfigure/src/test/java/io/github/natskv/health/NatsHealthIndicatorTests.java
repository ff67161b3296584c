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

package io.github.natskv.health;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.listener.BucketSnapshotCompletedEvent;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.testsupport.Flood;
import io.github.natskv.testsupport.NatsCluster;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValueManagement;
import io.nats.client.api.KeyValueConfiguration;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

import static org.assertj.core.api.Assertions.assertThat;

class NatsHealthIndicatorTests {

	private static final Duration SECONDS = Duration.ofSeconds(5);

	@AutoClose
	private final NatsServer server = NatsServer.start();

	private ApplicationContextRunner runner(String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
					NatsListenerAutoConfiguration.class, NatsHealthContributorAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + this.server.url())
			.withPropertyValues(properties);
	}

	private static Health health(ApplicationContext context) {
		return context.getBean(NatsHealthIndicator.class).health();
	}

	private static Health await(ApplicationContext context, Status status) {
		return await(context, (health) -> health.getStatus().equals(status));
	}

	private static Health await(ApplicationContext context, Predicate<Health> condition) {
		return Awaitility.await().atMost(SECONDS).until(() -> health(context), condition);
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> detail(Health health, String... path) {
		Map<String, Object> found = health.getDetails();
		for (String name : path) {
			found = (Map<String, Object>) found.get(name);
		}
		return found;
	}

	@SuppressWarnings("unchecked")
	private static List<String> problems(Health health) {
		return (List<String>) health.getDetails().get("problems");
	}

	@Test
	void tellsHowEverythingIs() {
		String url = this.server.url().replace("nats://", "nats://user:secret@");
		runner("nats.servers=" + url, "nats.kv.buckets.profiles.max-bytes=1MB",
				"nats.kv.buckets.flags.name=feature-flags")
			.withBean(Listeners.class)
			.run((context) -> {
				KeyValueBucket<String> profiles = context.getBean(KeyValueBuckets.class)
					.bucket("profiles", String.class);
				profiles.put("users.alice", "1");
				try (BucketWatch watch = profiles.watch("users.*", (entry) -> {
				})) {
					assertThat(watch.awaitSnapshot(SECONDS)).isTrue();
					Health health = health(context);
					assertThat(health.getStatus()).isEqualTo(Status.UP);
					assertThat(detail(health, "connection")).containsEntry("status", "connected")
						.containsEntry("serverVersion", context.getBean(Connection.class).getServerInfo().getVersion())
						.containsEntry("url", this.server.url().replace("nats://", "nats://***@"))
						.containsKeys("serverName", "roundTripMillis");
					assertThat(detail(health, "buckets", "profiles")).containsEntry("bucketName", "profiles")
						.doesNotContainKey("problem")
						.containsEntry("entries", 1L)
						.containsEntry("maxBytes", 1024L * 1024)
						.containsEntry("replicas", 1)
						.containsEntry("currentReplicas", 1);
					assertThat((long) detail(health, "buckets", "profiles").get("bytes")).isPositive();
					assertThat(detail(health, "buckets")).containsOnlyKeys("profiles", "flags");
					assertThat(detail(health, "listeners", "orders")).containsEntry("state", "running")
						.containsEntry("pending", 0L)
						.containsEntry("dropped", 0L);
					assertThat(detail(health, "listeners", "flags", "watch")).containsEntry("bucketKey", "flags")
						.containsEntry("bucketName", "feature-flags")
						.containsEntry("state", "running")
						.containsEntry("lag", 0L)
						.containsEntry("recoveries", 0);
					assertThat(health.getDetails().get("watches")).asInstanceOf(InstanceOfAssertFactories.LIST)
						.singleElement()
						.asInstanceOf(InstanceOfAssertFactories.MAP)
						.containsEntry("bucketKey", "profiles")
						.containsEntry("bucketName", "profiles")
						.containsEntry("keys", List.of("users.*"));
					assertThat(health.toString()).doesNotContain("secret");
				}
				assertThat(health(context).getDetails()).doesNotContainKey("watches");
			});
	}

	@Test
	void isDownWithinSecondsOfTheServersEndAndUpByItself() {
		runner("nats.kv.buckets.profiles.history=1", "nats.kv.buckets.flags.history=1").withBean(Listeners.class)
			.run((context) -> {
				await(context, Status.UP);
				this.server.kill();
				Health down = await(context, Status.DOWN);
				assertThat(problems(down)).first().asString().contains("no connection");
				this.server.restart();
				await(context, Status.UP);
			});
	}

	@Test
	void takesNoLongerThanItsTimeoutForAServerThatDoesNotAnswer() {
		runner("nats.kv.buckets.profiles.history=1", "nats.health.timeout=300ms").run((context) -> {
			await(context, Status.UP);
			this.server.suspend();
			Awaitility.await().atMost(SECONDS).until(() -> {
				long start = System.nanoTime();
				Health health = health(context);
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));
				return health.getStatus().equals(Status.DOWN)
						&& problems(health).contains("The server did not answer within 300 ms");
			});
			this.server.resume();
			await(context, Status.UP);
		});
	}

	@Test
	void takesNoLongerThanItsTimeoutWhileTooManyMessagesWaitToBeSent() {
		runner("nats.kv.buckets.profiles.history=1", "nats.kv.buckets.flags.history=1",
				"nats.kv.buckets.orders.history=1", "nats.max-messages-in-outgoing-queue=10",
				"nats.health.timeout=300ms")
			.run((context) -> {
				await(context, Status.UP);
				Connection connection = context.getBean(Connection.class);
				this.server.suspend();
				Thread publisher = Flood.start(connection);
				Awaitility.await().atMost(SECONDS).until(() -> {
					long start = System.nanoTime();
					Health health = health(context);
					assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
					return problems(health) != null
							&& problems(health).containsAll(List.of("The server did not answer within 300 ms",
									"Bucket 'orders' cannot be used: too many messages wait to be sent"));
				});
				publisher.interrupt();
				publisher.join();
				this.server.resume();
				await(context, Status.UP);
			});
	}

	@Test
	void namesAPermissionThatIsMissing() {
		try (NatsServer restricted = NatsServer
			.start("""
					authorization {
					  users = [ { user: app, password: secret, permissions: { publish: { deny: "$JS.API.STREAM.INFO.KV_flags" } } } ]
					}
					""")) {
			runner("nats.servers=" + restricted.url(), "nats.username=app", "nats.password=secret",
					"nats.kv.provisioning=none", "nats.kv.buckets.flags.history=1")
				.run((context) -> assertThat(problems(await(context, Status.DOWN))).singleElement()
					.asString()
					.startsWith("Bucket 'flags' cannot be used: the server does not allow the user to publish to"
							+ " '$JS.API.STREAM.INFO.KV_flags'"));
		}
	}

	@Test
	void showsLocalCopies() {
		runner("nats.kv.buckets.flags.local-copy.enabled=true", "nats.kv.buckets.profiles.history=1").run((context) -> {
			assertThat(detail(await(context, Status.UP), "buckets", "flags")).doesNotContainKey("localCopy");
			context.getBean(KeyValueBuckets.class).bucket("flags", String.class).put("beta", "on");
			Awaitility.await()
				.untilAsserted(() -> assertThat(detail(health(context), "buckets", "flags")).containsEntry("localCopy",
						Map.of("entries", 1L, "bytes", 6L, "ageMillis", 0L, "complete", true)));
			assertThat(detail(health(context), "buckets", "profiles")).doesNotContainKey("localCopy");
		});
	}

	@Test
	void namesABucketThatIsMissing() {
		runner("nats.kv.buckets.profiles.history=1", "nats.kv.buckets.flags.history=1").run((context) -> {
			await(context, Status.UP);
			KeyValueManagement management = context.getBean(KeyValueManagement.class);
			management.delete("flags");
			Health down = await(context, Status.DOWN);
			assertThat(problems(down)).containsExactly("Bucket 'flags' cannot be used: it is not on the server");
			assertThat(detail(down, "buckets", "flags")).containsKey("problem");
			assertThat(detail(down, "buckets", "profiles")).doesNotContainKey("problem");
			management.create(KeyValueConfiguration.builder("flags").build());
			await(context, Status.UP);
		});
	}

	@Test
	void isDownWhileTheHandlerOfAWatchIsStuck() {
		runner("nats.kv.buckets.flags.history=1", "nats.health.stuck-after=300ms", "nats.listener.drain-timeout=1s")
			.withBean(Listeners.class)
			.run((context) -> {
				Listeners listeners = context.getBean(Listeners.class);
				KeyValueBucket<String> flags = context.getBean(KeyValueBuckets.class).bucket("flags", String.class);
				flags.put("stuck", "1");
				flags.put("waiting", "2");
				Health down = await(context, Status.DOWN);
				assertThat(problems(down)).singleElement()
					.asString()
					.startsWith("The watch of listener 'flags' on bucket 'flags' is stuck: its handler");
				assertThat(detail(down, "listeners", "flags")).containsEntry("inFlight", 1)
					.containsEntry("pending", 1L);
				listeners.release.countDown();
				await(context, Status.UP);
			});
	}

	@Test
	void isDownWhileTheHandlerOfAStreamIsStuck() {
		runner("nats.streams.definitions.jobs.subjects=jobs.>",
				"nats.streams.definitions.jobs.consumers.printing.ack-wait=300ms", "nats.health.stuck-after=200ms",
				"nats.listener.drain-timeout=1s")
			.withBean(Printing.class)
			.run((context) -> {
				await(context, Status.UP);
				context.getBean(NatsOperations.class).send("jobs.a", "stuck");
				Health down = await(context,
						(health) -> health.getStatus().equals(Status.DOWN) && problems(health).size() == 2);
				assertThat(problems(down)).allSatisfy((problem) -> assertThat(problem).matches(
						"Listener '(printing|reading)' is stuck: its handler has been at the same message for \\d+ s"));
				context.getBean(Printing.class).release.countDown();
				await(context, Status.UP);
			});
	}

	@Test
	void saysThatAHandlerIsStuckAtAnInitialValue() throws Exception {
		try (Connection connection = this.server.connect()) {
			connection.keyValueManagement().create(KeyValueConfiguration.builder("flags").build());
			connection.keyValue("flags").put("stuck", "1");
		}
		runner("nats.kv.buckets.flags.history=1", "nats.health.stuck-after=300ms", "nats.listener.drain-timeout=1s",
				"nats.listener.snapshot-timeout=0")
			.withBean(Listeners.class)
			.run((context) -> {
				assertThat(problems(await(context, Status.DOWN))).singleElement()
					.asString()
					.startsWith("The watch of listener 'flags' on bucket 'flags' is stuck: its handler has been at");
				context.getBean(Listeners.class).release.countDown();
				await(context, Status.UP);
			});
	}

	@Test
	void isDownWhileAWatchOpenedInCodeIsStuck() {
		runner("nats.kv.buckets.flags.history=1", "nats.health.stuck-after=300ms").run((context) -> {
			CountDownLatch release = new CountDownLatch(1);
			KeyValueBucket<String> flags = context.getBean(KeyValueBuckets.class).bucket("flags", String.class);
			try (BucketWatch watch = flags.watch(">", (entry) -> block(release))) {
				assertThat(watch.awaitSnapshot(SECONDS)).isTrue();
				flags.put("stuck", "1");
				assertThat(problems(await(context, Status.DOWN))).singleElement()
					.asString()
					.startsWith("A watch on bucket 'flags' is stuck");
				release.countDown();
				await(context, Status.UP);
			}
		});
	}

	@Test
	void isDownWhileAWatchCannotBeOpened() {
		runner("nats.health.stuck-after=300ms", "nats.listener.snapshot-timeout=0").withBean(Listeners.class)
			.run((context) -> {
				Health down = await(context, Status.DOWN);
				assertThat(problems(down)).singleElement()
					.asString()
					.startsWith("The watch of listener 'flags' on bucket 'flags' is stuck: it has made no progress")
					.contains("stream not found");
				context.getBean(KeyValueManagement.class).create(KeyValueConfiguration.builder("flags").build());
				await(context, Status.UP);
			});
	}

	@Test
	void anErrorOfWhoeverIsToldOfASnapshotDoesNotMatter() {
		runner("nats.kv.buckets.flags.history=1").withBean(Listeners.class)
			.withInitializer(
					(context) -> context.addApplicationListener(ApplicationListener.forPayload((Object event) -> {
						if (event instanceof BucketSnapshotCompletedEvent) {
							throw new NoClassDefFoundError("for the test");
						}
					})))
			.run((context) -> {
				assertThat(detail(await(context, Status.UP), "listeners", "flags", "watch"))
					.containsEntry("state", "running")
					.containsEntry("recoveries", 0);
				context.getBean(KeyValueBuckets.class).bucket("flags", String.class).put("later", "1");
				Awaitility.await().until(() -> context.getBean(Listeners.class).flags.contains("later"));
			});
	}

	@Test
	void listenersThatWerePausedOrStoppedDoNotMatter() {
		runner("nats.kv.buckets.flags.history=1", "nats.health.stuck-after=1ms").withBean(Listeners.class)
			.run((context) -> {
				NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
				registry.pause("orders");
				registry.pause("flags");
				Health health = await(context, Status.UP);
				assertThat(detail(health, "listeners", "orders")).containsEntry("state", "paused");
				assertThat(detail(health, "listeners", "flags")).containsEntry("state", "paused");
				registry.stop("flags");
				assertThat(detail(health(context), "listeners", "flags")).containsEntry("state", "stopped");
			});
	}

	@Test
	void tellsWhatAListenerFailedWithButNoMessageThatMayQuoteAValue() {
		runner("nats.kv.buckets.flags.history=1").withBean(Listeners.class).run((context) -> {
			context.getBean(Connection.class).publish("orders", "bad".getBytes());
			Health health = await(context,
					(current) -> detail(current, "listeners", "orders").containsKey("lastError"));
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(detail(health, "listeners", "orders")).containsEntry("lastError",
					IllegalStateException.class.getName());
			assertThat(health.toString()).doesNotContain("bad order");
		});
	}

	@Test
	void checksAtTheSameTimeShareOneRequest() throws Exception {
		AtomicInteger requests = new AtomicInteger();
		try (Connection other = this.server.connect()) {
			runner("nats.kv.buckets.profiles.history=1").run((context) -> {
				other.createDispatcher((message) -> requests.incrementAndGet())
					.subscribe("$JS.API.STREAM.INFO.KV_profiles");
				other.flush(SECONDS);
				NatsHealthIndicator indicator = context.getBean(NatsHealthIndicator.class);
				IntStream.range(0, 50)
					.parallel()
					.forEach((i) -> assertThat(indicator.health().getStatus()).isEqualTo(Status.UP));
				Awaitility.await().until(() -> requests.get() > 0);
				other.flush(SECONDS);
				assertThat(requests.get()).isLessThanOrEqualTo(3);
			});
		}
	}

	@Test
	void tellsHowManyReplicasAreCurrent() {
		try (NatsCluster cluster = NatsCluster.start()) {
			runner("nats.servers=" + String.join(",", cluster.urls()), "nats.kv.buckets.profiles.replicas=3")
				.run((context) -> {
					await(context, (health) -> currentReplicas(health).equals(3));
					int leader = cluster.leaderOf("KV_profiles");
					cluster.killNode((leader + 1) % 3);
					Health health = Awaitility.await()
						.atMost(Duration.ofSeconds(30))
						.until(() -> health(context), (current) -> currentReplicas(current).equals(2));
					assertThat(detail(health, "buckets", "profiles")).containsEntry("replicas", 3);
					assertThat(health.getStatus()).isEqualTo(Status.UP);
				});
		}
	}

	private static Object currentReplicas(Health health) {
		return health.getDetails().containsKey("buckets")
				? detail(health, "buckets", "profiles").getOrDefault("currentReplicas", -1) : -1;
	}

	@Test
	void tellsWhyThereIsNoServerYet() {
		this.server.kill();
		runner("nats.startup=retry", "nats.reconnect-wait=50ms", "nats.kv.buckets.flags.history=1")
			.withBean(Listeners.class)
			.run((context) -> {
				Health down = await(context, (health) -> problems(health).get(0).contains(": "));
				assertThat(down.getStatus()).isEqualTo(Status.DOWN);
				assertThat(problems(down)).singleElement()
					.asString()
					.startsWith("There is no connection to a NATS server (CONNECTING): ")
					.contains("refused");
				assertThat(detail(down, "connection")).containsEntry("status", "connecting");
				this.server.restart();
				await(context, Status.UP);
			});
	}

	@Test
	void isDownWhileABucketIsNotAsDeclaredAfterALateConnect() throws Exception {
		try (Connection other = this.server.connect()) {
			other.keyValueManagement().create(KeyValueConfiguration.builder("strict").build());
		}
		this.server.kill();
		runner("nats.startup=retry", "nats.reconnect-wait=50ms", "nats.kv.buckets.strict.history=5",
				"nats.kv.provisioning=validate", "nats.kv.buckets.flags.name=missing")
			.run((context) -> {
				this.server.restart();
				Awaitility.await()
					.untilAsserted(() -> assertThat(problems(health(context))).containsExactlyInAnyOrder(
							"Bucket 'strict' differs from its declaration by nats.kv.buckets.strict: history is 1 instead of 5.",
							"Bucket 'missing', declared by nats.kv.buckets.flags, is not on the server."));
				assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
				KeyValueManagement management = context.getBean(KeyValueManagement.class);
				management.update(KeyValueConfiguration.builder("strict").maxHistoryPerKey(5).build());
				management.create(KeyValueConfiguration.builder("missing").build());
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.until(() -> health(context).getStatus().equals(Status.UP));
			});
	}

	@Test
	void tellsOfNamedConnections() {
		try (NatsServer archive = NatsServer.start()) {
			runner("nats.connections.archive.servers=" + archive.url(), "nats.kv.buckets.profiles.history=1",
					"nats.connections.archive.kv.buckets.audit.history=2", "nats.health.stuck-after=300ms")
				.run((context) -> {
					Health up = await(context, Status.UP);
					assertThat(detail(up, "buckets")).containsOnlyKeys("profiles");
					assertThat(detail(up, "connections")).containsOnlyKeys("archive");
					assertThat(detail(up, "connections", "archive", "connection")).containsEntry("url", archive.url())
						.containsKey("roundTripMillis");
					assertThat(detail(up, "connections", "archive", "buckets")).containsOnlyKeys("audit");
					archive.kill();
					Health down = await(context, Status.DOWN);
					assertThat(problems(down)).singleElement()
						.asString()
						.startsWith("Connection 'archive': There is no connection to a NATS server");
					assertThat(detail(down, "connection")).containsEntry("status", "connected");
					archive.restart();
					await(context, Status.UP);
					context.getBean("archiveNatsKeyValueManagement", KeyValueManagement.class).delete("audit");
					assertThat(problems(await(context, Status.DOWN))).containsExactly(
							"Connection 'archive': Bucket 'audit' cannot be used: it is not on the server");
				});
		}
	}

	@Test
	void takesNoLongerThanItsTimeoutForAllConnections() {
		try (NatsServer archive = NatsServer.start(); NatsServer backup = NatsServer.start()) {
			runner("nats.connections.archive.servers=" + archive.url(),
					"nats.connections.backup.servers=" + backup.url(), "nats.health.timeout=500ms")
				.run((context) -> {
					await(context, Status.UP);
					List<NatsServer> servers = List.of(this.server, archive, backup);
					servers.forEach(NatsServer::suspend);
					Awaitility.await().atMost(SECONDS).until(() -> {
						long start = System.nanoTime();
						Health health = health(context);
						assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1200));
						return health.getStatus().equals(Status.DOWN) && problems(health).size() == 3;
					});
					servers.forEach(NatsServer::resume);
				});
		}
	}

	@Test
	void isTheComponentNats() {
		runner()
			.withConfiguration(AutoConfigurations.of(HealthContributorRegistryAutoConfiguration.class,
					HealthEndpointAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context.getBean(HealthEndpoint.class).healthForPath("nats").getStatus())
				.isEqualTo(Status.UP));
	}

	@Test
	void canBeSwitchedOff() {
		runner("management.health.nats.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(NatsHealthIndicator.class));
		runner().withBean("natsHealthIndicator", Object.class, Object::new)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(NatsHealthIndicator.class));
	}

	@Test
	void isAbsentWithoutBootsHealth() {
		runner().withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(Connection.class));
	}

	@Test
	void refusesATimeoutThatIsNotPositive() {
		runner("nats.health.timeout=0").run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.rootCause()
			.hasMessageContaining("must be positive"));
	}

	private static void block(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	static class Printing {

		final CountDownLatch release = new CountDownLatch(1);

		@JetStreamListener(id = "printing", stream = "jobs", consumer = "printing")
		void print(String job) {
			block(this.release);
		}

		@JetStreamListener(id = "reading", stream = "jobs", ordered = "true")
		void read(String job) {
			block(this.release);
		}

	}

	static class Listeners {

		final CountDownLatch release = new CountDownLatch(1);

		final Set<String> flags = ConcurrentHashMap.newKeySet();

		@NatsListener(value = "orders", id = "orders")
		void onOrder(String order) {
			throw new IllegalStateException("bad order");
		}

		@KeyValueListener(value = "flags", id = "flags")
		void onFlag(BucketEntry<String> change) {
			this.flags.add(change.key());
			if (change.key().equals("stuck")) {
				block(this.release);
			}
		}

	}

}
