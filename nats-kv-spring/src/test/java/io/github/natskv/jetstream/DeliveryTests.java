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

import io.nats.client.Message;
import io.nats.client.impl.NatsJetStreamMetaData;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Delivery}.
 */
class DeliveryTests {

	@ParameterizedTest
	@ValueSource(strings = { "$JS.ACK.KV_b.c.1.22.3.1700000000123456789.17",
			"$JS.ACK.KV_b.c.1.22.3.1700000000123456789", "$JS.ACK.hub.hash.KV_b.c.1.22.3.1700000000123456789.17",
			"$JS.ACK._.hash.KV_b.c.1.22.3.1700000000123456789.17.random" })
	void theNumbersAreThoseOfJnats(String reply) {
		Message message = message(reply);
		Delivery delivery = Delivery.of(message);
		NatsJetStreamMetaData expected = new NatsJetStreamMetaData((NatsMessage) message);
		assertThat(delivery.revision()).isEqualTo(22).isEqualTo(expected.streamSequence());
		assertThat(delivery.number()).isEqualTo(3).isEqualTo(expected.consumerSequence());
		assertThat(delivery.pending()).isEqualTo(expected.pendingCount());
		assertThat(delivery.created()).isEqualTo(expected.timestamp().toInstant());
	}

	@Test
	void otherMessagesHaveNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> Delivery.of(message("_INBOX.a.b")))
			.withMessageContaining("_INBOX.a.b");
		assertThatIllegalArgumentException().isThrownBy(() -> Delivery.of(message(null)));
	}

	private static Message message(String reply) {
		return new NatsMessage("$KV.b.k", reply, new byte[0]) {

			@Override
			public boolean isJetStream() {
				return true;
			}

		};
	}

}
