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

package io.github.natskv.core;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.node.JsonNodeFactory;

import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.SmartMessageConverter;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PayloadConverterTests {

	private final PayloadConverter converter = new PayloadConverter(new JacksonPayloadFormat(new JsonMapper()));

	@ParameterizedTest
	@ValueSource(classes = { BigInteger.class, BigDecimal.class })
	void numbersHaveAtMostAThousandDigits(Class<?> type) {
		PayloadReader<Object> reader = new PayloadConverter().reader(type);
		assertThat(reader.read(("-" + "9".repeat(1000)).getBytes())).hasToString("-" + "9".repeat(1000));
		assertThatExceptionOfType(PayloadConversionException.class)
			.isThrownBy(() -> reader.read("9".repeat(1001).getBytes()));
		long start = System.nanoTime();
		byte[] huge = "9".repeat(1_000_000).getBytes();
		assertThatExceptionOfType(PayloadConversionException.class).isThrownBy(() -> reader.read(huge));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1e100001", "1e-100001", "1e2147483647", "-1E-2147483647" })
	void exponentsThatMakeComputingCostTooMuchAreRefused(String number) {
		PayloadReader<BigDecimal> reader = new PayloadConverter().reader(BigDecimal.class);
		assertThatExceptionOfType(PayloadConversionException.class).isThrownBy(() -> reader.read(number.getBytes()));
		assertThat(reader.read("1e1000".getBytes())).isEqualTo(new BigDecimal("1e1000"));
	}

	@ParameterizedTest
	@ValueSource(classes = { Integer.class, Long.class, Double.class, Float.class, Boolean.class, BigInteger.class })
	void textThatIsNoNumberIsNotQuotedAtLength(Class<?> type) {
		PayloadReader<Object> reader = new PayloadConverter().reader(type);
		assertThatExceptionOfType(PayloadConversionException.class)
			.isThrownBy(() -> reader.read("x".repeat(1_000_000).getBytes()))
			.satisfies((ex) -> {
				for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
					assertThat(String.valueOf(cause.getMessage())).hasSizeLessThan(2000);
				}
			});
	}

	@Test
	void preparesReadingMessagesOfATypeOnce() {
		PayloadConverter converter = PayloadConverter.withDefaultFormat();
		MessageReader<List<Integer>> reader = converter.messageReader(new ParameterizedTypeReference<List<Integer>>() {
		}.getType());
		MessageReader<List<Integer>> again = converter.messageReader(new ParameterizedTypeReference<List<Integer>>() {
		}.getType());
		assertThat(again).isSameAs(reader);
		MessageReader<List<String>> other = converter.messageReader(new ParameterizedTypeReference<List<String>>() {
		}.getType());
		assertThat(other).isNotSameAs(reader);
	}

	@Test
	void bytesAreNotCopied() {
		byte[] bytes = { 1, 2 };
		assertThat(this.converter.write(bytes)).isSameAs(bytes);
		assertThat(this.converter.<byte[]>reader(byte[].class).read(bytes)).isSameAs(bytes);
	}

	@Test
	void textNumbersAndBooleansArePlain() {
		assertThat(this.converter.write("Grüße")).isEqualTo("Grüße".getBytes(StandardCharsets.UTF_8));
		assertThat(this.converter.write(42)).asString().isEqualTo("42");
		assertThat(read("Grüße", String.class)).isEqualTo("Grüße");
		assertThat(read("", String.class)).isEqualTo("");
		assertThat(read(" 42 ", int.class)).isEqualTo(42);
		assertThat(read("true", Boolean.class)).isEqualTo(true);
		assertThat(read("1.50", BigDecimal.class)).isEqualTo(new BigDecimal("1.50"));
	}

	@Test
	void everythingElseIsJson() {
		byte[] json = this.converter.write(new Point(1, 2));
		assertThat(json).asString().isEqualTo("{\"x\":1,\"y\":2}");
		assertThat(read("{\"x\":1,\"y\":2}", Point.class)).isEqualTo(new Point(1, 2));
		assertThat(this.converter.reader(new ParameterizedTypeReference<List<Point>>() {
		}.getType()).read("[{\"x\":1,\"y\":2}]".getBytes())).isEqualTo(List.of(new Point(1, 2)));
		assertThat(read("{\"a\":1}", Map.class)).isEqualTo(Map.of("a", 1));
	}

	@Test
	void subtypesKeepTheirProperties() {
		assertThat(this.converter.writer(Base.class).write(new Derived("b", "d"))).asString().contains("derived");
	}

	@ParameterizedTest
	@MethodSource("declaredTypes")
	void whatIsWrittenByItsDeclaredTypeIsRead(ParameterizedTypeReference<?> type, Object value) {
		byte[] json = this.converter.writer(type.getType()).write(value);
		assertThat(this.converter.<Object>reader(type.getType()).read(json)).isEqualTo(value);
	}

	static List<Arguments> declaredTypes() {
		Circle circle = new Circle(1);
		return List.of(Arguments.of(new ParameterizedTypeReference<Shape>() {
		}, circle), Arguments.of(new ParameterizedTypeReference<Page<Shape>>() {
		}, new Page<Shape>(List.of(circle))), Arguments.of(new ParameterizedTypeReference<Page<Page<Shape>>>() {
		}, new Page<>(List.of(new Page<Shape>(List.of(circle))))),
				Arguments.of(new ParameterizedTypeReference<Result<Shape>>() {
				}, new Success<Shape>(circle)), Arguments.of(new ParameterizedTypeReference<Album>() {
				}, new Album(new Page<>(List.of(circle)))),
				Arguments.of(new ParameterizedTypeReference<List<Page<Shape>>>() {
				}, List.of(new Page<Shape>(List.of(circle)))),
				Arguments.of(new ParameterizedTypeReference<Map<String, ? extends Shape>>() {
				}, Map.of("a", circle)), Arguments.of(new ParameterizedTypeReference<Iterable<Shape>>() {
				}, List.of(circle)), Arguments.of(new ParameterizedTypeReference<Optional<Page<Shape>>>() {
				}, Optional.of(new Page<Shape>(List.of(circle)))),
				Arguments.of(new ParameterizedTypeReference<JsonNode>() {
				}, JsonNodeFactory.instance.objectNode().put("a", 1)));
	}

	@Test
	void defaultTypingOfTheDeclaredTypeIsRead() {
		PayloadConverter typing = new PayloadConverter(new JacksonPayloadFormat(JsonMapper.builder()
			.activateDefaultTyping(
					BasicPolymorphicTypeValidator.builder().allowIfSubType("io.github.natskv.core.").build())
			.build()));
		byte[] json = typing.writer(Animal.class).write(new Dog("Rex"));
		assertThat(typing.<Animal>reader(Animal.class).read(json)).isEqualTo(new Dog("Rex"));
		assertThat(typing.writer(Base.class).write(new Derived("b", "d"))).asString().contains("derived");
	}

	@Test
	void aTypedPayloadIsWrittenByItsType() {
		List<Shape> shapes = List.of(new Circle(1));
		ParameterizedTypeReference<List<Shape>> type = new ParameterizedTypeReference<>() {
		};
		assertThat(this.converter.<List<Shape>>reader(type.getType())
			.read(this.converter.write(new TypedPayload<>(shapes, type)))).isEqualTo(shapes);
		MessageContent content = this.converter
			.write(MessageBuilder.withPayload(new TypedPayload<>(shapes, type)).setHeader("a", "b").build(), null);
		assertThat(this.converter.<List<Shape>>reader(type.getType()).read(content.payload())).isEqualTo(shapes);
		assertThat(this.converter.write(new TypedPayload<>("text", new ParameterizedTypeReference<String>() {
		}))).asString().isEqualTo("text");
		assertThat(this.converter.writer(Object.class).write(new TypedPayload<>(shapes, type))).asString()
			.contains("@type");
	}

	@Test
	void smartMessageConvertersAreGivenTheDeclaredType() {
		List<Object> hints = new ArrayList<>();
		SmartMessageConverter smart = new SimpleMessageConverterWithHints(hints);
		PayloadConverter converting = new PayloadConverter(null, List.of(smart));
		ParameterizedTypeReference<Page<Shape>> type = new ParameterizedTypeReference<>() {
		};
		converting.messageWriter(type.getType()).write(new Page<Shape>(List.of()), null);
		converting.messageWriter(Base.class).write(new Derived("b", "d"), null);
		assertThat(hints).hasSize(2);
		assertThat(hints.get(0)).isInstanceOfSatisfying(MethodParameter.class,
				(hint) -> assertThat(hint.getGenericParameterType()).isEqualTo(type.getType()));
		assertThat(hints.get(1)).as("hides a subclass").isNull();
	}

	@Test
	void absentValuesAreEmptyPayloads() {
		PayloadReader<Optional<Point>> reader = this.converter
			.reader(new ParameterizedTypeReference<Optional<Point>>() {
			}.getType());
		assertThat(reader.read(new byte[0])).isEmpty();
		assertThat(reader.read("null".getBytes())).isEmpty();
		assertThat(reader.read("{\"x\":1,\"y\":2}".getBytes())).contains(new Point(1, 2));
	}

	@Test
	void failuresNameTheWantedType() {
		for (String payload : List.of("", "null", "{", "{\"x\":\"one\"}", "[]", "{} trailing")) {
			assertThatExceptionOfType(PayloadConversionException.class).isThrownBy(() -> read(payload, Point.class))
				.withMessageContaining(Point.class.getName())
				.satisfies((ex) -> assertThat(ex.getType()).isEqualTo(Point.class));
		}
		assertThatExceptionOfType(PayloadConversionException.class).isThrownBy(() -> read("many", Integer.class))
			.withMessageContaining("java.lang.Integer");
	}

	@Test
	void withoutJacksonTheMissingDependencyIsNamed() {
		PayloadConverter plain = new PayloadConverter();
		assertThat(plain.write("text")).asString().isEqualTo("text");
		assertThat(plain.<Integer>reader(int.class).read("1".getBytes())).isEqualTo(1);
		assertThatExceptionOfType(PayloadConversionException.class).isThrownBy(() -> plain.reader(Point.class))
			.withMessageContaining("spring-boot-starter-jackson");
		assertThatExceptionOfType(PayloadConversionException.class).isThrownBy(() -> plain.write(new Point(1, 2)))
			.withMessageContaining("spring-boot-starter-jackson");
	}

	private Object read(String payload, Class<?> type) {
		return this.converter.reader(type).read(payload.getBytes(StandardCharsets.UTF_8));
	}

	record Point(int x, int y) {

	}

	interface Base {

		String base();

	}

	record Derived(String base, String derived) implements Base {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	sealed interface Shape permits Circle, Square {

	}

	record Circle(int radius) implements Shape {

	}

	record Square(int side) implements Shape {

	}

	record Page<T>(List<T> items) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	sealed interface Result<T> permits Success, Failure {

	}

	record Success<T>(T value) implements Result<T> {

	}

	record Failure<T>(String reason) implements Result<T> {

	}

	record Album(Page<Shape> page) {

	}

	interface Animal {

	}

	record Dog(String name) implements Animal {

	}

	static class SimpleMessageConverterWithHints implements SmartMessageConverter {

		private final List<Object> hints;

		SimpleMessageConverterWithHints(List<Object> hints) {
			this.hints = hints;
		}

		@Override
		public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass) {
			return null;
		}

		@Override
		public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass, @Nullable Object hint) {
			return null;
		}

		@Override
		public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
			return toMessage(payload, headers, null);
		}

		@Override
		public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers, @Nullable Object hint) {
			this.hints.add(hint);
			return MessageBuilder.withPayload("written").build();
		}

	}

}
