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

package io.github.natskv.listener;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * A real server, a bucket on it another application writes to, and an application with
 * the auto-configurations.
 */
final class KeyValueListenerScene implements AutoCloseable {

	static final Class<?>[] AUTO_CONFIGURATIONS = { JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
			NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class,
			ApplicationAvailabilityAutoConfiguration.class };

	private final NatsServer server = NatsServer.start();

	private final Connection connection = this.server.connect();

	NatsServer server() {
		return this.server;
	}

	Connection connection() {
		return this.connection;
	}

	ApplicationContextRunner runner() {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AUTO_CONFIGURATIONS))
			.withPropertyValues("nats.servers=" + this.server.url(), "nats.reconnect-wait=50ms",
					"nats.reconnect-jitter=0ms");
	}

	KeyValue bucket(String name) throws Exception {
		return bucket(KeyValueConfiguration.builder(name).build());
	}

	KeyValue bucket(KeyValueConfiguration configuration) throws Exception {
		this.connection.keyValueManagement().create(configuration);
		return this.connection.keyValue(configuration.getBucketName());
	}

	void deleteBuckets() throws Exception {
		for (String name : this.connection.keyValueManagement().getBucketNames()) {
			this.connection.keyValueManagement().delete(name);
		}
	}

	@Override
	public void close() throws Exception {
		this.connection.close();
		this.server.close();
	}

	record Flag(boolean on, String by) {

		static byte[] json(boolean on, String by) {
			return "{\"on\":%b,\"by\":\"%s\"}".formatted(on, by).getBytes();
		}

	}

	/**
	 * What handlers were called with, as text.
	 */
	static class Recorder {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		void add(Object... values) {
			this.calls.add(List.of(values).toString().replaceAll("^\\[|]$", ""));
		}

		void add(BucketEntry<?> entry) {
			add(entry.key() + "=" + ((entry.value() != null) ? entry.value() : entry.inferred() ? "gone" : "deleted"));
		}

		List<String> calls() {
			return this.calls;
		}

		int size() {
			return this.calls.size();
		}

	}

}
