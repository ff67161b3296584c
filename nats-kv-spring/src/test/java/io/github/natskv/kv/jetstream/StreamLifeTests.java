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

package io.github.natskv.kv.jetstream;

import java.nio.charset.StandardCharsets;

import io.nats.client.api.StreamInfo;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StreamLife}.
 */
class StreamLifeTests {

	private static final StreamInfo BEFORE = stream("10:00", 100, 10, "11:00", 50, "12:00");

	@Test
	void aStreamThatGoesOnIsTheSame() {
		assertThat(StreamLife.breach(BEFORE, BEFORE, 50)).isNull();
		assertThat(StreamLife.breach(BEFORE, stream("10:00", 5, 48, "11:59", 60, "12:10"), 55)).isNull();
		assertThat(StreamLife.breach(BEFORE, stream("10:00", 5, 51, "12:05", 60, "12:10"), 60)).isNull();
		assertThat(StreamLife.breach(BEFORE, stream("10:00", 0, 51, "00:00", 50, "12:00"), 50)).isNull();
	}

	@Test
	void leadersWhoseClocksDifferDoNotMakeAnEarlierState() {
		StreamInfo skewed = stream("10:00", 100, 10, "13:00", 50, "12:00");
		assertThat(StreamLife.breach(skewed, skewed, 50)).isNull();
	}

	@Test
	void anotherTimeOfCreationIsAnotherLife() {
		assertThat(StreamLife.breach(BEFORE, stream("12:01", 100, 1, "12:02", 100, "12:03"), 50)).contains("recreated");
	}

	@Test
	void lowerRevisionsAreAnEarlierState() {
		assertThat(StreamLife.breach(BEFORE, stream("10:00", 9, 1, "11:00", 49, "11:30"), 40)).contains("fell back");
		assertThat(StreamLife.breach(BEFORE, stream("10:00", 9, 10, "11:00", 60, "12:30"), 61)).contains("fell back");
	}

	@Test
	void revisionsThatWereStoredAgainAreAnEarlierState() {
		assertThat(StreamLife.breach(BEFORE, stream("10:00", 100, 1, "12:01", 100, "12:03"), 50)).contains("fell back");
	}

	private static StreamInfo stream(String created, long messages, long first, String firstTime, long last,
			String lastTime) {
		return new StreamInfo(NatsMessage.builder().subject("reply").data("""
				{"config": {"name": "KV_b"}, "created": "2026-01-01T%s:00Z", "state": {"messages": %d, "first_seq": %d,
				"first_ts": "2026-01-01T%s:00Z", "last_seq": %d, "last_ts": "2026-01-01T%s:00Z"}}
				""".formatted(created, messages, first, firstTime, last, lastTime), StandardCharsets.UTF_8).build());
	}

}
