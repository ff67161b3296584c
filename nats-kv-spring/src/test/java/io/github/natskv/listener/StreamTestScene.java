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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.util.function.ThrowingSupplier;

/**
 * Streams of a server, and applications that listen to them.
 */
final class StreamTestScene implements AutoCloseable {

	static final List<Duration> BACKOFF = List.of(Duration.ofMillis(100), Duration.ofMillis(200));

	private final NatsServer server;

	private final Connection connection;

	StreamTestScene(NatsServer server) {
		this.server = server;
		this.connection = ListenerTestContext.connect(server);
	}

	Connection connection() {
		return this.connection;
	}

	JetStreamManagement management() {
		return get(this.connection::jetStreamManagement);
	}

	void stream(String name, String... subjects) {
		get(() -> management().addStream(
				StreamConfiguration.builder().name(name).storageType(StorageType.File).subjects(subjects).build()));
	}

	void consumer(String stream, ConsumerConfiguration.Builder configuration) {
		get(() -> management().addOrUpdateConsumer(stream, configuration.build()));
	}

	void publish(String subject, String payload) {
		publish(subject, null, payload);
	}

	void publish(String subject, @Nullable Headers headers, String payload) {
		get(() -> this.connection.jetStream().publish(subject, headers, payload.getBytes(StandardCharsets.UTF_8)));
	}

	ConsumerInfo consumer(String stream, String name) {
		return get(() -> management().getConsumerInfo(stream, name));
	}

	boolean isAllAcknowledged(String stream, String consumer) {
		ConsumerInfo info = consumer(stream, consumer);
		return info.getNumAckPending() == 0 && info.getNumPending() == 0;
	}

	long count(String stream) {
		return get(() -> management().getStreamInfo(stream).getStreamState().getMsgCount());
	}

	MessageInfo first(String stream) {
		return get(() -> management().getFirstMessage(stream, ">"));
	}

	ListenerTestContext start(Class<?>... components) {
		return start((context) -> context.register(components));
	}

	ListenerTestContext start(Consumer<AnnotationConfigApplicationContext> customizer) {
		return ListenerTestContext.start(this.server, (context) -> {
			context.registerBean(StreamListenerSettings.class, () -> new StreamListenerSettings(BACKOFF, null));
			customizer.accept(context);
		});
	}

	static String text(Message message) {
		return new String(message.getData(), StandardCharsets.UTF_8);
	}

	static <T> T get(ThrowingSupplier<T> call) {
		return call.get();
	}

	@Override
	public void close() {
		get(() -> {
			this.connection.close();
			return true;
		});
	}

}
