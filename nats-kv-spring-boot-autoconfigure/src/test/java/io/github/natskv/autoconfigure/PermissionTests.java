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
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.NatsException;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.provisioning.BucketProvisioner;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValuePurgeOptions;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.api.StorageType;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.PermissionDeniedDataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The permissions of the README are enough for each feature, and each of them is needed.
 */
@ExtendWith(OutputCaptureExtension.class)
class PermissionTests {

	private static final String BUCKET = "nats.kv.buckets.profiles";

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration IMPATIENCE = Duration.ofMillis(500);

	private static final int LARGE = 60_000;

	private static final String README = readme();

	private static final List<Case> CASES = cases();

	@AutoClose
	private static final NatsServer server = NatsServer.start(configuration());

	@AutoClose
	private static final Connection admin = connectAsAdmin();

	@BeforeEach
	void bucket() throws Exception {
		if (admin.keyValueManagement().getBucketNames().contains("profiles")) {
			admin.keyValueManagement().delete("profiles");
		}
		admin.keyValueManagement().create(bucketConfiguration().maxHistoryPerKey(5).maxBucketSize(50_000_000).build());
		KeyValue bucket = admin.keyValue("profiles");
		bucket.put("ann", "1");
		bucket.put("bob", "2");
		bucket.delete("bob");
	}

	// in memory, as servers may still be removing the files of the one before
	private static KeyValueConfiguration.Builder bucketConfiguration() {
		return KeyValueConfiguration.builder("profiles").storageType(StorageType.Memory);
	}

	@ParameterizedTest
	@EnumSource
	void whatIsDocumentedIsEnough(Feature feature, CapturedOutput output) throws Exception {
		Case granted = new Case(feature, null);
		run(granted, PATIENCE);
		assertThat(output).doesNotContain("NATS permission missing", "Permissions Violation");
	}

	@ParameterizedTest
	@MethodSource("withoutOne")
	void eachPermissionIsNeeded(Case denied, CapturedOutput output) {
		Throwable failure = null;
		try {
			run(denied, IMPATIENCE);
		}
		catch (Throwable ex) {
			failure = ex;
		}
		assertThat(failure).as("failure without " + denied.removed()).isNotNull();
		String operation = denied.feature().publish.contains(denied.removed()) ? "publish" : "subscribe";
		Awaitility.await()
			.untilAsserted(() -> assertThat(output)
				.contains("NATS permission missing: the server does not allow the user to " + operation));
	}

	static Stream<Case> withoutOne() {
		return CASES.stream().filter((candidate) -> candidate.removed() != null);
	}

	@Test
	void whoeverMayRespondNeedsNoPermissionToPublish() throws Exception {
		run(Feature.LISTENER, "responder", PATIENCE);
	}

	@Test
	void anInboxPrefixOfItsOwnIsEnough() throws Exception {
		run(Feature.REQUEST, "own-inbox", PATIENCE, "nats.inbox-prefix=_INBOX_me");
	}

	@Test
	void anExceptionNamesWhatIsMissing() {
		Case write = new Case(Feature.WRITE, "$KV.profiles.>");
		assertThatException().isThrownBy(() -> run(write, IMPATIENCE))
			.havingCause()
			.isInstanceOf(PermissionDeniedDataAccessException.class)
			.withMessageContaining("not allow the user to publish to '$KV.profiles.eve'")
			.withMessageContaining("Allow it in the permissions");
		Case watch = new Case(Feature.WATCH, "$JS.API.CONSUMER.CREATE.KV_profiles.>");
		assertThatException().isThrownBy(() -> run(watch, IMPATIENCE))
			.havingCause()
			.isInstanceOf(PermissionDeniedDataAccessException.class)
			.withMessageContaining("publish to '$JS.API.CONSUMER.CREATE.KV_profiles.");
		Case inbox = new Case(Feature.READ, "_INBOX.>");
		assertThatException().isThrownBy(() -> run(inbox, IMPATIENCE))
			.havingCause()
			.isInstanceOf(PermissionDeniedDataAccessException.class)
			.withMessageContaining("subscribe to '_INBOX.>'");
		Case request = new Case(Feature.REQUEST, "orders.new");
		assertThatException().isThrownBy(() -> run(request, IMPATIENCE))
			.havingCause()
			.isInstanceOf(NatsException.class)
			.withMessageContaining("not allow the user to publish to 'orders.new'");
	}

	private static void run(Case wanted, Duration patience) throws Exception {
		run(wanted.feature(), wanted.user(), patience);
	}

	private static void run(Feature feature, String user, Duration patience, String... properties) throws Exception {
		Throwable[] failure = new Throwable[1];
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "nats.username=" + user, "nats.password=secret",
					"nats.request-timeout=" + patience.toMillis() + "ms",
					"nats.jetstream.request-timeout=" + patience.toMillis() + "ms",
					"nats.listener.snapshot-timeout=" + patience.toMillis() + "ms",
					BUCKET + ".value-type=java.lang.String", BUCKET + ".provisioning=none", BUCKET + ".storage=memory")
			.withPropertyValues(feature.properties)
			.withPropertyValues(properties);
		if (feature.component != null) {
			runner = runner.withUserConfiguration(feature.component);
		}
		runner.run((context) -> {
			try {
				assertThat(context).hasNotFailed();
				feature.use.in(new Application(context, patience));
			}
			catch (Throwable ex) {
				failure[0] = ex;
				if (context.getStartupFailure() == null) {
					// what the server reports has arrived then
					context.getBean(Connection.class).flush(PATIENCE);
				}
			}
		});
		if (failure[0] != null) {
			throw new IllegalStateException(user, failure[0]);
		}
	}

	private static List<Case> cases() {
		List<Case> cases = new ArrayList<>();
		for (Feature feature : Feature.values()) {
			cases.add(new Case(feature, null));
			Stream.concat(feature.publish.stream(), feature.subscribe.stream())
				.forEach((entry) -> cases.add(new Case(feature, entry)));
		}
		return cases;
	}

	private static String readme() {
		try {
			return Files.readString(Path.of("../README.md"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String configuration() {
		return """
				authorization { users: [
				{ user: admin, password: secret }
				{ user: responder, password: secret, permissions: { subscribe: "orders.*", allow_responses: true } }
				{ user: own-inbox, password: secret,
				  permissions: { publish: "orders.new", subscribe: "_INBOX_me.>" } }
				""" + CASES.stream().map(Case::configuration).collect(Collectors.joining()) + "] }\n";
	}

	private static Connection connectAsAdmin() {
		try {
			return Nats.connect(server.url().replace("//", "//admin:secret@"));
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What an application uses, with the permissions for it.
	 */
	enum Feature {

		PROVISIONING_NONE("`provisioning: none`", (app) -> assertThat(app.context()).hasNotFailed()),

		PROVISIONING_VALIDATE("`provisioning: validate`", (app) -> assertThat(app.context()).hasNotFailed(),
				BUCKET + ".provisioning=validate"),

		PROVISIONING_CREATE("`provisioning: create`", (app) -> {
			admin.keyValueManagement().delete("profiles");
			app.context().getBean(BucketProvisioner.class).restore("profiles");
			assertThat(admin.keyValueManagement().getBucketNames()).contains("profiles");
		}, BUCKET + ".provisioning=create"),

		PROVISIONING_UPDATE("`provisioning: update`", (app) -> {
			assertThat(admin.keyValueManagement().getStatus("profiles").getMaxHistoryPerKey()).isEqualTo(10);
			admin.keyValueManagement().delete("profiles");
			app.context().getBean(BucketProvisioner.class).restore("profiles");
		}, BUCKET + ".provisioning=update", BUCKET + ".history=10"),

		READ("reading", (app) -> {
			assertThat(app.bucket().get("ann")).isEqualTo("1");
			assertThat(app.bucket().exists("bob")).isFalse();
			assertThat(app.bucket().getEntry("ann", 1)).isNotNull();
			assertThat(app.keyValue().get("ann").getValueAsString()).isEqualTo("1");
			assertThat(app.keyValue().get("ann", 1)).isNotNull();
		}),

		READ_CONSISTENTLY("reading with `consistent-reads`", (app) -> {
			assertThat(app.bucket().get("ann")).isEqualTo("1");
			assertThat(app.bucket().getEntry("ann", 1)).isNotNull();
			assertThat(app.keyValue().get("ann")).isNotNull();
		}, BUCKET + ".consistent-reads=true"),

		WRITE("writing", (app) -> {
			long revision = app.bucket().create("eve", "1");
			app.bucket().update("eve", "2", revision);
			app.bucket().put("eve", "3");
			app.bucket().delete("eve");
			app.bucket().purge("eve");
			app.keyValue().put("eve", "4");
			app.keyValue().delete("eve");
		}),

		READ_AND_WRITE("`create` where a key was deleted, `putIfAbsent`, `compute`", (app) -> {
			app.bucket().create("bob", "over a deletion marker");
			assertThat(app.bucket().putIfAbsent("ann", "2")).isFalse();
			app.bucket().compute("ann", (old) -> old + "1");
		}),

		LIST("`keys`, `entries`, `history`", (app) -> {
			assertThat(app.bucket().keys()).containsExactly("ann");
			assertThat(app.bucket().entries("*")).hasSize(1);
			assertThat(app.bucket().history("bob")).hasSize(2);
			app.assertNoConsumers();
		}),

		PURGE_DELETES("`purgeDeletes`", (app) -> {
			assertThat(app.bucket().purgeDeletes(Duration.ZERO)).isEqualTo(1);
			app.assertNoConsumers();
		}),

		WATCH("`watch`, `@KeyValueListener`", (app) -> {
			Queue<String> seen = new ConcurrentLinkedQueue<>();
			try (BucketWatch watch = app.bucket().watch(">", (entry) -> seen.add(entry.key()))) {
				assertThat(watch.awaitSnapshot(app.patience())).isTrue();
				app.context().getBean(Connection.class).forceReconnect();
				admin.keyValue("profiles").put("eve", "1");
				app.await().until(() -> seen.contains("eve"));
			}
			app.assertNoConsumers();
		}),

		KEY_VALUE_LISTENER("`watch`, `@KeyValueListener`", (app) -> {
			Watcher watcher = app.context().getBean(Watcher.class);
			app.await().until(() -> watcher.seen.contains("ann=1"));
			admin.keyValue("profiles").put("eve", "1");
			app.await().until(() -> watcher.seen.contains("eve=1"));
			admin.keyValueManagement().delete("profiles");
			admin.keyValueManagement().create(bucketConfiguration().build());
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
			KeyValue bucket = admin.keyValue("profiles");
			for (int i = 0; i < 100; i++) {
				bucket.put("large" + i, new byte[LARGE]);
			}
			app.await().until(() -> seen.contains("large99"));
		}),

		LISTENER("`@NatsListener(\"orders.*\")` with a reply", Feature::ask, Greeter.class),

		PUBLISH("`publish(\"orders.new\", …)`", (app) -> {
			var subscription = admin.subscribe("orders.new");
			admin.flush(PATIENCE);
			app.context().getBean(NatsTemplate.class).publish("orders.new", "Ann");
			assertThat(subscription.nextMessage(app.patience())).isNotNull();
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

		/** The subjects in a column of the README's row. */
		private static List<String> documented(String row, int column) {
			String cell = Arrays.stream(README.split("\n"))
				.filter((line) -> line.startsWith("| " + row + " |"))
				.findFirst()
				.map((line) -> line.split("\\|")[column])
				.orElseThrow(() -> new IllegalStateException("No row " + row));
			List<String> subjects = new ArrayList<>();
			if (cell.contains("as `keys`")) {
				subjects.addAll(documented("`keys`, `entries`, `history`", column));
			}
			Pattern.compile("`([^` ]+\\.[^` ]+)`")
				.matcher(cell)
				.results()
				.map((match) -> match.group(1))
				.map((subject) -> subject.matches("(STREAM|CONSUMER|DIRECT)\\..*") ? "$JS.API." + subject : subject)
				.forEach(subjects::add);
			return subjects;
		}

		private static void ask(Application app) {
			byte[] question = "Ann".getBytes();
			app.await()
				.until(() -> admin.request("orders.new", question, Duration.ofMillis(200)),
						(reply) -> reply != null && new String(reply.getData()).equals("Hello Ann"));
		}

		private static void answer(Application app) throws Exception {
			var dispatcher = admin
				.createDispatcher((message) -> admin.publish(message.getReplyTo(), message.getData()));
			dispatcher.subscribe("orders.new");
			admin.flush(PATIENCE);
			try {
				assertThat(app.context().getBean(NatsTemplate.class).request("orders.new", "Ann", String.class))
					.isEqualTo("Ann");
			}
			finally {
				admin.closeDispatcher(dispatcher);
			}
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
			return "{ user: \"%s\", password: secret, permissions: { publish: %s, subscribe: %s } }\n".formatted(user(),
					allow(this.feature.publish), allow(this.feature.subscribe));
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
	record Application(AssertableApplicationContext context, Duration patience) {

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
			JetStreamManagement management = admin.jetStreamManagement();
			await().until(() -> management.getConsumerNames("KV_profiles").isEmpty());
		}

	}

	/**
	 * What an application does with a feature; throws if it does not work.
	 */
	private interface Use {

		void in(Application application) throws Exception;

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
	static class Greeter {

		@NatsListener("orders.*")
		String on(String name) {
			return "Hello " + name;
		}

	}

}
