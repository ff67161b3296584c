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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.listener.ListenerStatus;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A server that takes permissions away and gives them back keeps the connection, but
 * drops subscriptions.
 */
@ExtendWith(OutputCaptureExtension.class)
class PermissionReloadTests {

	private static final String ALL = configuration("");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
				NatsListenerAutoConfiguration.class, NatsHealthContributorAutoConfiguration.class))
		.withPropertyValues("nats.username=u", "nats.password=p", "nats.template.reply-timeout=500ms",
				"nats.jetstream.request-timeout=500ms", "nats.kv.buckets.flags.history=1");

	private static String configuration(String permissions) {
		return "authorization { users: [ { user: admin, password: p }, { user: u, password: p, permissions: { %s } } ] }"
			.formatted(permissions);
	}

	private static String deniedSubscription(String subject) {
		return configuration("subscribe: { deny: \"%s\" }".formatted(subject));
	}

	private static String deniedPublishing(String subject) {
		return configuration("publish: { deny: \"%s\" }".formatted(subject));
	}

	private static ConditionFactory eventually() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
	}

	private void run(Consumer<Scene> test) {
		try (NatsServer server = NatsServer.start(ALL)) {
			this.runner.withBean(Commands.class).withPropertyValues("nats.servers=" + server.url()).run((context) -> {
				// before, a reload ends JetStream
				assumeTrue(context.getBean(Connection.class).getServerInfo().isSameOrNewerThanVersion("2.10.0"),
						"needs server 2.10");
				test.accept(new Scene(server, context));
			});
		}
	}

	@Test
	void aListenerSubscribesAgainOnceItMay(CapturedOutput output) {
		run((scene) -> {
			assertThat(scene.request("cmd.a")).isEqualTo("done");
			scene.server().reload(deniedSubscription("cmd.>"));
			eventually().until(() -> scene.listener("plain").state(), "not-subscribed"::equals);
			eventually().until(() -> scene.listener("shared").state(), "not-subscribed"::equals);
			assertThat(scene.listener("plain").notSubscribed()).containsExactly("cmd.*");
			assertThat(scene.listener("other").state()).isEqualTo("running");
			assertThat(scene.health().getStatus()).isEqualTo(Status.DOWN);
			assertThat(String.valueOf(scene.health().getDetails().get("problems")))
				.contains("Listener 'plain' is not subscribed to 'cmd.*'");
			// refused a few times
			eventually().until(() -> scene.connection().getStatistics().getErrs() > 4);
			scene.server().reload(ALL);
			eventually().until(() -> scene.listener("plain").state(), "running"::equals);
			eventually().until(() -> scene.listener("shared").state(), "running"::equals);
			assertThat(scene.request("cmd.b")).isEqualTo("done");
			assertThat(scene.health().getStatus()).isEqualTo(Status.UP);
			assertThat(scene.connection().getStatistics().getReconnects()).isZero();
			scene.bean(Commands.class).received.clear();
			scene.bean(NatsTemplate.class).publish("cmd.once", "");
			scene.bean(NatsTemplate.class).publish("other.last", "");
			eventually().until(() -> scene.bean(Commands.class).received.contains("other"));
			eventually().untilAsserted(() -> assertThat(scene.bean(Commands.class).received)
				.containsExactlyInAnyOrder("plain", "shared", "other"));
		});
		assertThat(output).containsOnlyOnce("Listener 'plain' receives nothing on that subject")
			.contains("the server does not allow the user to subscribe to 'cmd.*'. Allow it")
			.contains("Listener 'plain' is subscribed to 'cmd.*' again");
		assertThat(StringUtils.countOccurrencesOf(output.getAll(), "NATS permission missing")).isEqualTo(2);
	}

	@Test
	void whatWasReceivedBeforeIsHandled() {
		run((scene) -> {
			Commands commands = scene.bean(Commands.class);
			for (int i = 0; i < 20; i++) {
				scene.bean(NatsTemplate.class).publish("slow." + i, "");
			}
			eventually().until(() -> scene.listener("slow").pending() == 19);
			scene.server().reload(deniedSubscription("slow.>"));
			eventually().until(() -> scene.listener("slow").state(), "not-subscribed"::equals);
			scene.server().reload(ALL);
			// by then it would have subscribed again
			Awaitility.await().pollDelay(Duration.ofMillis(2500)).until(() -> true);
			commands.released.countDown();
			eventually().untilAsserted(() -> assertThat(commands.received).hasSize(20).containsOnly("slow"));
			eventually().until(() -> scene.listener("slow").state(), "running"::equals);
			scene.bean(NatsTemplate.class).publish("slow.last", "");
			eventually().untilAsserted(() -> assertThat(commands.received).hasSize(21).containsOnly("slow"));
		});
	}

	@Test
	void aListenerThatMustNotSubscribeAtStartDoesSoOnceItMay() {
		try (NatsServer server = NatsServer.start(deniedSubscription("cmd.>"))) {
			this.runner.withBean(Commands.class).withPropertyValues("nats.servers=" + server.url()).run((context) -> {
				Scene scene = new Scene(server, context);
				eventually().until(() -> scene.listener("plain").state(), "not-subscribed"::equals);
				server.reload(ALL);
				eventually().until(() -> scene.listener("plain").state(), "running"::equals);
				assertThat(scene.request("cmd.b")).isEqualTo("done");
			});
		}
	}

	@Test
	void aStoppedListenerIsNotSubscribedAgain() {
		run((scene) -> {
			scene.server().reload(deniedSubscription("cmd.>"));
			eventually().until(() -> scene.listener("plain").state(), "not-subscribed"::equals);
			scene.bean(NatsListenerRegistry.class).stop("plain");
			scene.bean(NatsListenerRegistry.class).stop("shared");
			assertThat(scene.listener("plain").state()).isEqualTo("stopped");
			assertThat(scene.health().getStatus()).isEqualTo(Status.UP);
			scene.server().reload(ALL);
			scene.bean(NatsListenerRegistry.class).start("shared");
			eventually().until(() -> scene.listener("shared").state(), "running"::equals);
			eventually().ignoreExceptions().until(() -> scene.request("cmd.b"), "done"::equals);
			assertThat(scene.bean(Commands.class).received).doesNotContain("plain");
		});
	}

	@Test
	void requestsWorkAgainOnceInboxesAreAllowed(CapturedOutput output) {
		run((scene) -> {
			KeyValueBucket<String> flags = scene.bean(KeyValueBuckets.class).bucket("flags", String.class);
			List<String> seen = new CopyOnWriteArrayList<>();
			try (BucketWatch watch = flags.watch(">", (entry) -> seen.add(entry.key()))) {
				flags.put("a", "1");
				eventually().until(() -> seen.contains("a"));
				scene.server().reload(deniedSubscription("_INBOX.>"));
				eventually().untilAsserted(() -> assertThatExceptionOfType(PermissionDeniedDataAccessException.class)
					.isThrownBy(() -> flags.get("a"))
					.withMessageContaining("not allow the user to subscribe to '_INBOX.>'"));
				scene.server().reload(ALL);
				eventually().ignoreExceptions().until(() -> flags.get("a"), "1"::equals);
				flags.put("b", "2");
				eventually().until(() -> seen.contains("b"));
				assertThat(scene.connection().getStatistics().getReconnects()).isOne();
				assertThat(scene.request("cmd.b")).isEqualTo("done");
			}
		});
		assertThat(output).containsOnlyOnce("allows inboxes again");
	}

	@Test
	void aWatchGoesOnOnceItsConsumersAreAllowed() {
		run((scene) -> {
			KeyValueBucket<String> flags = scene.bean(KeyValueBuckets.class).bucket("flags", String.class);
			List<String> seen = new CopyOnWriteArrayList<>();
			try (BucketWatch watch = flags.watch(">", (entry) -> seen.add(entry.key()))) {
				flags.put("a", "1");
				eventually().until(() -> seen.contains("a"));
				scene.server().reload(deniedPublishing("$JS.API.CONSUMER.>"));
				// so many that the watch has to ask for more
				flags.putAll(IntStream.range(0, 300)
					.boxed()
					.collect(Collectors.toMap((number) -> "many." + number, String::valueOf)));
				eventually().until(() -> scene.watchError() instanceof PermissionDeniedDataAccessException);
				flags.put("b", "2");
				assertThat(seen).doesNotContain("b");
				scene.server().reload(ALL);
				eventually().until(() -> seen.contains("b"));
			}
		});
	}

	@Test
	void aWatchWithoutPermissionIsLoggedOnceIn10Seconds(CapturedOutput output) {
		run((scene) -> {
			KeyValueBucket<String> flags = scene.bean(KeyValueBuckets.class).bucket("flags", String.class);
			try (BucketWatch watch = flags.watch(">", (entry) -> {
			})) {
				scene.server().reload(deniedPublishing("$JS.API.CONSUMER.CREATE.>"));
				Awaitility.await().until(() -> {
					scene.connection().forceReconnect();
					return true;
				});
				long before = System.nanoTime();
				eventually().until(() -> scene.connection().getStatistics().getErrs() >= 4);
				assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
			}
		});
		assertThat(StringUtils.countOccurrencesOf(output.getAll(), "NATS permission missing")).isOne();
	}

	@Test
	void eachOfTwoOperationsGetsItsOwnReason() {
		run((scene) -> {
			scene.server().reload(configuration("publish: { deny: [\"cmd.x\", \"$KV.flags.>\"] }"));
			KeyValueBucket<String> flags = scene.bean(KeyValueBuckets.class).bucket("flags", String.class);
			NatsTemplate template = scene.bean(NatsTemplate.class);
			eventually().untilAsserted(() -> {
				List<CompletableFuture<String>> failures = new ArrayList<>();
				for (int i = 0; i < 4; i++) {
					failures.add(failure(() -> flags.put("a", "1")));
					failures.add(failure(() -> template.request("cmd.x", "", String.class)));
				}
				for (int i = 0; i < failures.size(); i++) {
					assertThat(failures.get(i).join()).contains(
							"not allow the user to publish to '" + ((i % 2 == 0) ? "$KV.flags.a" : "cmd.x") + "'");
				}
			});
		});
	}

	private static CompletableFuture<String> failure(Runnable operation) {
		CompletableFuture<String> failure = new CompletableFuture<>();
		new Thread(() -> {
			try {
				operation.run();
				failure.complete("none");
			}
			catch (RuntimeException ex) {
				failure.complete(String.valueOf(ex.getMessage()));
			}
		}).start();
		return failure;
	}

	private record Scene(NatsServer server, AssertableApplicationContext context) {

		<T> T bean(Class<T> type) {
			return this.context.getBean(type);
		}

		Connection connection() {
			return bean(Connection.class);
		}

		String request(String subject) {
			return bean(NatsTemplate.class).request(subject, "", String.class);
		}

		ListenerStatus listener(String id) {
			return bean(NatsListenerRegistry.class).statuses()
				.stream()
				.filter((status) -> status.id().equals(id))
				.findFirst()
				.orElseThrow();
		}

		Health health() {
			return Objects.requireNonNull(bean(HealthIndicator.class).health(true));
		}

		@Nullable Throwable watchError() {
			return bean(BucketMonitor.class).watches().get(0).lastError();
		}

	}

	static class Commands {

		final List<String> received = new CopyOnWriteArrayList<>();

		@NatsListener(subjects = "cmd.*", id = "plain")
		void plain(byte[] payload) {
			this.received.add("plain");
		}

		@NatsListener(subjects = "cmd.*", id = "shared", queue = "workers")
		String shared(byte[] payload) {
			this.received.add("shared");
			return "done";
		}

		final CountDownLatch released = new CountDownLatch(1);

		@NatsListener(subjects = "slow.*", id = "slow")
		void slow(byte[] payload) throws InterruptedException {
			this.released.await();
			this.received.add("slow");
		}

		@NatsListener(subjects = "other.*", id = "other")
		void other(byte[] payload) {
			this.received.add("other");
		}

	}

}
