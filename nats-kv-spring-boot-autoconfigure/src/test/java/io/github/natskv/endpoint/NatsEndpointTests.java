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

package io.github.natskv.endpoint;

import java.io.IOException;
import java.lang.reflect.Type;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.endpoint.NatsEndpointAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.Message;
import io.nats.client.api.KeyValueConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NatsEndpoint} and {@link NatsKvEndpoint}, over HTTP.
 */
class NatsEndpointTests {

	private static final String RESTRICTED = """
			authorization: {users: [
			  {user: app, password: s3cret, permissions: {publish: {deny: ["forbidden"]}}}
			]}
			""";

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	@BeforeAll
	static void fill() {
		try (ConfigurableApplicationContext context = application()) {
			KeyValueBucket<String> bucket = context.getBean(KeyValueBuckets.class).bucket("profiles", String.class);
			bucket.put("users.ann", "{\"city\":\"Bonn\"}");
			bucket.put("users.ann", "{\"city\":\"Ulm\"}");
			bucket.put("users.bob", "{}");
			bucket.put("path/to=it", "x");
			bucket.delete("users.bob");
		}
	}

	@AfterEach
	void close() {
		this.contexts.forEach(ConfigurableApplicationContext::close);
	}

	@Test
	void showsConnectionBucketsAndListenersWithoutSecrets() throws Exception {
		Http http = start();
		HttpResponse<String> response = http.get("nats");
		assertThat(response.statusCode()).isEqualTo(200);
		String body = response.body();
		assertThat(JsonPath.<String>read(body, "$.connection.status")).isEqualTo("connected");
		assertThat(JsonPath.<String>read(body, "$.connection.serverVersion")).isNotEmpty();
		assertThat(JsonPath.<String>read(body, "$.buckets.profiles.bucketName")).isEqualTo("app-profiles");
		assertThat(JsonPath.<Integer>read(body, "$.buckets.profiles.configuration.history")).isEqualTo(5);
		assertThat(JsonPath.<String>read(body, "$.buckets.profiles.configuration.ttl")).isEqualTo("PT1H");
		assertThat(JsonPath.<String>read(body, "$.listeners.echo.state")).isEqualTo("running");
		assertThat(JsonPath.<List<String>>read(body, "$.listeners.echo.subjects")).containsExactly("echo");
		assertThat(JsonPath.<String>read(body, "$.listeners.changes.watch.bucketKey")).isEqualTo("profiles");
		assertThat(JsonPath.<String>read(body, "$.listeners.changes.watch.bucketName")).isEqualTo("app-profiles");
		assertThat(body).doesNotContain("s3cret");
	}

	@Test
	void showsLocalCopies() throws Exception {
		Http http = start("--nats.kv.buckets.profiles.local-copy.enabled=true");
		this.contexts.get(0).getBean(KeyValueBuckets.class).bucket("profiles", String.class).get("users.ann");
		String body = http.get("nats").body();
		assertThat(JsonPath.<Integer>read(body, "$.buckets.profiles.localCopy.entries")).isPositive();
		assertThat(JsonPath.<Integer>read(body, "$.buckets.profiles.localCopy.hits")).isEqualTo(1);
		assertThat(JsonPath.<Integer>read(body, "$.buckets.profiles.localCopy.misses")).isZero();
		assertThat(JsonPath.<String>read(body, "$.buckets.profiles.localCopy.age")).isEqualTo("PT0S");
		assertThat(JsonPath.<Boolean>read(body, "$.buckets.profiles.localCopy.complete")).isTrue();
	}

	@Test
	void healthUsesTheSameWords() throws Exception {
		Http http = start("--management.endpoint.health.show-details=always");
		Map<String, Object> health = JsonPath.read(http.get("health").body(), "$.components.nats.details");
		Map<String, Object> endpoint = JsonPath.read(http.get("nats").body(), "$");
		for (String path : List.of("$.connection", "$.buckets.profiles", "$.listeners.echo",
				"$.listeners.changes.watch")) {
			Map<String, Object> shown = new LinkedHashMap<>(JsonPath.<Map<String, Object>>read(health, path));
			Map<String, Object> known = new LinkedHashMap<>(JsonPath.<Map<String, Object>>read(endpoint, path));
			if (known.get("configuration") instanceof Map<?, ?> configuration) {
				configuration.forEach((name, value) -> known.put(String.valueOf(name), value));
			}
			// the endpoint does not measure it
			shown.remove("roundTripMillis");
			assertThat(known.keySet()).as(path).containsAll(shown.keySet());
			assertThat(known.get("state")).as(path).isEqualTo(shown.get("state"));
			assertThat(known.get("status")).as(path).isEqualTo(shown.get("status"));
		}
	}

	@Test
	void answersDoNotDependOnHowTheApplicationWritesJson() throws Exception {
		Http http = start("--management.endpoint.nats.access=unrestricted",
				"--management.endpoint.natskv.access=unrestricted",
				"--spring.jackson.property-naming-strategy=SNAKE_CASE");
		assertThat(http.get("nats").body()).contains("\"serverVersion\"", "\"inFlight\"");
		assertThat(http.post("nats/echo", "{\"action\": \"resume\"}").body()).contains("\"inFlight\"");
	}

	@Test
	void pausesAndResumesAListenerWhereThatIsAllowed() throws Exception {
		Http http = start("--management.endpoint.nats.access=unrestricted");
		HttpResponse<String> paused = http.post("nats/echo", "{\"action\": \"pause\"}");
		assertThat(paused.statusCode()).as(paused.body()).isEqualTo(200);
		assertThat(JsonPath.<String>read(paused.body(), "$.state")).isEqualTo("paused");
		assertThat(JsonPath.<String>read(http.get("nats").body(), "$.listeners.echo.state")).isEqualTo("paused");
		assertThat(JsonPath.<String>read(http.post("nats/echo", "{\"action\": \"resume\"}").body(), "$.state"))
			.isEqualTo("running");
	}

	@Test
	void refusesWhatItDoesNotKnow() throws Exception {
		Http http = start("--management.endpoint.nats.access=unrestricted");
		assertThat(http.get("natskv/missing").statusCode()).isEqualTo(404);
		assertThat(http.get("natskv/profiles/missing").statusCode()).isEqualTo(404);
		assertThat(http.get("natskv/profiles?limit=0").statusCode()).isEqualTo(400);
		assertThat(http.get("natskv/profiles?filter=a..b").statusCode()).isEqualTo(400);
		assertThat(http.get("natskv/no%20bucket").statusCode()).isEqualTo(400);
	}

	@Test
	void saysWhichListenersThereAreWhereItDoesNotKnowOne() throws Exception {
		Http http = start("--management.endpoint.nats.access=unrestricted");
		for (HttpResponse<String> response : List.of(http.get("nats/other"),
				http.post("nats/other", "{\"action\": \"pause\"}"))) {
			assertThat(response.statusCode()).isEqualTo(404);
			assertThat(JsonPath.<String>read(response.body(), "$.message")).contains("'other'", "echo", "changes");
		}
	}

	@Test
	void saysWhichActionsThereAreWhereItDoesNotKnowOne() throws Exception {
		Http http = start("--management.endpoint.nats.access=unrestricted");
		for (String json : List.of("{\"action\": \"explode\"}", "{\"action\": \"\"}", "{}")) {
			HttpResponse<String> response = http.post("nats/echo", json);
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(JsonPath.<String>read(response.body(), "$.message")).contains("pause", "resume");
		}
		assertThat(http.post("nats/echo", "{\"action\": \"explode\"}").body()).contains("'explode'");
		assertThat(http.post("nats/echo", "{\"action\": \"RESUME\"}").statusCode()).isEqualTo(200);
	}

	@Test
	void saysWhatIsWrongWithARequestAboutABucket() throws Exception {
		Http http = start("--management.endpoint.natskv.access=unrestricted");
		for (String path : List.of("natskv?connection=other", "natskv/profiles?connection=other",
				"natskv/profiles?limit=0", "natskv/profiles?filter=a..b", "natskv/profiles/a..b")) {
			HttpResponse<String> response = http.get(path);
			assertThat(response.statusCode()).as(path).isEqualTo(400);
			assertThat(JsonPath.<String>read(response.body(), "$.message")).as(path).isNotEmpty();
		}
		for (HttpResponse<String> response : List.of(http.get("natskv/missing"), http.get("natskv/missing/a"),
				http.post("natskv/missing/a", "{\"value\": \"y\"}"), http.delete("natskv/missing/a"))) {
			assertThat(response.statusCode()).isEqualTo(404);
			assertThat(JsonPath.<String>read(response.body(), "$.message")).contains("'missing'");
		}
	}

	@Test
	void showsOneListener() throws Exception {
		Http http = start();
		Map<String, Object> all = JsonPath.read(http.get("nats").body(), "$.listeners");
		for (String id : List.of("echo", "changes")) {
			HttpResponse<String> response = http.get("nats/" + id);
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(JsonPath.<Map<String, Object>>read(response.body(), "$")).isEqualTo(all.get(id));
		}
	}

	@Test
	void lastErrorsHaveATime() throws Exception {
		Instant before = Instant.now();
		Http http = start("--management.endpoint.health.show-details=always");
		try (Connection connection = server.connect()) {
			connection.publish("failing", new byte[0]);
		}
		Awaitility.await().until(() -> http.get("nats/failing").body().contains("lastError"));
		String body = http.get("nats/failing").body();
		assertThat(JsonPath.<String>read(body, "$.lastError")).isEqualTo(IllegalStateException.class.getName());
		assertThat(Instant.parse(JsonPath.<String>read(body, "$.lastErrorAt"))).isBetween(before, Instant.now());
		assertThat(JsonPath.<String>read(http.get("health").body(),
				"$.components.nats.details.listeners.failing.lastErrorAt"))
			.isEqualTo(JsonPath.<String>read(body, "$.lastErrorAt"));
		assertThat(JsonPath.<Map<String, Object>>read(http.get("nats/echo").body(), "$"))
			.doesNotContainKeys("lastError", "lastErrorAt");
	}

	@Test
	void theLastErrorOfAConnectionHasATime() throws Exception {
		try (NatsServer restricted = NatsServer.start(RESTRICTED)) {
			Instant before = Instant.now();
			Http http = start("--nats.servers=" + restricted.url());
			assertThat(JsonPath.<Map<String, Object>>read(http.get("nats").body(), "$.connection"))
				.doesNotContainKey("lastErrorAt");
			http.context().getBean(NatsOperations.class).publish("forbidden", "x");
			Awaitility.await().until(() -> http.get("nats").body().contains("lastErrorAt"));
			assertThat(JsonPath.<String>read(http.get("nats").body(), "$.connection.lastError")).contains("forbidden");
			assertThat(Instant.parse(JsonPath.<String>read(http.get("nats").body(), "$.connection.lastErrorAt")))
				.isBetween(before, Instant.now());
		}
	}

	@Test
	void isReadOnlyByDefault() throws Exception {
		Http http = start();
		assertThat(http.post("nats/echo", "{\"action\": \"pause\"}").statusCode()).isEqualTo(405);
		assertThat(http.post("natskv/profiles/a", "{\"value\": \"x\"}").statusCode()).isEqualTo(405);
		assertThat(http.delete("natskv/profiles/a").statusCode()).isEqualTo(405);
	}

	@Test
	void writesAreAlsoOpenedAndClosedByTheGlobalSettings() throws Exception {
		Http open = start("--management.endpoints.access.default=unrestricted");
		assertThat(open.post("nats/echo", "{\"action\": \"resume\"}").statusCode()).isEqualTo(200);
		assertThat(open.delete("natskv/profiles/absent").statusCode()).isEqualTo(200);
		Http closed = start("--management.endpoint.natskv.access=unrestricted",
				"--management.endpoints.access.max-permitted=read-only");
		assertThat(closed.delete("natskv/profiles/absent").statusCode()).isEqualTo(405);
	}

	@Test
	void saysSoWhenThereIsNoServer() throws Exception {
		try (NatsServer gone = NatsServer.start()) {
			Http http = start("--nats.servers=" + gone.url(), "--management.endpoint.natskv.access=unrestricted");
			gone.kill();
			for (HttpResponse<String> response : List.of(http.get("natskv/profiles"), http.get("natskv/profiles/a"),
					http.post("natskv/profiles/a", "{\"value\": \"x\"}"), http.delete("natskv/profiles/a"))) {
				assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
				assertThat(JsonPath.<String>read(response.body(), "$.message")).isNotEmpty().doesNotContain("s3cret");
			}
			assertThat(http.get("natskv").statusCode()).isEqualTo(200);
			assertThat(JsonPath.<String>read(http.get("nats").body(), "$.buckets.profiles.problem"))
				.contains("connection");
		}
	}

	@Test
	void aRefusalOfTheServerIsNoOutage() throws Exception {
		try (NatsServer small = NatsServer.start()) {
			Http http = start("--nats.servers=" + small.url(), "--nats.kv.buckets.profiles.max-bytes=1KB",
					"--management.endpoint.natskv.access=unrestricted");
			HttpResponse<String> full = http.post("natskv/profiles/a",
					"{\"value\": \"%s\"}".formatted("x".repeat(2000)));
			assertThat(full.statusCode()).as(full.body()).isEqualTo(400);
		}
	}

	@Test
	void givesUpAfterATimeoutAndGivesTheThreadBack() throws Exception {
		try (NatsServer slow = NatsServer.start()) {
			Http http = start("--nats.servers=" + slow.url(), "--nats.jetstream.request-timeout=30s",
					"--management.endpoint.natskv.access=unrestricted", "--management.endpoint.natskv.timeout=300ms",
					"--server.tomcat.threads.max=1", "--server.tomcat.threads.min-spare=1");
			assertThat(http.get("natskv/profiles").statusCode()).isEqualTo(200);
			slow.suspend();
			try {
				long start = System.nanoTime();
				for (HttpResponse<String> response : List.of(http.get("natskv/profiles"), http.get("natskv/profiles/a"),
						http.post("natskv/profiles/a", "{\"value\": \"x\"}"), http.delete("natskv/profiles/a"))) {
					assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
					assertThat(JsonPath.<String>read(response.body(), "$.message")).contains("300 ms",
							"management.endpoint.natskv.timeout");
				}
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
			}
			finally {
				slow.resume();
			}
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> http.get("natskv/profiles").statusCode() == 200);
		}
	}

	@Test
	void reachesConfiguredBucketsOnlyUnlessAllAreAllowed() throws Exception {
		try (Connection connection = server.connect()) {
			connection.keyValueManagement().create(KeyValueConfiguration.builder("foreign").build());
			connection.keyValue("foreign").put("a", "x");
			Http http = start("--management.endpoint.natskv.access=unrestricted");
			assertThat(http.get("natskv/foreign").statusCode()).isEqualTo(404);
			assertThat(http.get("natskv/foreign/a").statusCode()).isEqualTo(404);
			assertThat(http.post("natskv/foreign/a", "{\"value\": \"y\"}").statusCode()).isEqualTo(404);
			assertThat(http.delete("natskv/foreign/a").statusCode()).isEqualTo(404);
			assertThat(connection.keyValue("foreign").get("a").getValueAsString()).isEqualTo("x");
			Http all = start("--management.endpoint.natskv.access=unrestricted",
					"--management.endpoint.natskv.all-buckets=true");
			assertThat(all.get("natskv/foreign").statusCode()).isEqualTo(200);
			assertThat(all.post("natskv/foreign/a", "{\"value\": \"y\"}").statusCode()).isEqualTo(200);
			assertThat(connection.keyValue("foreign").get("a").getValueAsString()).isEqualTo("y");
			connection.keyValueManagement().delete("foreign");
		}
	}

	@Test
	void listsKeysByPageAndFilter() throws Exception {
		Http http = start();
		assertThat(JsonPath.<List<String>>read(http.get("natskv").body(), "$.buckets")).containsExactly("profiles");
		assertThat(JsonPath.<List<String>>read(http.get("natskv/profiles").body(), "$.keys"))
			.containsExactlyInAnyOrder("path/to=it", "users.ann");
		String first = http.get("natskv/app-profiles?limit=1").body();
		assertThat(JsonPath.<List<String>>read(first, "$.keys")).containsExactly("users.ann");
		int next = JsonPath.<Integer>read(first, "$.next");
		String page = http.get("natskv/app-profiles?limit=2&after=" + next).body();
		assertThat(JsonPath.<List<String>>read(page, "$.keys")).containsExactly("path/to=it");
		assertThat(page).doesNotContain("\"next\"");
		for (String refused : List.of("after=-1", "limit=0", "after=100000", "after=x")) {
			assertThat(http.get("natskv/profiles?" + refused).statusCode()).as(refused).isEqualTo(400);
		}
		assertThat(JsonPath.<String>read(page, "$.bucketKey")).isEqualTo("profiles");
		assertThat(JsonPath.<String>read(page, "$.bucketName")).isEqualTo("app-profiles");
		assertThat(JsonPath.<List<String>>read(http.get("natskv/profiles?filter=users.*").body(), "$.keys"))
			.containsExactly("users.ann");
	}

	@Test
	void showsValuesOnlyWhereThatIsAllowed() throws Exception {
		String hidden = start().get("natskv/profiles/users.ann").body();
		assertThat(JsonPath.<String>read(hidden, "$.latest.value")).isEqualTo("******");
		assertThat(hidden).doesNotContain("Bonn", "Ulm");
		String shown = start("--management.endpoint.natskv.show-values=always").get("natskv/profiles/users.ann").body();
		assertThat(JsonPath.<String>read(shown, "$.bucketKey")).isEqualTo("profiles");
		assertThat(JsonPath.<String>read(shown, "$.bucketName")).isEqualTo("app-profiles");
		assertThat(JsonPath.<String>read(shown, "$.latest.value")).isEqualTo("{\"city\":\"Ulm\"}");
		assertThat(JsonPath.<List<String>>read(shown, "$.history[*].value")).containsExactly("{\"city\":\"Bonn\"}");
		assertThat(JsonPath.<Integer>read(shown, "$.history[0].revision")).isEqualTo(1);
	}

	@Test
	void showsValuesToThoseWithARole() {
		NatsKvEndpointWebExtension extension = start("--management.endpoint.natskv.show-values=when-authorized",
				"--management.endpoint.natskv.roles=operator")
			.context()
			.getBean(NatsKvEndpointWebExtension.class);
		assertThat(latest(extension, "operator").value()).isEqualTo("{\"city\":\"Ulm\"}");
		assertThat(latest(extension, "guest").value()).isEqualTo("******");
	}

	private static NatsKvEndpoint.RevisionDescriptor latest(NatsKvEndpointWebExtension extension, String role) {
		SecurityContext user = new SecurityContext() {

			@Override
			public Principal getPrincipal() {
				return () -> "user";
			}

			@Override
			public boolean isUserInRole(String candidate) {
				return candidate.equals(role);
			}

		};
		Object body = extension.entry(user, "profiles", new String[] { "users.ann" }, null).getBody();
		return ((NatsKvEndpoint.EntryDescriptor) body).latest();
	}

	@Test
	void asksSanitizingFunctionsByBucketKey() throws Exception {
		Http http = start(Secretive.class, "--management.endpoint.natskv.show-values=always");
		for (String name : List.of("profiles", "app-profiles")) {
			String body = http.get("natskv/" + name + "/users.ann").body();
			assertThat(JsonPath.<String>read(body, "$.latest.value")).isEqualTo("hidden");
			assertThat(body).doesNotContain("Bonn", "Ulm");
		}
		assertThat(JsonPath.<String>read(http.get("natskv/profiles/path/to=it").body(), "$.latest.value"))
			.isEqualTo("x");
	}

	@Test
	void showsDeletionsAndKeysWithSlashes() throws Exception {
		Http http = start("--management.endpoint.natskv.show-values=always");
		assertThat(JsonPath.<String>read(http.get("natskv/profiles/users.bob").body(), "$.latest.operation"))
			.isEqualTo("delete");
		assertThat(JsonPath.<String>read(http.get("natskv/profiles/path/to=it").body(), "$.key"))
			.isEqualTo("path/to=it");
	}

	@Test
	void writesAndDeletesWhereThatIsAllowed() throws Exception {
		Http http = start("--management.endpoint.natskv.access=unrestricted",
				"--management.endpoint.natskv.show-values=always");
		HttpResponse<String> put = http.post("natskv/profiles/flags.dark", "{\"value\": \"on\"}");
		assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
		String entry = http.get("natskv/profiles/flags.dark").body();
		assertThat(JsonPath.<String>read(entry, "$.latest.value")).isEqualTo("on");
		assertThat(JsonPath.<Integer>read(entry, "$.latest.revision"))
			.isEqualTo(JsonPath.<Integer>read(put.body(), "$.revision"));
		assertThat(http.delete("natskv/profiles/flags.dark").statusCode()).isEqualTo(200);
		assertThat(JsonPath.<String>read(http.get("natskv/profiles/flags.dark").body(), "$.latest.operation"))
			.isEqualTo("delete");
		assertThat(http.post("natskv/profiles/flags.%20", "{\"value\": \"on\"}").statusCode()).isEqualTo(400);
		assertThat(http.post("natskv/missing/a", "{\"value\": \"on\"}").statusCode()).isEqualTo(404);
	}

	@Test
	void readsAndWritesWhatIsStoredWhateverTheApplicationMakesOfIt() throws Exception {
		Http http = start(ReversedValues.class, "--management.endpoint.natskv.access=unrestricted",
				"--management.endpoint.natskv.show-values=always", "--nats.kv.buckets.escaped.key-codec=escape",
				"--nats.kv.buckets.escaped.value-type=java.lang.String");
		KeyValueBucket<String> bucket = http.context().getBean(KeyValueBuckets.class).bucket("escaped", String.class);
		bucket.put("a b", "abc");
		String read = http.get("natskv/escaped/a%20b").body();
		assertThat(JsonPath.<String>read(read, "$.latest.value")).isEqualTo("cba");
		assertThat(JsonPath.<List<String>>read(http.get("natskv/escaped").body(), "$.keys")).containsExactly("a b");
		assertThat(http.post("natskv/escaped/a%20b", "{\"value\": \"fed\"}").statusCode()).isEqualTo(200);
		assertThat(bucket.get("a b")).isEqualTo("def");
		KeyValue raw = http.context().getBean(KeyValueBuckets.class).keyValue("profiles");
		raw.put("stored", "not reversed".getBytes());
		assertThat(JsonPath.<String>read(http.get("natskv/app-profiles/stored").body(), "$.latest.value"))
			.isEqualTo("not reversed");
		raw.purge("stored");
	}

	@Test
	void showsConnectionsWithANameAndTheirBuckets() throws Exception {
		Http http = start("--nats.connections.archive.servers=" + server.url(),
				"--nats.connections.archive.kv.buckets.audit.history=3");
		String body = http.get("nats").body();
		assertThat(JsonPath.<String>read(body, "$.connections.archive.connection.status")).isEqualTo("connected");
		assertThat(JsonPath.<Integer>read(body, "$.connections.archive.buckets.audit.configuration.history"))
			.isEqualTo(3);
		assertThat(JsonPath.<List<String>>read(http.get("natskv?connection=archive").body(), "$.buckets"))
			.containsExactly("audit");
		assertThat(http.get("natskv/audit?connection=archive").statusCode()).isEqualTo(200);
		assertThat(http.get("natskv/audit?connection=other").statusCode()).isEqualTo(400);
	}

	@Test
	void asksAllConnectionsAtTheSameTime() {
		try (NatsServer slow = NatsServer.start()) {
			ConfigurableApplicationContext context = application("--nats.servers=" + slow.url(),
					"--nats.jetstream.request-timeout=2s", "--nats.connections.archive.servers=" + slow.url(),
					"--nats.connections.archive.kv.buckets.audit.history=3",
					"--nats.connections.backup.servers=" + slow.url(),
					"--nats.connections.backup.kv.buckets.copies.history=3");
			this.contexts.add(context);
			slow.suspend();
			long start = System.nanoTime();
			NatsEndpoint.NatsDescriptor descriptor = context.getBean(NatsEndpoint.class).nats();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
			assertThat(descriptor.buckets().get("profiles").problem()).contains("did not answer");
			assertThat(descriptor.connections().get("backup").buckets().get("copies").problem())
				.contains("did not answer");
			slow.resume();
			context.close();
		}
	}

	@Test
	void areAbsentWhereTheyAreNotAvailable() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
					NatsEndpointAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url())
			.run((context) -> assertThat(context).doesNotHaveBean(NatsEndpoint.class)
				.doesNotHaveBean(NatsKvEndpoint.class));
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsEndpointAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.withPropertyValues("nats.servers=" + server.url())
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private Http start(String... arguments) {
		return start(Application.class, arguments);
	}

	private Http start(Class<?> application, String... arguments) {
		ConfigurableApplicationContext context = application(application, arguments);
		this.contexts.add(context);
		return new Http(context);
	}

	private static ConfigurableApplicationContext application(String... arguments) {
		return application(Application.class, arguments);
	}

	private static ConfigurableApplicationContext application(Class<?> application, String... arguments) {
		return new SpringApplicationBuilder(application)
			.properties("server.port=0", "management.endpoints.web.exposure.include=*", "nats.servers=" + server.url(),
					"nats.username=app", "nats.password=s3cret", "nats.kv.buckets.profiles.name=app-profiles",
					"nats.kv.buckets.profiles.history=5", "nats.kv.buckets.profiles.ttl=1h",
					"nats.kv.buckets.profiles.value-type=java.lang.String", "spring.main.banner-mode=off")
			.run(arguments);
	}

	private record Http(ConfigurableApplicationContext context) {

		private static final HttpClient client = HttpClient.newHttpClient();

		HttpResponse<String> get(String path) throws IOException, InterruptedException {
			return send(request(path).GET());
		}

		HttpResponse<String> delete(String path) throws IOException, InterruptedException {
			return send(request(path).DELETE());
		}

		HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
			return send(request(path).header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString(json)));
		}

		private HttpRequest.Builder request(String path) {
			String port = this.context.getEnvironment().getRequiredProperty("local.server.port");
			return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/" + path));
		}

		private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
			return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Listeners listeners() {
			return new Listeners();
		}

	}

	/** An application that stores text backwards. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ReversedValues {

		@Bean
		KeyValueCodec codec() {
			return new KeyValueCodec() {

				@Override
				public byte[] encode(Object value, Type type) {
					return new StringBuilder((String) value).reverse().toString().getBytes();
				}

				@Override
				public Object decode(byte[] bytes, Type type) {
					return new StringBuilder(new String(bytes)).reverse().toString();
				}

			};
		}

	}

	/** An application that hides what is below a key. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Secretive {

		@Bean
		SanitizingFunction hideUsers() {
			return (data) -> data.getKey().startsWith("profiles/users.") ? data.withValue("hidden") : data;
		}

	}

	static class Listeners {

		@NatsListener(subjects = "echo", id = "echo")
		String echo(String text) {
			return text;
		}

		@NatsListener(subjects = "failing", id = "failing")
		void fail(Message message) {
			throw new IllegalStateException("quotes a value");
		}

		@KeyValueListener(bucket = "profiles", id = "changes")
		void changed(String value) {
		}

	}

}
