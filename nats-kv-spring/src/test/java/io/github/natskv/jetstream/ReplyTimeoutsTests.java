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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ReplyTimeouts}.
 */
class ReplyTimeoutsTests {

	private static final Duration LONG = Duration.ofMinutes(10);

	private final ReplyTimeouts timeouts = new ReplyTimeouts();

	private final AtomicInteger done = new AtomicInteger();

	@Test
	void eachReplyFailsByItsOwnTimeout() {
		CompletableFuture<Message> patient = reply(LONG);
		CompletableFuture<Message> first = reply(Duration.ofMillis(20));
		CompletableFuture<Message> second = reply(Duration.ofMillis(60));
		await().until(() -> first.isDone() && second.isDone());
		assertThat(first).isCompletedExceptionally();
		assertThat(second.handle((message, failure) -> failure).join()).isInstanceOf(TimeoutException.class);
		assertThat(patient).isNotDone();
		awaitDone(2);
	}

	@Test
	void replyAfterAllOthersAreDoneFailsToo() {
		CompletableFuture<Message> first = reply(Duration.ofMillis(20));
		await().until(first::isDone);
		CompletableFuture<Message> second = reply(Duration.ofMillis(20));
		await().until(second::isDone);
		awaitDone(2);
	}

	@Test
	void answeredReplyStaysAnswered() {
		Message message = NatsMessage.builder().subject("answer").build();
		CompletableFuture<Message> answered = reply(Duration.ofMillis(20));
		CompletableFuture<Message> last = reply(Duration.ofMillis(40));
		answered.complete(message);
		await().until(last::isDone);
		assertThat(answered).isCompletedWithValue(message);
		CompletableFuture<Message> before = CompletableFuture.completedFuture(message);
		this.timeouts.whenDone(before, LONG, this.done::incrementAndGet);
		awaitDone(3);
	}

	private void awaitDone(int replies) {
		await().untilAsserted(() -> assertThat(this.done).hasValue(replies));
	}

	private CompletableFuture<Message> reply(Duration timeout) {
		CompletableFuture<Message> reply = new CompletableFuture<>();
		this.timeouts.whenDone(reply, timeout, this.done::incrementAndGet);
		return reply;
	}

}
