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

import io.github.natskv.core.PayloadConversionException;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamRequestException;
import io.github.natskv.listener.InvalidMessageException;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.ListenerInstrumentation.HandlingOutcome;
import io.github.natskv.listener.invocation.HandlerInvoker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Settles messages by what became of them: acknowledges those that were handled, hands
 * those that failed back with the backoff of their consumer, and sends those to the dead
 * letters that it is of no use to deliver again.
 */
public final class Settlement {

	private static final Log logger = LogFactory.getLog(Settlement.class);

	private final String listenerId;

	private final AckMode mode;

	private final JetStreamClient client;

	private final DeadLetterSender deadLetters;

	private final Strays strays;

	private final ListenerInstrumentation.@Nullable Recorder recorder;

	public Settlement(String listenerId, AckMode mode, JetStreamClient client, DeadLetterSender deadLetters,
			ListenerInstrumentation.@Nullable Recorder recorder) {
		this.listenerId = listenerId;
		this.mode = mode;
		this.client = client;
		this.deadLetters = deadLetters;
		this.strays = new Strays(listenerId);
		this.recorder = recorder;
	}

	DeadLetterSender deadLetters() {
		return this.deadLetters;
	}

	// return why messages stay that the listener should be rid of
	@Nullable String problem() {
		String problem = this.deadLetters.problem();
		return (problem != null) ? problem : this.strays.problem();
	}

	// get rid of a message that is not to be handled
	boolean refuse(HeldMessage message, BoundConsumer bound) {
		if (message.pattern() == null && !this.deadLetters.takesLetters()) {
			record(HandlingOutcome.RETRIED, 0);
			this.strays.handBack(message, bound);
			return true;
		}
		if (bound.isBeyond(message.attempt())) {
			record(HandlingOutcome.ERROR, 0);
			this.deadLetters.send(message,
					"delivered %d times, of which %d are allowed".formatted(message.attempt(), bound.maxDeliver()),
					null, bound.longestDelay());
			return true;
		}
		if (message.pattern() == null) {
			record(HandlingOutcome.ERROR, 0);
			this.deadLetters.send(message,
					"its subject '%s' is none of the listener's".formatted(message.message().getSubject()), null,
					bound.longestDelay());
			return true;
		}
		return false;
	}

	void handled(HeldMessage message, StreamRun run, long start) {
		record(HandlingOutcome.OK, start);
		switch (this.mode) {
			case AUTO -> message.ack();
			case CONFIRMED -> confirm(message, run);
			default -> {
				// the application does, now or later
			}
		}
	}

	private void confirm(HeldMessage message, StreamRun run) {
		try {
			this.client.request(message.message().getReplyTo(), null, HeldMessage.ACK);
			run.settled(message);
		}
		catch (JetStreamRequestException ex) {
			logger
				.warn("Listener '%s': the server has not confirmed that message %d is acknowledged, which is sent again"
					.formatted(this.listenerId, message.sequence()), ex);
			message.ack();
		}
	}

	// settle a message that could not be handled
	void failed(HeldMessage message, Throwable failure, HandlerInvoker.Outcome outcome, BoundConsumer bound,
			long start) {
		if (message.isSettled()) {
			record(HandlingOutcome.ERROR, start);
			log(message, outcome, bound, "it is settled already");
			return;
		}
		if (isHopeless(failure) || bound.isLast(message.attempt())) {
			record(HandlingOutcome.ERROR, start);
			this.deadLetters.send(message, DeadLetterSender.reason(failure), outcome.failure(), bound.longestDelay());
			return;
		}
		record(HandlingOutcome.RETRIED, start);
		Duration delay = bound.delay(message.attempt());
		log(message, outcome, bound, "delivered again in %d ms".formatted(delay.toMillis()));
		message.nak(delay);
	}

	private void log(HeldMessage message, HandlerInvoker.Outcome outcome, BoundConsumer bound, String consequence) {
		if (!outcome.handled()) {
			logger.warn("Listener '%s' failed on message %d, subject '%s', delivery %d%s, %s".formatted(this.listenerId,
					message.sequence(), message.message().getSubject(), message.attempt(), bound.describeLimit(),
					consequence), outcome.failure());
		}
	}

	static boolean isHopeless(Throwable failure) {
		return failure instanceof PayloadConversionException || failure instanceof InvalidMessageException;
	}

	private void record(HandlingOutcome outcome, long start) {
		if (this.recorder != null) {
			this.recorder.handled(outcome, 1, (start != 0) ? System.nanoTime() - start : 0);
		}
	}

	long start() {
		return (this.recorder != null) ? System.nanoTime() : 0;
	}

}
