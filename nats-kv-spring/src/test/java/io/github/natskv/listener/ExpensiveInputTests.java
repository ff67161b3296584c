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

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.NatsReplyException;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for messages that are made to cost a listener much more than the sender.
 */
@Timeout(60)
class ExpensiveInputTests {

	private static final String HUGE = "9".repeat(900_000);

	private static final String ID = "5b0f5b8e-3f0e-4f0c-9a55-8a1c2f6a8d11";

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@AutoClose
	private final Connection connection = server.connect();

	private final NatsTemplate template = new NatsTemplate(this.connection, new PayloadConverter(),
			Duration.ofSeconds(2));

	@Test
	void numbersOfAMillionDigitsAreRefused() {
		try (ListenerTestContext test = ListenerTestContext.start(server,
				(context) -> context.registerBean("bean", Numbers.class))) {
			assertThat(this.template.request("payload", "7", String.class)).isEqualTo("7");
			assertRefused("payload", HUGE, Map.of());
			assertRefused("payload", "1".repeat(1001), Map.of());
			assertRefused("payload.decimal", "0." + HUGE, Map.of());
			assertRefused("payload.decimal", "1e2147483647", Map.of());
			assertThat(request("header", "x", Map.of("n", "7", "d", "1.5", "many", List.of("1", "2"))))
				.isEqualTo("7 1.5 [1, 2]");
			assertRefused("header", "x", Map.of("n", HUGE, "d", "1", "many", "1"));
			assertRefused("header", "x", Map.of("n", "1", "d", HUGE, "many", "1"));
			assertRefused("header", "x", Map.of("n", "1", "d", "1e999999999", "many", "1"));
			assertRefused("header", "x", Map.of("n", "1", "d", "1", "many", List.of("1", HUGE)));
			assertRefused("header", "x", Map.of("n", "1", "d", "1", "many", HUGE));
			assertRefused("header", "x", Map.of("n", "1", "d", "1", "many", "1," + HUGE));
		}
	}

	@Test
	void aHundredThousandHeadersAreHandled() {
		try (ListenerTestContext test = ListenerTestContext.start(server,
				(context) -> context.registerBean("bean", Numbers.class))) {
			Map<String, Object> headers = new HashMap<>();
			for (int i = 0; i < 80_000; i++) {
				headers.put("h" + i, "x");
			}
			assertThat(request("all", "x", headers)).isEqualTo("80000");
		}
	}

	@Test
	void otherTextIsOnlyConvertedWhereItIsShort() {
		try (ListenerTestContext test = ListenerTestContext.start(server,
				(context) -> context.registerBean("bean", Numbers.class))) {
			assertThat(request("others", "x", Map.of("pattern", "a.*", "uuid", ID, "text", HUGE)))
				.isEqualTo("a.* " + ID + " 900000");
			assertRefused("others", "x", Map.of("pattern", HUGE, "uuid", ID, "text", "x"));
			assertRefused("others", "x", Map.of("pattern", "a", "uuid", HUGE, "text", "x"));
		}
	}

	private String request(String subject, String payload, Map<String, ?> headers) {
		return this.template.request(subject, MessageBuilder.withPayload(payload).copyHeaders(headers).build(),
				String.class);
	}

	private void assertRefused(String subject, String payload, Map<String, ?> headers) {
		long start = System.nanoTime();
		assertThatExceptionOfType(NatsReplyException.class).isThrownBy(() -> request(subject, payload, headers))
			.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(400))
			.satisfies((ex) -> assertThat(ex.getDescription()).hasSizeLessThan(500));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
	}

	/**
	 * Takes numbers.
	 */
	static class Numbers {

		@NatsListener("payload")
		String payload(BigInteger number) {
			return number.toString();
		}

		@NatsListener("payload.decimal")
		String decimal(BigDecimal number) {
			return number.add(BigDecimal.ONE).toString();
		}

		@NatsListener("header")
		String header(@Header BigInteger n, @Header BigDecimal d, @Header List<BigInteger> many) {
			return n + " " + d + " " + many;
		}

		@NatsListener("others")
		String others(@Header Pattern pattern, @Header UUID uuid, @Header String text) {
			return pattern + " " + uuid + " " + text.length();
		}

		@NatsListener("all")
		String all(@Headers Map<String, Object> headers) {
			return String.valueOf(headers.size());
		}

	}

}
