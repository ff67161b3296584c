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

import java.lang.reflect.Type;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsHeaders;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.PayloadConversionException;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.PayloadFormat;
import io.github.natskv.core.PayloadReader;
import io.github.natskv.core.PayloadWriter;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.AbstractMessageConverter;
import org.springframework.messaging.converter.CompositeMessageConverter;
import org.springframework.messaging.converter.JacksonJsonMessageConverter;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.Assert;
import org.springframework.util.MimeType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ContentTypeTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url())
		.withBean(Handlers.class);

	@Test
	void theContentTypeIsHonoured() {
		this.runner.run((context) -> {
			Connection connection = context.getBean(Connection.class);
			String json = "{\"x\":1,\"y\":2}";
			for (String type : new String[] { null, "application/json", "application/problem+json", "text/plain",
					"application/octet-stream", "not a type" }) {
				assertThat(text(send(connection, "point", type, json, StandardCharsets.UTF_8))).as(type)
					.isEqualTo("Point[x=1, y=2]");
			}
			Message refused = send(connection, "point", "application/x-point", "1,2", StandardCharsets.UTF_8);
			assertThat(refused.getHeaders().getFirst(NatsHeaders.SERVICE_ERROR_CODE)).isEqualTo("400");
			assertThat(refused.getHeaders().getFirst(NatsHeaders.SERVICE_ERROR)).contains("application/x-point");
			assertThat(text(
					send(connection, "text", "text/plain;charset=ISO-8859-1", "\u00e4", StandardCharsets.ISO_8859_1)))
				.isEqualTo("\u00e4");
			assertThat(text(send(connection, "text", "application/json", "\"a\"", StandardCharsets.UTF_8)))
				.isEqualTo("\"a\"");
		});
	}

	@Test
	void convertersOfTheApplicationComeFirst() {
		this.runner.withBean(MessageConverter.class, PointConverter::new).run((context) -> {
			Connection connection = context.getBean(Connection.class);
			assertThat(text(send(connection, "point", "application/x-point", "1,2", StandardCharsets.UTF_8)))
				.isEqualTo("Point[x=1, y=2]");
			assertThat(text(send(connection, "point", "application/json", "{\"x\":1,\"y\":2}", StandardCharsets.UTF_8)))
				.isEqualTo("Point[x=1, y=2]");
			assertThat(text(send(connection, "swap", "application/x-point", "1,2", StandardCharsets.UTF_8)))
				.isEqualTo("2,1");
			NatsOperations nats = context.getBean(NatsOperations.class);
			assertThat(nats.request("swap", new Point(3, 4), Point.class)).isEqualTo(new Point(4, 3));
			assertThat(nats.request("text", "as it is", String.class)).isEqualTo("as it is");
			Message refused = send(connection, "point", "application/x-point", "1", StandardCharsets.UTF_8);
			assertThat(refused.getHeaders().getFirst(NatsHeaders.SERVICE_ERROR_CODE)).isEqualTo("400");
		});
	}

	@Test
	void convertersAreAskedForGenericTypes() {
		this.runner.withBean(MessageConverter.class, JacksonJsonMessageConverter::new).run((context) -> {
			NatsOperations nats = context.getBean(NatsOperations.class);
			List<Point> points = List.of(new Point(1, 2), new Point(3, 4));
			for (String subject : new String[] { "points.list", "points.message", "points.optional" }) {
				assertThat(nats.request(subject, points, Integer.class)).as(subject).isEqualTo(10);
				assertThat(nats.request(subject, points.toArray(), Integer.class)).as(subject).isEqualTo(10);
			}
			assertThat(nats.request("points.swap", points, new ParameterizedTypeReference<List<Point>>() {
			})).containsExactly(new Point(2, 1), new Point(4, 3));
			assertThat(nats.request("points.swap", points, new ParameterizedTypeReference<Optional<List<Point>>>() {
			})).contains(List.of(new Point(2, 1), new Point(4, 3)));
			assertThat(nats.request("swap", new Point(3, 4), Point.class)).isEqualTo(new Point(4, 3));
		});
	}

	@Test
	void whateverAConverterThrowsIsAConversionThatFailed() {
		this.runner.withBean(MessageConverter.class, PointConverter::new).run((context) -> {
			Connection connection = context.getBean(Connection.class);
			Message refused = send(connection, "point", "application/x-point", "a,b", StandardCharsets.UTF_8);
			assertThat(refused.getHeaders().getFirst(NatsHeaders.SERVICE_ERROR_CODE)).isEqualTo("400");
			assertThat(refused.getHeaders().getFirst(NatsHeaders.SERVICE_ERROR)).contains("Point", "\"a\"");
			connection
				.createDispatcher((message) -> connection.publish(message.getReplyTo(),
						new Headers().put(NatsHeaders.CONTENT_TYPE, "application/x-point"), "a,b".getBytes()))
				.subscribe("no.point");
			NatsOperations nats = context.getBean(NatsOperations.class);
			assertThatExceptionOfType(PayloadConversionException.class)
				.isThrownBy(() -> nats.request("no.point", "", Point.class))
				.withCauseInstanceOf(NumberFormatException.class);
			assertThatExceptionOfType(PayloadConversionException.class)
				.isThrownBy(() -> nats.publish("point", new Point(-1, 0)))
				.withCauseInstanceOf(IllegalArgumentException.class);
		});
	}

	@Test
	void whatAConverterWritesSaysSo() {
		this.runner.withBean(MessageConverter.class, PointConverter::new).run((context) -> {
			Connection connection = context.getBean(Connection.class);
			NatsOperations nats = context.getBean(NatsOperations.class);
			BlockingQueue<Message> published = new LinkedBlockingQueue<>();
			connection.createDispatcher(published::add).subscribe("published");
			connection
				.createDispatcher(
						(message) -> connection.publish(message.getReplyTo(), message.getHeaders(), message.getData()))
				.subscribe("back");
			nats.publish("published", new Point(1, 2));
			Message message = published.poll(5, TimeUnit.SECONDS);
			assertThat(text(message)).isEqualTo("1,2");
			assertThat(contentType(message)).isEqualTo("application/x-point;charset=UTF-8");
			nats.publish("published", new Point(1, 2), Map.of("Content-Type", "application/x-point;charset=UTF-16"));
			message = published.poll(5, TimeUnit.SECONDS);
			assertThat(new String(message.getData(), StandardCharsets.UTF_16)).isEqualTo("1,2");
			assertThat(contentType(message)).isEqualTo("application/x-point;charset=UTF-16");
			assertThat(message.getHeaders().size()).isEqualTo(1);
			nats.publish("published", new Point(1, 2), Map.of("Content-Type", "application/json"));
			assertThat(text(published.poll(5, TimeUnit.SECONDS))).isEqualTo("{\"x\":1,\"y\":2}");
			nats.publish("published", 1);
			assertThat(published.poll(5, TimeUnit.SECONDS).getHeaders()).isNull();
			message = nats.request("back", new Point(1, 2), Message.class);
			assertThat(contentType(message)).isEqualTo("application/x-point;charset=UTF-8");
			for (String subject : new String[] { "swap", "swap.message", "swap.optional" }) {
				message = send(connection, subject, "application/json", "{\"x\":1,\"y\":2}", StandardCharsets.UTF_8);
				assertThat(text(message)).as(subject).isEqualTo("2,1");
				assertThat(contentType(message)).as(subject).isEqualTo("application/x-point;charset=UTF-8");
			}
		});
	}

	@Test
	void jsonAndTextSayNothingUnlessToldTo() {
		this.runner.run((context) -> {
			Connection connection = context.getBean(Connection.class);
			for (String subject : new String[] { "point", "swap" }) {
				assertThat(send(connection, subject, null, "{\"x\":1,\"y\":2}", StandardCharsets.UTF_8).getHeaders())
					.isNull();
			}
			assertThat(contentType(send(connection, "text.latin", null, "\u00e4", StandardCharsets.UTF_8)))
				.isEqualTo("text/plain;charset=ISO-8859-1");
			assertThat(context.getBean(NatsOperations.class).request("text.latin", "\u00e4", String.class))
				.isEqualTo("\u00e4");
		});
	}

	@Test
	void theHeaderMayBeInAnyCase() {
		this.runner.run((context) -> {
			Message reply = context.getBean(Connection.class)
				.request("text", new Headers().put("content-type", "text/plain;charset=ISO-8859-1"),
						"\u00e4".getBytes(StandardCharsets.ISO_8859_1), Duration.ofSeconds(5));
			assertThat(text(reply)).isEqualTo("\u00e4");
		});
	}

	@Test
	void aCompositeConverterIsAFrameworksOwn() {
		this.runner.withBean(MessageConverter.class, () -> new CompositeMessageConverter(List.of(new PointConverter())))
			.run((context) -> assertThat(send(context.getBean(Connection.class), "point", "application/x-point", "1,2",
					StandardCharsets.UTF_8)
				.getHeaders()
				.getFirst(NatsHeaders.SERVICE_ERROR_CODE)).isEqualTo("400"));
	}

	@Test
	void aPayloadFormatReplacesJson() {
		this.runner.withBean(PayloadFormat.class, PointFormat::new)
			.run((context) -> assertThat(
					text(send(context.getBean(Connection.class), "swap", null, "1;2", StandardCharsets.UTF_8)))
				.isEqualTo("2;1"));
	}

	@Test
	void bucketsHaveNoContentTypeAndAreNotConverted() {
		this.runner.withBean(MessageConverter.class, PointConverter::new).run((context) -> {
			DefaultKeyValueCodec codec = new DefaultKeyValueCodec(context.getBean(PayloadConverter.class));
			byte[] json = codec.encode(new Point(1, 2), Point.class);
			assertThat(json).asString().isEqualTo("{\"x\":1,\"y\":2}");
			assertThat(codec.decode(json, Point.class)).isEqualTo(new Point(1, 2));
		});
	}

	private static String contentType(Message message) {
		assertThat(message).isNotNull();
		assertThat(message.getHeaders()).isNotNull();
		return message.getHeaders().getFirst(NatsHeaders.CONTENT_TYPE);
	}

	private static Message send(Connection connection, String subject, String contentType, String text, Charset charset)
			throws InterruptedException {
		Headers headers = (contentType != null) ? new Headers().put(NatsHeaders.CONTENT_TYPE, contentType) : null;
		Message reply = connection.request(subject, headers, text.getBytes(charset), Duration.ofSeconds(5));
		assertThat(reply).isNotNull();
		return reply;
	}

	private static String text(Message message) {
		return new String(message.getData(), StandardCharsets.UTF_8);
	}

	record Point(int x, int y) {

	}

	static class Handlers {

		@NatsListener("point")
		String point(Point point) {
			return point.toString();
		}

		@NatsListener("swap")
		Point swap(Point point) {
			return new Point(point.y(), point.x());
		}

		@NatsListener("swap.message")
		org.springframework.messaging.Message<Point> swapMessage(Point point) {
			return MessageBuilder.withPayload(swap(point)).build();
		}

		@NatsListener("swap.optional")
		Optional<Point> swapOptional(Point point) {
			return Optional.of(swap(point));
		}

		@NatsListener("points.list")
		int points(List<Point> points) {
			return points.stream().mapToInt((point) -> point.x() + point.y()).sum();
		}

		@NatsListener("points.message")
		int pointsMessage(org.springframework.messaging.Message<List<Point>> points) {
			return points(points.getPayload());
		}

		@NatsListener("points.optional")
		int pointsOptional(Optional<List<Point>> points) {
			return points(points.orElseThrow());
		}

		@NatsListener("points.swap")
		List<Point> swapPoints(List<Point> points) {
			return points.stream().map(this::swap).toList();
		}

		@NatsListener("text.latin")
		org.springframework.messaging.Message<String> latin(String text) {
			return MessageBuilder.withPayload(text)
				.setHeader(MessageHeaders.CONTENT_TYPE, new MimeType("text", "plain", StandardCharsets.ISO_8859_1))
				.build();
		}

		@NatsListener("text")
		String text(String text) {
			return text;
		}

	}

	static class PointFormat implements PayloadFormat {

		@Override
		public PayloadReader<Object> reader(Type type) {
			return (payload) -> {
				String[] parts = new String(payload, StandardCharsets.UTF_8).split(";");
				return new Point(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
			};
		}

		@Override
		public PayloadWriter writer(Type type) {
			return (value) -> (((Point) value).x() + ";" + ((Point) value).y()).getBytes(StandardCharsets.UTF_8);
		}

	}

	static class PointConverter extends AbstractMessageConverter {

		PointConverter() {
			super(new MimeType("application", "x-point", StandardCharsets.UTF_8));
		}

		@Override
		protected boolean supports(Class<?> type) {
			return type == Point.class;
		}

		@Override
		protected Object convertFromInternal(org.springframework.messaging.Message<?> message, Class<?> targetClass,
				Object conversionHint) {
			String[] parts = new String((byte[]) message.getPayload(), StandardCharsets.UTF_8).split(",");
			if (parts.length != 2) {
				throw new MessageConversionException("no point");
			}
			return new Point(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
		}

		@Override
		protected Object convertToInternal(Object payload, MessageHeaders headers, Object conversionHint) {
			Point point = (Point) payload;
			Assert.isTrue(point.x() >= 0, "x is negative");
			return point.x() + "," + point.y();
		}

	}

}
