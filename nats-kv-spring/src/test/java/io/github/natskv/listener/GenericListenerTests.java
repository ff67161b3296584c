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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.kv.watch.BucketRestorer;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Handler methods of generic base classes.
 */
class GenericListenerTests {

	private static NatsServer server;

	private static ListenerTestContext test;

	private static NatsTemplate template;

	@BeforeAll
	static void start() throws Exception {
		server = NatsServer.start();
		try (Connection connection = server.connect()) {
			connection.keyValueManagement().create(KeyValueConfiguration.builder("shapes").build());
			connection.keyValue("shapes").put("a", "{\"@type\":\"Circle\",\"radius\":1}");
		}
		test = ListenerTestContext.start(server, (context) -> {
			context.registerBean(DefaultKeyValueBuckets.class,
					() -> new DefaultKeyValueBuckets(context.getBean(Connection.class),
							JetStreamOptions.DEFAULT_JS_OPTIONS, List.of(BucketSettings.of("shapes")),
							new DefaultKeyValueCodec(PayloadConverter.withDefaultFormat()), BucketRestorer.NONE));
			context.registerBean(ShapeHandlers.class);
			context.registerBean("entry", EntryHandler.class);
			context.registerBean("raw", RawHandler.class);
			context.registerBean("operation", OperationHandler.class);
			context.registerBean("optional", OptionalHandler.class);
		});
		template = test.template();
	}

	@AfterAll
	static void stop() {
		test.close();
		server.close();
	}

	@Test
	void resultsAreWrittenByTheResolvedType() {
		Circle circle = new Circle(1);
		assertThat(template.request("generic.list", circle, new ParameterizedTypeReference<List<Shape>>() {
		})).containsExactly(circle);
		assertThat(template.request("generic.map", circle, new ParameterizedTypeReference<Map<String, Shape>>() {
		})).containsValue(circle);
		assertThat(template.request("generic.future", circle, new ParameterizedTypeReference<List<Shape>>() {
		})).containsExactly(circle);
		assertThat(template.request("generic.result", circle, new ParameterizedTypeReference<List<Shape>>() {
		})).containsExactly(circle);
	}

	@Test
	void payloadsAreReadAsTheResolvedType() {
		assertThat(template.request("generic.payload.wildcard", "[{\"@type\":\"Circle\",\"radius\":1}]", String.class))
			.isEqualTo("Circle[radius=1]");
		assertThat(template.request("generic.payload.array", "[{\"@type\":\"Circle\",\"radius\":1}]", String.class))
			.isEqualTo("Circle[radius=1]");
		assertThat(template.request("generic.payload.arrays", "[[{\"@type\":\"Circle\",\"radius\":1}]]", String.class))
			.isEqualTo("Circle[radius=1]");
	}

	@Test
	void headersAreConvertedToTheResolvedType() {
		assertThat(template.request("generic.header",
				org.springframework.messaging.support.MessageBuilder.withPayload("").setHeader("n", 41).build(),
				String.class))
			.isEqualTo("Optional[41] 41");
	}

	@Test
	void headersMayBeATypeVariable() {
		assertThat(template.request("generic.headers", "", String.class)).isEqualTo("generic.headers");
	}

	@Test
	void changesAreHandedOverAsTheResolvedType() {
		for (String bean : List.of("entry", "raw", "operation", "optional")) {
			ChangeHandler<?, ?> handler = test.context().getBean(bean, ChangeHandler.class);
			Awaitility.await(bean).untilAsserted(() -> assertThat(handler.seen).hasSize(1));
		}
		assertThat(test.bean(EntryHandler.class).seen).first()
			.isInstanceOfSatisfying(BucketEntry.class, (entry) -> assertThat(entry.value()).isEqualTo(new Circle(1)));
		assertThat(test.bean(RawHandler.class).seen).first()
			.isInstanceOfSatisfying(KeyValueEntry.class, (entry) -> assertThat(entry.getKey()).isEqualTo("a"));
		assertThat(test.bean(OperationHandler.class).seen).containsExactly(KeyValueOperation.PUT);
		assertThat(test.bean(OptionalHandler.class).seen).containsExactly(Optional.of(new Circle(1)));
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
	sealed interface Shape permits Circle {

	}

	record Circle(int radius) implements Shape {

	}

	abstract static class Handlers<T, O, H, M, R> {

		@NatsListener("generic.list")
		List<T> list(@Payload T payload) {
			return List.of(payload);
		}

		@NatsListener("generic.map")
		Map<String, T> map(@Payload T payload) {
			return Map.of("a", payload);
		}

		@NatsListener("generic.future")
		CompletableFuture<List<T>> future(@Payload T payload) {
			return CompletableFuture.completedFuture(List.of(payload));
		}

		@NatsListener("generic.result")
		R result(@Payload T payload) {
			return wrap(payload);
		}

		abstract R wrap(T payload);

		@NatsListener("generic.payload.wildcard")
		String wildcard(List<? extends T> payload) {
			return payload.get(0).toString();
		}

		@NatsListener("generic.payload.array")
		String array(T[] payload) {
			return payload[0].toString();
		}

		@NatsListener("generic.payload.arrays")
		String arrays(List<T[]> payload) {
			return payload.get(0)[0].toString();
		}

		@NatsListener("generic.header")
		String header(@Header("n") O optional, @Header("n") H header) {
			return optional + " " + add(header);
		}

		abstract int add(H header);

		@NatsListener("generic.headers")
		Object headers(M headers) {
			return ((MessageHeaders) headers).get("nats_subject");
		}

	}

	static class ShapeHandlers
			extends Handlers<Shape, Optional<Integer>, Integer, MessageHeaders, CompletableFuture<List<Shape>>> {

		@Override
		CompletableFuture<List<Shape>> wrap(Shape payload) {
			return CompletableFuture.completedFuture(List.of(payload));
		}

		@Override
		int add(Integer header) {
			return header;
		}

	}

	abstract static class ChangeHandler<T, R> {

		final List<Object> seen = new CopyOnWriteArrayList<>();

		@KeyValueListener("shapes")
		R on(T change) {
			this.seen.add(change);
			return null;
		}

	}

	static class EntryHandler extends ChangeHandler<BucketEntry<Shape>, CompletableFuture<Void>> {

	}

	static class RawHandler extends ChangeHandler<KeyValueEntry, Void> {

	}

	static class OperationHandler extends ChangeHandler<KeyValueOperation, Void> {

	}

	static class OptionalHandler extends ChangeHandler<Optional<Shape>, Void> {

	}

}
