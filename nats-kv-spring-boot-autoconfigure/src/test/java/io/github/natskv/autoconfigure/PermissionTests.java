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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.openfeature.sdk.OpenFeatureAPI;
import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.cache.NatsCacheAutoConfiguration;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.autoconfigure.openfeature.NatsOpenFeatureAutoConfiguration;
import io.github.natskv.core.NatsPermissionException;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.PayloadConversionException;
import io.github.natskv.core.connection.PermissionViolation;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.reactive.ReactiveKeyValueBucket;
import io.github.natskv.listener.DeadLetters;
import io.github.natskv.listener.ListenerBacklog;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.lock.BucketLease;
import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.openfeature.BucketFlagProvider;
import io.github.natskv.provisioning.BucketConfigurations;
import io.github.natskv.provisioning.DeclaredStreams;
import io.github.natskv.provisioning.Provisioner;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValuePurgeOptions;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.PermissionDeniedDataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The permissions of the documentation are enough for each feature, and each of them is
 * needed.
 */
@ExtendWith(OutputCaptureExtension.class)
class PermissionTests {

	private static final String BUCKET = "nats.kv.buckets.profiles";

	private static final String WATCHES = "`watch`, `@KeyValueListener`, a `local-copy`, feature flags";

	private static final String STREAM = "nats.streams.definitions.jobs";

	private static final String ADVISORY = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.jobs.printing";

	private static final String DEAD_LETTER = "a dead letter";

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration IMPATIENCE = Duration.ofSeconds(1);

	private static final int LARGE = 60_000;

	private static final int PARALLEL = 48;

	private static final String DOCUMENTATION = documentation();

	private static final List<Case> CASES = cases();

	@AutoClose
	private static final NatsServer server = NatsServer.start(configuration());

	@AutoClose("shutdownNow")
	private static final ExecutorService executor = Executors.newFixedThreadPool(PARALLEL);

	private static final Map<Case, Future<Outcome>> outcomes = new HashMap<>();

	// They wait most of the time, and each has an account of its own.
	@BeforeAll
	static void runAllSideBySide() {
		for (Case candidate : CASES) {
			Duration patience = (candidate.removed() == null) ? PATIENCE : IMPATIENCE;
			outcomes.put(candidate, executor.submit(() -> run(candidate.feature(), candidate.user(), patience)));
		}
	}

	private static Outcome outcome(Case wanted) throws Exception {
		return outcomes.get(wanted).get();
	}

	// in memory, as servers may still be removing the files of the one before
	private static KeyValueConfiguration.Builder bucketConfiguration() {
		return KeyValueConfiguration.builder("profiles").storageType(StorageType.Memory);
	}

	private static void createBucket(Connection admin) throws Exception {
		admin.keyValueManagement()
			.create(BucketConfigurations
				.withTransactions(bucketConfiguration().maxHistoryPerKey(5).maxBucketSize(50_000_000).build()));
		KeyValue bucket = admin.keyValue("profiles");
		bucket.put("ann", "1");
		bucket.put("bob", "2");
		bucket.delete("bob");
	}

	private static void createStream(Connection admin) throws Exception {
		admin.jetStreamManagement()
			.addStream(StreamConfiguration.builder()
				.name("jobs")
				.subjects("jobs.>")
				.storageType(StorageType.Memory)
				.build());
		admin.jetStreamManagement()
			.createConsumer("jobs",
					ConsumerConfiguration.builder().durable("printing").filterSubject("jobs.a").build());
	}

	@ParameterizedTest
	@EnumSource
	void whatIsDocumentedIsEnough(Feature feature) throws Exception {
		assumeSupported(feature);
		Outcome granted = outcome(new Case(feature, null));
		assertThat(granted.failure()).isNull();
		assertThat(granted.reported()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("withoutOne")
	void eachPermissionIsNeeded(Case denied) throws Exception {
		assumeSupported(denied.feature());
		Outcome outcome = outcome(denied);
		assertThat(outcome.failure()).as("failure without " + denied.removed()).isNotNull();
		String operation = denied.feature().publish.contains(denied.removed()) ? "publish" : "subscribe";
		assertThat(outcome.reported()).contains("the server does not allow the user to " + operation);
	}

	private static void assumeSupported(Feature feature) throws Exception {
		if (feature == Feature.TRANSACTION || feature == Feature.SNAPSHOT) {
			assumeTrue(isAtLeast("2.14.5"), "needs server 2.14.5");
		}
		if (feature == Feature.LOCKS) {
			assumeTrue(isAtLeast("2.11.0"), "needs server 2.11");
		}
		if (feature == Feature.CLEAR) {
			assumeTrue(isAtLeast("2.10.0"), "needs server 2.10");
		}
	}

	private static boolean isAtLeast(String version) throws Exception {
		try (Connection connection = Nats
			.connect(Options.builder().server(server.url()).userInfo("admin-mute", "secret").build())) {
			return connection.getServerInfo().isSameOrNewerThanVersion(version);
		}
	}

	static Stream<Case> withoutOne() {
		return CASES.stream().filter((candidate) -> candidate.removed() != null);
	}

	@Test
	void whoeverMayRespondNeedsNoPermissionToPublish() throws Exception {
		assertThat(run(Feature.LISTENER, "responder", PATIENCE).failure()).isNull();
	}

	@Test
	void anInboxPrefixOfItsOwnIsEnough() throws Exception {
		assertThat(run(Feature.REQUEST, "own-inbox", PATIENCE, "nats.inbox-prefix=_INBOX_me").failure()).isNull();
	}

	@Test
	void theLogNamesWhatIsMissing(CapturedOutput output) throws Exception {
		run(Feature.PUBLISH, "mute", IMPATIENCE);
		assertThat(output).contains(
				"NATS permission missing: the server does not allow the user to publish to 'orders.new'. Allow it");
	}

	@Test
	void anExceptionNamesWhatIsMissing() throws Exception {
		assertThat(outcome(new Case(Feature.WRITE, "$KV.profiles.>")).failure())
			.isInstanceOf(PermissionDeniedDataAccessException.class)
			.hasMessageContaining("not allow the user to publish to '$KV.profiles.eve'")
			.hasMessageContaining("Allow it in the permissions");
		assertThat(outcome(new Case(Feature.WATCH, "$JS.API.CONSUMER.CREATE.KV_profiles.>")).failure())
			.isInstanceOf(PermissionDeniedDataAccessException.class)
			.hasMessageContaining("publish to '$JS.API.CONSUMER.CREATE.KV_profiles.");
		assertThat(outcome(new Case(Feature.READ, "_INBOX.>")).failure())
			.isInstanceOf(PermissionDeniedDataAccessException.class)
			.hasMessageContaining("subscribe to '_INBOX.>'");
		assertThat(outcome(new Case(Feature.REQUEST, "orders.new")).failure())
			.isInstanceOfSatisfying(NatsPermissionException.class, (ex) -> {
				assertThat(ex.getOperation()).isEqualTo("publish");
				assertThat(ex.getSubject()).isEqualTo("orders.new");
			})
			.hasMessageContaining("not allow the user to publish to 'orders.new'");
	}

	@Test
	void aListenerWorksWithoutTheAdvisoryOfItsConsumerAndSaysSo() throws Exception {
		Outcome outcome = outcome(new Case(Feature.EXHAUSTED, ADVISORY));
		assertThat(outcome.failure()).isInstanceOf(ConditionTimeoutException.class).hasMessageContaining(DEAD_LETTER);
		assertThat(outcome.reported()).contains("not allow the user to subscribe to '" + ADVISORY + "'");
	}

	private static Outcome run(Feature feature, String user, Duration patience, String... properties) throws Exception {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class,
					NatsCacheAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "nats.username=" + user, "nats.password=secret",
					"nats.connection-timeout=20s", "nats.template.reply-timeout=" + patience.toMillis() + "ms",
					"nats.jetstream.request-timeout=" + patience.toMillis() + "ms",
					"nats.listener.snapshot-timeout=" + patience.toMillis() + "ms",
					BUCKET + ".value-type=java.lang.String", BUCKET + ".provisioning=none", BUCKET + ".storage=memory")
			.withPropertyValues(feature.properties)
			.withPropertyValues(properties);
		if (feature.component != null) {
			runner = runner.withUserConfiguration(feature.component);
		}
		AtomicReference<Outcome> outcome = new AtomicReference<>();
		try (Connection admin = Nats.connect(server.url().replace("//", "//admin-" + user + ":secret@"))) {
			createBucket(admin);
			if (feature.row.contains("of these") || feature.row.contains("of stream")) {
				createStream(admin);
			}
			runner.run((context) -> outcome.set(use(feature, new Application(context, admin, patience))));
		}
		return outcome.get();
	}

	private static Outcome use(Feature feature, Application application) throws Exception {
		Throwable failure = application.context().getStartupFailure();
		if (failure != null) {
			return new Outcome(failure,
					Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
						.map(Throwable::toString)
						.collect(Collectors.joining("\n")));
		}
		try {
			feature.use.in(application);
		}
		catch (Exception | AssertionError ex) {
			failure = ex;
		}
		Connection connection = application.context().getBean(Connection.class);
		// what the server reports has arrived then
		connection.flush(PATIENCE);
		PermissionViolation violation = PermissionViolation.of(connection.getLastError());
		return new Outcome(failure, (violation != null) ? violation.describe() : "");
	}

	private static List<Case> cases() {
		List<Case> cases = new ArrayList<>();
		for (Feature feature : Feature.values()) {
			cases.add(new Case(feature, null));
			Stream.concat(feature.publish.stream(), feature.subscribe.stream())
				.filter((entry) -> !feature.isOptional(entry))
				.forEach((entry) -> cases.add(new Case(feature, entry)));
		}
		return cases;
	}

	private static String documentation() {
		try {
			return Files.readString(Path.of("../docs/permissions.md"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String configuration() {
		return "accounts {\n" + CASES.stream().map(Case::configuration).collect(Collectors.joining())
				+ account("responder", "subscribe: \"orders.*\", allow_responses: true")
				+ account("own-inbox", "publish: \"orders.new\", subscribe: \"_INBOX_me.>\"")
				+ account("mute", "publish: { deny: \">\" }") + "}\n";
	}

	private static String account(String user, String permissions) {
		return """
				"%1$s": { jetstream: enabled, users: [
				  { user: "admin-%1$s", password: secret }
				  { user: "%1$s", password: secret, permissions: { %2$s } } ] }
				""".formatted(user, permissions);
	}

	/**
	 * What an application uses, with the permissions for it.
	 */
	enum Feature {

		PROVISIONING_NONE("`provisioning: none`", (app) -> assertThat(app.context()).hasNotFailed()),

		PROVISIONING_VALIDATE("`provisioning: validate`", (app) -> assertThat(app.context()).hasNotFailed(),
				BUCKET + ".provisioning=validate"),

		PROVISIONING_CREATE("`provisioning: create`", (app) -> {
			app.admin().keyValueManagement().delete("profiles");
			app.context().getBean(Provisioner.class).restoreBucket("profiles");
			assertThat(app.admin().keyValueManagement().getBucketNames()).contains("profiles");
		}, BUCKET + ".provisioning=create"),

		PROVISIONING_UPDATE("`provisioning: update`", (app) -> {
			assertThat(app.admin().keyValueManagement().getStatus("profiles").getMaxHistoryPerKey()).isEqualTo(10);
			app.admin().keyValueManagement().delete("profiles");
			app.context().getBean(Provisioner.class).restoreBucket("profiles");
		}, BUCKET + ".provisioning=update", BUCKET + ".history=10"),

		STREAM_VALIDATE("`provisioning: validate` of stream `jobs` and its consumer `printing`",
				(app) -> assertThat(app.context()).hasNotFailed(), STREAM + ".provisioning=validate",
				STREAM + ".consumers.printing.filter-subjects=jobs.a"),

		STREAM_CREATE("`provisioning: create` of these", Feature::restoreStream, STREAM + ".subjects=jobs.>",
				STREAM + ".storage=memory", STREAM + ".consumers.printing.filter-subjects=jobs.a"),

		STREAM_UPDATE("`provisioning: update` of these", (app) -> {
			JetStreamManagement management = app.admin().jetStreamManagement();
			assertThat(management.getStreamInfo("jobs").getConfiguration().getMaxMsgs()).isEqualTo(9);
			assertThat(management.getConsumerInfo("jobs", "printing").getConsumerConfiguration().getDescription())
				.isEqualTo("x");
			restoreStream(app);
		}, STREAM + ".provisioning=update", STREAM + ".subjects=jobs.>", STREAM + ".max-messages=9",
				STREAM + ".storage=memory", STREAM + ".consumers.printing.filter-subjects=jobs.a",
				STREAM + ".consumers.printing.description=x"),

		READ("reading, `getAsync`", (app) -> {
			assertThat(app.bucket().get("ann")).isEqualTo("1");
			assertThat(app.bucket().getAsync("ann").get()).isEqualTo("1");
			assertThat(app.bucket().exists("bob")).isFalse();
			assertThat(app.bucket().getEntry("ann", 1)).isNotNull();
			assertThat(app.keyValue().get("ann").getValueAsString()).isEqualTo("1");
			assertThat(app.keyValue().get("ann", 1)).isNotNull();
		}),

		READ_ALL("`getAll`, `getEntries`",
				(app) -> assertThat(app.bucket().getAll(List.of("ann", "bob"))).containsOnlyKeys("ann")),

		READ_CONSISTENTLY("reading with `consistent-reads`, `getAll` too", (app) -> {
			assertThat(app.bucket().get("ann")).isEqualTo("1");
			assertThat(app.bucket().getAll(List.of("ann", "bob"))).containsOnlyKeys("ann");
			assertThat(app.bucket().getEntry("ann", 1)).isNotNull();
			assertThat(app.keyValue().get("ann")).isNotNull();
		}, BUCKET + ".consistent-reads=true"),

		WRITE("writing, `putAll`, `putAsync`, `deleteAll`", (app) -> {
			long revision = app.bucket().create("eve", "1");
			app.bucket().update("eve", "2", revision);
			app.bucket().put("eve", "3");
			app.bucket().delete("eve");
			app.bucket().purge("eve");
			app.keyValue().put("eve", "4");
			app.keyValue().delete("eve");
			app.bucket().putAll(Map.of("eve", "5", "joe", "1"));
			assertThat(app.bucket().deleteAll(List.of("eve", "joe"))).isEqualTo(2);
			assertThat(app.bucket().putAsync("eve", "6").get()).isPositive();
		}),

		CLEAR("`clear`", (app) -> app.bucket().clear()),

		READ_AND_WRITE("`create` where a key was deleted, `putIfAbsent`, `compute`", (app) -> {
			app.bucket().create("bob", "over a deletion marker");
			assertThat(app.bucket().putIfAbsent("ann", "2")).isFalse();
			app.bucket().compute("ann", (old) -> old + "1");
		}),

		LIST("`keys`, `entries`, `stream`, `history`", (app) -> {
			try (Stream<?> entries = app.bucket().stream()) {
				assertThat(entries).hasSize(1);
			}
			assertThat(app.bucket().keys()).containsExactly("ann");
			assertThat(app.bucket().entries("*")).hasSize(1);
			assertThat(app.bucket().history("bob")).hasSize(2);
			app.assertNoConsumers();
		}),

		PURGE_DELETES("`purgeDeletes`", (app) -> {
			assertThat(app.bucket().purgeDeletes(Duration.ZERO)).isEqualTo(1);
			app.assertNoConsumers();
		}),

		TRANSACTION("`transaction`", (app) -> {
			app.bucket().transactionWithoutResult((tx) -> {
				tx.put("eve", tx.get("ann") + tx.get("carl"));
				tx.put("ann", "2");
			});
			assertThat(app.admin().keyValue("profiles").get("eve").getValueAsString()).isEqualTo("1null");
		}),

		SNAPSHOT("`snapshot` of up to 1,024 keys",
				(app) -> assertThat(app.bucket().snapshot()).extracting(BucketEntry::key).containsExactly("ann")),

		WATCH(WATCHES, (app) -> {
			Queue<String> seen = new ConcurrentLinkedQueue<>();
			try (BucketWatch watch = app.bucket().watch(">", (entry) -> seen.add(entry.key()))) {
				assertThat(watch.awaitSnapshot(app.patience())).isTrue();
				app.context().getBean(Connection.class).forceReconnect();
				app.admin().keyValue("profiles").put("eve", "1");
				app.await().until(() -> seen.contains("eve"));
			}
			assertThat(ReactiveKeyValueBucket.of(app.bucket()).watch(WatchOptions.of("ann")).blockFirst(PATIENCE))
				.isNotNull();
			app.assertNoConsumers();
		}),

		LOCAL_COPY(WATCHES, (app) -> {
			assertThat(app.bucket().get("ann")).isEqualTo("1");
			app.admin().keyValue("profiles").put("eve", "1");
			app.await().until(() -> "1".equals(app.bucket().get("eve")));
			assertThat(app.bucket().keys()).containsExactlyInAnyOrder("ann", "eve");
		}, BUCKET + ".local-copy.enabled=true"),

		FLAGS(WATCHES, (app) -> {
			BucketFlagProvider flags = app.context().getBean(BucketFlagProvider.class);
			app.admin().keyValue("profiles").put("on", "{\"variants\": {\"a\": true}, \"defaultVariant\": \"a\"}");
			app.await().until(() -> flags.getBooleanEvaluation("on", false, null).getValue());
		}, Flags.class, "nats.openfeature.bucket=profiles", "nats.openfeature.timeout=10s"),

		LOCKS("locks (`BucketLocks`)", (app) -> {
			app.admin().keyValueManagement().delete("profiles");
			app.admin()
				.keyValueManagement()
				.create(KeyValueConfiguration.builder("profiles").limitMarker(Duration.ofSeconds(1)).build());
			KeyValueBuckets buckets = app.context().getBean(KeyValueBuckets.class);
			try (DefaultBucketLocks locks = new DefaultBucketLocks(buckets, "profiles", Duration.ofSeconds(30))) {
				BucketLease lease = locks.tryAcquire("reports");
				FutureTask<BucketLease> next = new FutureTask<>(() -> locks.acquire("reports", app.patience()));
				new Thread(next).start();
				JetStreamManagement management = app.admin().jetStreamManagement();
				app.await().until(() -> next.isDone() || !management.getConsumerNames("KV_profiles").isEmpty());
				lease.close();
				next.get().close();
			}
			app.assertNoConsumers();
		}),

		KEY_VALUE_LISTENER(WATCHES, (app) -> {
			Watcher watcher = app.context().getBean(Watcher.class);
			app.await().until(() -> watcher.seen.contains("ann=1"));
			app.admin().keyValue("profiles").put("eve", "1");
			app.await().until(() -> watcher.seen.contains("eve=1"));
			app.admin().keyValueManagement().delete("profiles");
			app.admin().keyValueManagement().create(bucketConfiguration().build());
			app.await().until(() -> watcher.seen.contains("ann=null"));
			NatsListenerRegistry listeners = app.context().getBean(NatsListenerRegistry.class);
			listeners.ids().forEach(listeners::stop);
			app.assertNoConsumers();
		}, Watcher.class),

		KEY_VALUE_BEAN("`keys`, `history`, `watch`, `purgeDeletes` of the `KeyValue` bean", (app) -> {
			assertThat(app.keyValue().keys()).containsExactly("ann");
			assertThat(app.keyValue().history("bob")).hasSize(2);
			app.keyValue().purgeDeletes(KeyValuePurgeOptions.builder().deleteMarkersNoThreshold().build());
			Queue<String> seen = new ConcurrentLinkedQueue<>();
			app.keyValue().watchAll(new KeyValueWatcher() {
				@Override
				public void watch(KeyValueEntry entry) {
					seen.add(entry.getKey());
				}

				@Override
				public void endOfData() {
				}
			});
			// more than the server sends without flow control
			KeyValue bucket = app.admin().keyValue("profiles");
			for (int i = 0; i < 100; i++) {
				bucket.put("large" + i, new byte[LARGE]);
			}
			app.await().until(() -> seen.contains("large99"));
		}),

		CACHE("cache `orders`: `@Cacheable`, `@CachePut`, `@CacheEvict`", (app) -> {
			Cache cache = app.context().getBean(CacheManager.class).getCache("orders");
			assertThat(cache.get("a", () -> "1")).isEqualTo("1");
			cache.put("a", "2");
			assertThat(cache.get("a", String.class)).isEqualTo("2");
			assertThat(cache.evictIfPresent("a")).isTrue();
			cache.evict("a");
			cache.clear();
			assertThat(cache.get("a")).isNull();
		}, Caching.class, "nats.cache.bucket=profiles", "nats.cache.on-error=fail"),

		LISTENER("`@NatsListener(\"orders.*\")` with a reply", Feature::ask, Greeter.class),

		STREAM_LISTENER("`@JetStreamListener` on consumer `printing` of stream `jobs`",
				(app) -> handle(app, "jobs.a", "printing"), Printing.class),

		STREAM_LISTENER_WITHOUT_CONSUMER("`@JetStreamListener` that makes consumer `binding` of stream `jobs`",
				(app) -> handle(app, "jobs.b", "binding"), Binding.class),

		DEAD_LETTERS("`deadLetter = \"dead.jobs\"` of these, and `DeadLetters`", (app) -> {
			JetStreamManagement management = app.admin().jetStreamManagement();
			management.addStream(StreamConfiguration.builder()
				.name("dead")
				.subjects("dead.jobs")
				.storageType(StorageType.Memory)
				.build());
			handle(app, "jobs.a", "printing");
			DeadLetters letters = app.context().getBean(DeadLetters.class);
			assertThat(letters.list("jammed")).hasSize(1);
			assertThat(letters.sendBackAll("jammed")).isEqualTo(1);
			assertThat(management.getStreamInfo("jobs").getStreamState().getMsgCount()).isEqualTo(2);
		}, Jammed.class),

		EXHAUSTED(
				"dead letters of what consumer `printing` of stream `jobs`, with a `max_deliver` of its own, gives up",
				(app) -> {
					JetStreamManagement management = app.admin().jetStreamManagement();
					management.addStream(StreamConfiguration.builder()
						.name("dead")
						.subjects("dead.jobs")
						.storageType(StorageType.Memory)
						.build());
					management.deleteConsumer("jobs", "printing");
					management.createConsumer("jobs",
							ConsumerConfiguration.builder()
								.durable("printing")
								.filterSubject("jobs.a")
								.maxDeliver(1)
								.build());
					JetStream jetStream = app.admin().jetStream();
					jetStream.publish("jobs.a", "never acknowledged".getBytes());
					jetStream.subscribe(null, PullSubscribeOptions.bind("jobs", "printing"))
						.fetch(1, PATIENCE)
						.forEach(Message::nak);
					jetStream.publish("jobs.a", "next".getBytes());
					app.context().getBean(NatsListenerRegistry.class).start("limited");
					app.await().until(() -> app.context().getBean(Limited.class).seen.contains("next"));
					app.await()
						.alias(DEAD_LETTER)
						.until(() -> management.getStreamInfo("dead").getStreamState().getMsgCount() == 1);
					app.await().until(() -> management.getConsumerInfo("jobs", "printing").getNumAckPending() == 0);
				}, Limited.class),

		BACKLOG("its `backlog` in health, metrics and the endpoint, of these", (app) -> {
			app.admin()
				.jetStreamManagement()
				.addStream(StreamConfiguration.builder()
					.name("dead")
					.subjects("dead.jobs")
					.storageType(StorageType.Memory)
					.build());
			app.admin().jetStream().publish("jobs.a", "1".getBytes());
			NatsListenerRegistry listeners = app.context().getBean(NatsListenerRegistry.class);
			app.await().until(() -> listeners.status("jammed").deadLetters() == 1);
			app.await().until(() -> {
				ListenerBacklog backlog = listeners.status("jammed").backlog();
				return backlog != null && Objects.equals(backlog.lag(), 0L)
						&& Objects.equals(backlog.deadLetters(), 1L);
			});
		}, Jammed.class),

		ORDERED_LISTENER("`@JetStreamListener(ordered = \"true\")` of these", (app) -> {
			app.admin().jetStream().publish("jobs.a", "1".getBytes());
			app.await().until(() -> app.context().getBean(Reading.class).seen.contains("1"));
			app.context().getBean(NatsListenerRegistry.class).stop("reading");
			app.await().until(() -> app.admin().jetStreamManagement().getConsumerNames("jobs").size() == 1);
		}, Reading.class),

		PUBLISH("`publish(\"orders.new\", …)`", (app) -> {
			var subscription = app.admin().subscribe("orders.new");
			app.admin().flush(PATIENCE);
			app.context().getBean(NatsTemplate.class).publish("orders.new", "Ann");
			assertThat(subscription.nextMessage(app.patience())).isNotNull();
		}),

		SEND("`send(\"orders.new\", …)`, `sendAsync`", (app) -> {
			app.admin()
				.jetStreamManagement()
				.addStream(StreamConfiguration.builder()
					.name("orders")
					.subjects("orders.new")
					.storageType(StorageType.Memory)
					.build());
			assertThat(app.context().getBean(NatsTemplate.class).send("orders.new", "Ann").getSeqno()).isOne();
		}),

		REQUEST("`request(\"orders.new\", …)`", Feature::answer);

		private final String row;

		private final List<String> publish;

		private final List<String> subscribe;

		private final Use use;

		private final @Nullable Class<?> component;

		private final String[] properties;

		Feature(String row, Use use, String... properties) {
			this(row, use, null, properties);
		}

		Feature(String row, Use use, @Nullable Class<?> component, String... properties) {
			this.row = row;
			this.publish = documented(row, 2);
			this.subscribe = documented(row, 3);
			this.use = use;
			this.component = component;
			this.properties = properties;
		}

		/** Whether it does without, in another way or while nobody else writes. */
		boolean isOptional(String subject) {
			// what they need is what a watch needs
			if (this == LOCAL_COPY || this == FLAGS || subject.equals("$JS.API.INFO")) {
				return true;
			}
			if (this == LOCKS && subject.contains(".CONSUMER.MSG.NEXT.")) {
				// who hears nothing asks again after the lease
				return true;
			}
			if ((this == READ_ALL || this == TRANSACTION) && subject.contains(".DIRECT.GET.")) {
				return true;
			}
			return subject.contains(".STREAM.MSG.GET.")
					&& Stream.of("`watch`", "`keys`", "`purgeDeletes`").anyMatch(this.row::startsWith);
		}

		/** The subjects in a column of the row of that page. */
		private static List<String> documented(String row, int column) {
			String cell = Arrays.stream(DOCUMENTATION.split("\n"))
				.filter((line) -> line.startsWith("| " + row + " |"))
				.findFirst()
				.map((line) -> line.split("\\|")[column])
				.orElseThrow(() -> new IllegalStateException("No row " + row));
			List<String> subjects = new ArrayList<>();
			if (cell.contains("as `keys`")) {
				subjects.addAll(documented("`keys`, `entries`, `stream`, `history`", column));
			}
			Pattern.compile("`([^` ]+\\.[^` ]+)`")
				.matcher(cell)
				.results()
				.map((match) -> match.group(1))
				.map((subject) -> subject.matches("(STREAM|CONSUMER|DIRECT)\\..*") ? "$JS.API." + subject : subject)
				.forEach(subjects::add);
			return subjects;
		}

		private static void restoreStream(Application app) throws Exception {
			app.admin().jetStreamManagement().deleteStream("jobs");
			Provisioner provisioner = app.context().getBean(Provisioner.class);
			app.context().getBean(DeclaredStreams.class).all().forEach(provisioner::restore);
			assertThat(app.admin().jetStreamManagement().getConsumerNames("jobs")).containsExactly("printing");
		}

		private static void handle(Application app, String subject, String consumer) throws Exception {
			app.admin().jetStream().publish(subject, "1".getBytes());
			app.await()
				.ignoreExceptions()
				.until(() -> app.admin()
					.jetStreamManagement()
					.getConsumerInfo("jobs", consumer)
					.getAckFloor()
					.getStreamSequence() == 1);
		}

		private static void ask(Application app) {
			byte[] question = "Ann".getBytes();
			app.await()
				.until(() -> app.admin().request("orders.new", question, Duration.ofMillis(200)),
						(reply) -> reply != null && new String(reply.getData()).equals("Hello Ann"));
		}

		private static void answer(Application app) throws Exception {
			var dispatcher = app.admin()
				.createDispatcher((message) -> app.admin().publish(message.getReplyTo(), message.getData()));
			dispatcher.subscribe("orders.new");
			app.admin().flush(PATIENCE);
			try {
				assertThat(app.context().getBean(NatsTemplate.class).request("orders.new", "Ann", String.class))
					.isEqualTo("Ann");
			}
			finally {
				app.admin().closeDispatcher(dispatcher);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(NatsOpenFeatureAutoConfiguration.class)
	static class Flags {

		@Bean
		OpenFeatureAPI api() {
			return OpenFeatureAPI.createIsolated();
		}

	}

	/**
	 * A user with the permissions for a feature, but for one.
	 */
	record Case(Feature feature, @Nullable String removed) {

		String user() {
			return this.feature.name() + Objects.requireNonNullElse(this.removed, "").hashCode();
		}

		String configuration() {
			return account(user(),
					"publish: %s, subscribe: %s".formatted(allow(this.feature.publish), allow(this.feature.subscribe)));
		}

		private String allow(List<String> subjects) {
			String allowed = subjects.stream()
				.filter((subject) -> !subject.equals(this.removed))
				.map((subject) -> "\"" + subject + "\"")
				.collect(Collectors.joining(", "));
			return allowed.isEmpty() ? "{ deny: \">\" }" : "{ allow: [" + allowed + "] }";
		}

		@Override
		public String toString() {
			return this.feature + ((this.removed != null) ? " without " + this.removed : "");
		}

	}

	/**
	 * An application that has started.
	 */
	record Application(AssertableApplicationContext context, Connection admin, Duration patience) {

		KeyValueBucket<String> bucket() {
			return this.context.getBean(KeyValueBuckets.class).bucket("profiles", String.class);
		}

		KeyValue keyValue() {
			return this.context.getBean("profiles", KeyValue.class);
		}

		ConditionFactory await() {
			return Awaitility.await().atMost(this.patience.multipliedBy(2));
		}

		void assertNoConsumers() throws Exception {
			JetStreamManagement management = this.admin.jetStreamManagement();
			await().until(() -> management.getConsumerNames("KV_profiles").isEmpty());
		}

	}

	/**
	 * What came of it.
	 *
	 * @param failure what was thrown, if anything
	 * @param reported which permission the server said was missing, if any
	 */
	record Outcome(@Nullable Throwable failure, String reported) {
	}

	/**
	 * What an application does with a feature; throws if it does not work.
	 */
	private interface Use {

		void in(Application application) throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	static class Printing {

		@JetStreamListener(stream = "jobs", consumer = "printing")
		void on(String text) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Binding {

		@JetStreamListener(stream = "jobs", consumer = "binding", subjects = "jobs.b")
		void on(String text) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Jammed {

		private final AtomicBoolean jammed = new AtomicBoolean(true);

		@JetStreamListener(id = "jammed", stream = "jobs", consumer = "printing", deadLetter = "dead.jobs")
		void on(String text) {
			if (this.jammed.getAndSet(false)) {
				throw new PayloadConversionException(String.class, "jammed on purpose", null);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Limited {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@JetStreamListener(id = "limited", stream = "jobs", consumer = "printing", deadLetter = "dead.jobs",
				autoStartup = "false")
		void on(String text) {
			this.seen.add(text);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Reading {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@JetStreamListener(id = "reading", stream = "jobs", ordered = "true")
		void on(String text) {
			this.seen.add(text);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Watcher {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@KeyValueListener("profiles")
		void on(BucketEntry<String> entry) {
			this.seen.add(entry.key() + "=" + entry.value());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

	}

	@Configuration(proxyBeanMethods = false)
	static class Greeter {

		@NatsListener("orders.*")
		String on(String name) {
			return "Hello " + name;
		}

	}

}
