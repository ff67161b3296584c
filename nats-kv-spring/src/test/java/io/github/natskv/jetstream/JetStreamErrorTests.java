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

package io.github.natskv.jetstream;

import java.util.stream.IntStream;

import io.github.natskv.jetstream.JetStreamError.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JetStreamError}, over all codes of nats-server 2.15.1.
 */
class JetStreamErrorTests {

	/**
	 * The codes with status 404, 409, 412, 429, 500 and 503: those with 400 say that the
	 * request is wrong, but for the ones tested one by one below.
	 */
	private static final String OTHER_STATUS = """
			10004 503 10006 500 10007 500 10008 503 10009 500 10010 503 10012 500 10014 404 10023 503 10028 500
			10029 500 10035 503 10036 503 10037 404 10039 503 10041 500 10042 500 10045 500 10047 500 10048 500
			10049 500 10050 500 10051 500 10052 500 10053 500 10057 500 10059 404 10062 500 10063 503 10064 500
			10066 500 10067 500 10068 404 10069 500 10072 500 10074 500 10075 503 10076 503 10077 503 10096 500
			10104 500 10110 500 10111 500 10117 500 10118 500 10119 500 10158 409 10163 503 10167 429 10180 412
			10185 412 10194 500 10195 500 10210 429 10211 429
			""";

	private static Kind kind(int code) {
		return JetStreamError.of(code, 0, "").kind();
	}

	@Test
	void everyCodeOfTheServerIsDecidedWhateverItsStatus() {
		IntStream.rangeClosed(10002, 10227)
			.forEach((code) -> assertThat(IntStream.of(400, 404, 429, 500, 503)
				.mapToObj((status) -> JetStreamError.of(code, status, "").kind())
				.distinct()).as("%d", code).hasSize(1));
	}

	@Test
	void noneIsTransientForItsStatusAlone() {
		String[] numbers = OTHER_STATUS.split("\\s+");
		for (int i = 0; i < numbers.length; i += 2) {
			int code = Integer.parseInt(numbers[i]);
			int status = Integer.parseInt(numbers[i + 1]);
			assertThat(JetStreamError.of(code, status, "").kind()).as("%d %d", code, status).isEqualTo(kind(code));
		}
		assertThat(IntStream.rangeClosed(10002, 10227).filter((code) -> kind(code) == Kind.TRANSIENT).boxed())
			.containsExactly(10004, 10007, 10008, 10009, 10026, 10041, 10048, 10063, 10075, 10096, 10118, 10119, 10124,
					10158, 10163, 10167, 10176, 10180, 10202, 10210, 10211, 10226);
	}

	@ParameterizedTest
	@ValueSource(ints = { 10003, 10025, 10052, 10055, 10057, 10058, 10061, 10074, 10097, 10109, 10110, 10111, 10113,
			10117, 10138, 10153, 10165, 10166, 10174, 10188 })
	void aWrongRequestStaysWrong(int code) {
		assertThat(kind(code)).isEqualTo(Kind.USAGE);
	}

	@ParameterizedTest
	@CsvSource({ "10071, CONFLICT", "10164, CONFLICT", "10070, CONFLICT", "10059, STREAM_NOT_FOUND",
			"10014, CONSUMER_NOT_FOUND", "10149, CONSUMER_NOT_FOUND", "10037, MESSAGE_NOT_FOUND", "10054, TOO_LARGE",
			"10002, FULL", "10023, FULL", "10027, FULL", "10028, FULL", "10047, FULL", "10122, FULL",
			"10006, UNAVAILABLE", "10010, UNAVAILABLE", "10035, UNAVAILABLE", "10036, UNAVAILABLE",
			"10039, UNAVAILABLE", "10076, UNAVAILABLE", "10120, UNAVAILABLE", "10185, UNAVAILABLE",
			"10194, UNAVAILABLE", "10012, FAILED", "10049, FAILED", "10051, FAILED", "10069, FAILED" })
	void othersAreToldApart(int code, Kind kind) {
		assertThat(kind(code)).isEqualTo(kind);
	}

	@ParameterizedTest
	@CsvSource({ "maximum bytes exceeded, FULL", "maximum messages exceeded, FULL",
			"maximum messages per subject exceeded, FULL", "no space left on device, FULL",
			"message too large, TOO_LARGE", "store is closed, TRANSIENT", "checksum mismatch, FAILED" })
	void aStoreThatFailsSaysWhy(String description, Kind kind) {
		assertThat(JetStreamError.of(JetStreamError.STORE_FAILED, 503, description).kind()).isEqualTo(kind);
	}

	@Test
	void peersThatAreAwayComeBackButTooFewStayTooFew() {
		assertThat(JetStreamError.of(10005, 400, "no suitable peers for placement, peer offline").kind())
			.isEqualTo(Kind.TRANSIENT);
		assertThat(JetStreamError.of(10005, 400, "no suitable peers for placement").kind()).isEqualTo(Kind.USAGE);
	}

	@ParameterizedTest
	@CsvSource({ "408, TRANSIENT", "409, TRANSIENT", "429, TRANSIENT", "503, TRANSIENT", "500, FAILED", "400, USAGE",
			"404, USAGE" })
	void aCodeOfANewerServerCountsByItsStatus(int status, Kind kind) {
		assertThat(JetStreamError.of(19_999, status, "").kind()).isEqualTo(kind);
	}

}
