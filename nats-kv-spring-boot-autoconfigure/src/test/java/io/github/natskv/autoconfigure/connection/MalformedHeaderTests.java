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

package io.github.natskv.autoconfigure.connection;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.testsupport.Certificates;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.util.TestSocketUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Headers of other clients that jnats cannot read.
 */
@ExtendWith(OutputCaptureExtension.class)
class MalformedHeaderTests {

	@AutoClose
	private static final Certificates authority = Certificates.authority("ours").issue("server");

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url(), "nats.kv.buckets.cities.history=5",
				"nats.kv.buckets.strict.consistent-reads=true")
		.withBean(Listeners.class);

	@Test
	void aListenerHearsTheMessageAndThoseAfterIt(CapturedOutput output) {
		this.runner.run((context) -> {
			publish("greet", "NATS/1.0\r\nCity: Z\u00fcrich\r\n\r\n", "one");
			publish("greet", "garbage", "two");
			Listeners listeners = context.getBean(Listeners.class);
			await().until(() -> listeners.messages.equals(List.of("one", "two")));
			assertThat(context.getBean(NatsOperations.class).request("echo", "hi", String.class)).isEqualTo("hi");
			assertThat(context.getBean(Connection.class).getStatistics().getReconnects()).isZero();
		});
		assertThat(output).containsOnlyOnce("has headers that break the rules of NATS");
	}

	@ParameterizedTest
	@ValueSource(strings = { "cities", "strict" })
	void whereSuchAMessageIsStoredWatchesReadsAndListingsGoOn(String name) {
		this.runner.run((context) -> {
			KeyValueBucket<String> bucket = context.getBean(KeyValueBuckets.class).bucket(name, String.class);
			Listeners listeners = context.getBean(Listeners.class);
			bucket.put("a", "1");
			publish("$KV." + name + ".b", "NATS/1.0\r\nCity: Z\u00fcrich\r\n\r\n", "2");
			publish("$KV." + name + ".d", "NATS/1.0\r\nCity: Z\u00fcrich\r\nKV-Operation: DEL\r\n\r\n", "");
			publish("$KV." + name + ".e", "garbage", "3");
			bucket.put("c", "4");
			await().until(() -> listeners.changes
				.containsAll(List.of(name + " a=1", name + " b=2", name + " d=null", name + " e=3", name + " c=4")));
			assertThat(bucket.get("b")).isEqualTo("2");
			assertThat(bucket.get("d")).isNull();
			assertThat(bucket.get("e")).isEqualTo("3");
			assertThat(bucket.keys()).containsExactlyInAnyOrder("a", "b", "c", "e");
			assertThat(bucket.entries()).extracting(BucketEntry::value).containsExactlyInAnyOrder("1", "2", "3", "4");
			assertThat(bucket.history("b")).extracting(BucketEntry::value).containsExactly("2");
			assertThat(bucket.purgeDeletes(Duration.ZERO)).isOne();
			assertThat(context.getBean(Connection.class).getStatistics().getReconnects()).isZero();
			bucket.keys().forEach(bucket::purge);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "tls", "ws", "wss" })
	void overOtherTransportsToo(String scheme) {
		int port = TestSocketUtils.findAvailableTcpPort();
		String tls = authority.tls("server");
		String configuration = switch (scheme) {
			case "tls" -> tls + "\nallow_non_tls: true";
			case "ws" -> "websocket { listen: \"127.0.0.1:%d\", no_tls: true }".formatted(port);
			default -> "websocket { listen: \"127.0.0.1:%d\", %s }".formatted(port, tls);
		};
		try (NatsServer other = NatsServer.start(configuration)) {
			ApplicationContextRunner adapted = this.runner
				.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
				.withPropertyValues(
						"nats.servers=%s://127.0.0.1:%d".formatted(scheme, scheme.equals("tls") ? other.port() : port));
			(scheme.equals("ws") ? adapted
					: adapted.withPropertyValues("nats.ssl.bundle=nats").withPropertyValues(authority.trust("nats")))
				.run((context) -> {
					publish(other.port(), "greet", "NATS/1.0\r\nCity: Z\u00fcrich\r\n\r\n", "one");
					publish(other.port(), "greet", "garbage", "two");
					Listeners listeners = context.getBean(Listeners.class);
					await().until(() -> listeners.messages.equals(List.of("one", "two")));
					assertThat(context.getBean(Connection.class).getStatistics().getReconnects()).isZero();
				});
		}
	}

	private static void publish(String subject, String headers, String payload) throws IOException {
		publish(server.port(), subject, headers, payload);
	}

	private static void publish(int port, String subject, String headers, String payload) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", port)) {
			byte[] block = headers.getBytes(StandardCharsets.UTF_8);
			byte[] data = payload.getBytes(StandardCharsets.UTF_8);
			socket.getOutputStream()
				.write("CONNECT {\"verbose\":false,\"headers\":true,\"protocol\":1}\r\n".getBytes());
			socket.getOutputStream()
				.write("HPUB %s %d %d\r\n".formatted(subject, block.length, block.length + data.length)
					.getBytes(StandardCharsets.UTF_8));
			socket.getOutputStream().write(block);
			socket.getOutputStream().write(data);
			socket.getOutputStream().write("\r\nPING\r\n".getBytes());
			StringBuilder answer = new StringBuilder();
			while (answer.indexOf("PONG") < 0) {
				answer.append((char) socket.getInputStream().read());
			}
		}
	}

	static class Listeners {

		private final List<String> messages = new CopyOnWriteArrayList<>();

		private final List<String> changes = new CopyOnWriteArrayList<>();

		@NatsListener("greet")
		void greet(String text) {
			this.messages.add(text);
		}

		@NatsListener("echo")
		String echo(String text) {
			return text;
		}

		@KeyValueListener(bucket = "cities", id = "cities")
		@KeyValueListener(bucket = "strict", id = "strict")
		void on(BucketEntry<String> change) {
			this.changes.add(change.bucket() + " " + change.key() + "=" + change.value());
		}

	}

}
