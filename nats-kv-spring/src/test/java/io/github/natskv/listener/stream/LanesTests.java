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

package io.github.natskv.listener.stream;

import io.github.natskv.jetstream.Delivery;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link Lanes}.
 */
class LanesTests {

	private final Lanes lanes = new Lanes();

	private final HeldMessages held = new HeldMessages(mock(Connection.class), (message, delay) -> {
	}, null);

	// the worker that gives it the turn may be faster than the reader that entered it
	@Test
	void aMessageIsKnownToWaitAsSoonAsAnotherThreadMayGiveItTheTurn() {
		HeldMessage first = message(1);
		HeldMessage second = message(2);
		assertThat(this.lanes.enter("a", first)).isTrue();
		assertThat(this.lanes.enter("a", second)).isFalse();
		assertThat(first.isWaitingInOrder()).isFalse();
		assertThat(second.isWaitingInOrder()).isTrue();
	}

	@Test
	void messagesGetTheirTurnInTheOrderOfTheStream() {
		HeldMessage first = message(1);
		HeldMessage second = message(2);
		HeldMessage third = message(3);
		this.lanes.enter("a", first);
		this.lanes.enter("a", third);
		this.lanes.enter("a", second);
		assertThat(this.lanes.leave("a", first, null)).isSameAs(second);
		assertThat(this.lanes.leave("a", second, null)).isSameAs(third);
		assertThat(this.lanes.leave("a", third, null)).isNull();
	}

	private HeldMessage message(int number) {
		Message message = NatsMessage.builder().subject("s.a").data(new byte[1]).build();
		return new HeldMessage(this.held, message, new Delivery(number, number, 0, 0, 1), 0, 0);
	}

}
