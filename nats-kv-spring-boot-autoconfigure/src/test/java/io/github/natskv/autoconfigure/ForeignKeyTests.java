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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Keys and subjects of other clients, which do not keep to what is written here.
 */
@ExtendWith(OutputCaptureExtension.class)
class ForeignKeyTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url(), "nats.kv.buckets.none.history=2",
				"nats.kv.buckets.escape.key-codec=escape", "nats.kv.buckets.escape.history=2",
				"nats.kv.buckets.base64.key-codec=base64", "nats.kv.buckets.base64.history=2");

	@ParameterizedTest
	@ValueSource(strings = { "none", "escape", "base64" })
	void noTwoKeysShareANameAndReadsAgreeWithListings(String codec, CapturedOutput output) throws Exception {
		try (Connection foreign = foreign(server)) {
			this.runner.run((context) -> {
				KeyValueBucket<String> bucket = context.getBean(KeyValueBuckets.class).bucket(codec, String.class);
				String own = codec.equals("none") ? "user-42" : "user:42";
				Map<String, String> seen = new ConcurrentHashMap<>();
				List<BucketEntry<String>> deliveries = new CopyOnWriteArrayList<>();
				try (BucketWatch watch = bucket.watch(WatchOptions.of(">"), (entry) -> {
					deliveries.add(entry);
					if (entry.operation() == KeyValueOperation.PUT) {
						seen.put(entry.key(), String.valueOf(entry.value()));
					}
					else {
						seen.remove(entry.key());
					}
				})) {
					bucket.put(own, "mine");
					for (String raw : new String[] { "user:42", "user=3a42", "caf\u00e9", "\u043a\u043b\u044e\u0447",
							"=", "a=b", "dXNlcjo0Mg==" }) {
						foreign.publish("$KV." + codec + "." + raw, raw.getBytes(StandardCharsets.UTF_8));
					}
					foreign.flush(Duration.ofSeconds(5));
					bucket.put("last", "mine");
					Set<String> keys = bucket.keys();
					assertThat(bucket.entries()).extracting(BucketEntry::key)
						.doesNotHaveDuplicates()
						.containsExactlyInAnyOrderElementsOf(keys);
					for (String key : keys) {
						assertThat(bucket.exists(key)).as(key).isTrue();
						assertThat(bucket.get(key)).as(key).isNotNull();
						assertThat(bucket.history(key)).as(key).isNotEmpty();
					}
					assertThat(bucket.get(own)).isEqualTo("mine");
					await().until(() -> seen.keySet().equals(keys));
					if (codec.equals("none")) {
						assertThat(keys).contains("user:42", "caf\u00e9", "\u043a\u043b\u044e\u0447");
						assertThat(bucket.get("caf\u00e9")).isEqualTo("caf\u00e9");
					}
					bucket.delete(own);
					Headers deleted = new Headers();
					deleted.put("KV-Operation", "DEL");
					foreign.publish("$KV." + codec + ".a=b", deleted, new byte[0]);
					foreign.flush(Duration.ofSeconds(5));
					await().until(() -> seen.keySet().equals(bucket.keys()));
					assertThat(seen).doesNotContainKey(own);
					if (!codec.equals("none")) {
						assertThat(bucket.keys()).containsExactly("last");
						assertThat(bucket.purgeDeletes(Duration.ZERO)).isOne();
					}
				}
			});
		}
		if (!codec.equals("none")) {
			assertThat(output).containsOnlyOnce("which key-codec '" + codec + "' does not write");
		}
	}

	@Test
	void keysAndSubjectsInUtf8ArriveAsTheyWereSent() throws Exception {
		try (Connection foreign = foreign(server)) {
			this.runner.withBean(Listeners.class).run((context) -> {
				foreign.publish("$KV.none.drink.caf\u00e9", "1".getBytes());
				foreign.publish("say.\u043a\u043b\u044e\u0447", "hi".getBytes());
				Listeners listeners = context.getBean(Listeners.class);
				await().until(() -> listeners.calls
					.containsAll(List.of("drink.caf\u00e9 caf\u00e9=1", "\u043a\u043b\u044e\u0447 hi")));
				assertThat(context.getBean(NatsOperations.class).request("say.\u00fc", "x", String.class))
					.isEqualTo("\u00fc x");
			});
		}
	}

	@Test
	void aLiveKeyInUtf8IsNotReportedDeletedAfterTheServerRestarts() throws Exception {
		try (NatsServer own = NatsServer.start(); Connection foreign = foreign(own)) {
			this.runner.withPropertyValues("nats.servers=" + own.url(), "nats.reconnect-wait=50ms").run((context) -> {
				KeyValueBucket<String> bucket = context.getBean(KeyValueBuckets.class).bucket("none", String.class);
				List<String> seen = new CopyOnWriteArrayList<>();
				try (BucketWatch watch = bucket.watch(">", (entry) -> seen.add(entry.key() + "=" + entry.value()))) {
					foreign.publish("$KV.none.caf\u00e9", "1".getBytes());
					await().until(() -> seen.contains("caf\u00e9=1"));
					own.kill();
					own.restart();
					await().ignoreExceptions().until(() -> bucket.put("after", "2") > 0);
					await().until(() -> seen.contains("after=2"));
					await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
					assertThat(seen).containsOnlyOnce("caf\u00e9=1").doesNotContain("caf\u00e9=null");
				}
			});
		}
	}

	private static Connection foreign(NatsServer server) throws Exception {
		return Nats.connect(Options.builder().server(server.url()).supportUTF8Subjects().noRandomize().build());
	}

	static class Listeners {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		@KeyValueListener(bucket = "none", keys = "drink.{name}")
		void on(BucketEntry<String> change, @DestinationVariable String name) {
			this.calls.add(change.key() + " " + name + "=" + change.value());
		}

		@NatsListener("say.{word}")
		String say(String text, @DestinationVariable String word) {
			this.calls.add(word + " " + text);
			return word + " " + text;
		}

	}

}
