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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.natskv.core.MessageReader;
import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.Acknowledgment;
import io.github.natskv.listener.BatchFailedException;
import io.github.natskv.listener.invocation.HandlerInvoker;
import io.github.natskv.listener.invocation.StreamBatch;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Adapts batches of messages of a stream to a handler method.
 */
public final class BatchAdapter implements StreamHandler {

	private final StreamCall<StreamBatch> call;

	private final MessageReader<Object> elements;

	private final int size;

	private final Settlement settlement;

	public BatchAdapter(StreamCall<StreamBatch> call, MessageReader<Object> elements, int size, Settlement settlement) {
		this.call = call;
		this.elements = elements;
		this.size = size;
		this.settlement = settlement;
	}

	@Override
	public @Nullable LastError lastError() {
		return this.call.invoker().lastError();
	}

	@Override
	public Settlement settlement() {
		return this.settlement;
	}

	@Override
	public void handle(StreamRun run) throws InterruptedException {
		List<HeldMessage> taken = run.take(this.size);
		run.begin(taken.size());
		try {
			handle(run, taken);
		}
		finally {
			run.end(taken.size());
		}
	}

	private void handle(StreamRun run, List<HeldMessage> taken) {
		BoundConsumer bound = run.bound();
		if (taken.isEmpty() || bound == null) {
			return;
		}
		List<HeldMessage> messages = new ArrayList<>();
		List<Object> values = new ArrayList<>();
		for (HeldMessage message : taken) {
			if (!this.settlement.refuse(message, bound)) {
				read(message, messages, values, bound);
			}
		}
		SubjectPattern pattern = messages.isEmpty() ? null : messages.get(0).pattern();
		if (pattern == null) {
			return;
		}
		StreamBatch batch = new StreamBatch(messages.stream().map(HeldMessage::message).toList(), values,
				new BatchAcknowledgment(List.copyOf(messages)));
		long start = this.settlement.start();
		Throwable failure = this.call.call(batch, batch.messages().get(0), pattern);
		if (failure == null) {
			messages.forEach((message) -> this.settlement.handled(message, run, start));
		}
		else {
			fail(run, messages, batch, failure, bound, start);
		}
	}

	private void read(HeldMessage message, List<HeldMessage> messages, List<Object> values, BoundConsumer bound) {
		try {
			values.add(this.elements.read(message.message()));
			messages.add(message);
		}
		catch (Throwable ex) {
			this.settlement.failed(message, ex, failed(List.of(message.message()), List.of(), message, ex), bound, 0);
		}
	}

	private HandlerInvoker.Outcome failed(List<Message> messages, List<Object> values, Acknowledgment acknowledgment,
			Throwable failure) {
		return this.call.invoker().failed(new StreamBatch(messages, values, acknowledgment), failure);
	}

	private void fail(StreamRun run, List<HeldMessage> messages, StreamBatch batch, Throwable failure,
			BoundConsumer bound, long start) {
		HandlerInvoker.Outcome outcome = this.call.invoker().failed(batch, failure);
		if (failure instanceof BatchFailedException partly && partly.getIndex() < messages.size()) {
			int index = partly.getIndex();
			messages.subList(0, index).forEach((message) -> this.settlement.handled(message, run, start));
			run.takeAgain(messages.subList(index + 1, messages.size()));
			Throwable cause = (partly.getCause() != null) ? partly.getCause() : partly;
			this.settlement.failed(messages.get(index), cause, outcome, bound, start);
			return;
		}
		// none of them is to blame, so that none of them is a dead letter at once
		Throwable cause = Settlement.isHopeless(failure) ? new IllegalStateException(failure) : failure;
		messages.forEach((message) -> this.settlement.failed(message, cause, outcome, bound, start));
	}

	/**
	 * Acknowledges all messages of a batch.
	 */
	private record BatchAcknowledgment(List<HeldMessage> messages) implements Acknowledgment {

		@Override
		public void ack() {
			all(Acknowledgment::ack);
		}

		@Override
		public void nak() {
			all(Acknowledgment::nak);
		}

		@Override
		public void nak(Duration delay) {
			all((message) -> message.nak(delay));
		}

		@Override
		public void term(String reason) {
			all((message) -> message.term(reason));
		}

		@Override
		public void inProgress() {
			all(Acknowledgment::inProgress);
		}

		private void all(Consumer<Acknowledgment> action) {
			this.messages.forEach(action);
		}

	}

}
