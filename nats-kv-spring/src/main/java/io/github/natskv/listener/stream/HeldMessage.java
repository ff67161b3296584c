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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

import io.github.natskv.jetstream.Delivery;
import io.github.natskv.listener.Acknowledgment;
import io.github.natskv.listener.invocation.StreamDelivery;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A message that was received and is not settled yet.
 */
final class HeldMessage implements StreamDelivery, Acknowledgment {

	static final byte[] ACK = bytes("+ACK");

	static final byte[] PROGRESS = bytes("+WPI");

	private static final byte[] NAK = bytes("-NAK");

	private static final AtomicIntegerFieldUpdater<HeldMessage> SETTLED = AtomicIntegerFieldUpdater
		.newUpdater(HeldMessage.class, "settled");

	private final HeldMessages owner;

	private final Long sequence;

	private final long attempt;

	private final int life;

	// that of the last delivery, which is the one the server wants to hear of
	private volatile Message message;

	private final long received;

	private volatile long touched;

	private volatile int settled;

	private @Nullable SubjectPattern pattern;

	private @Nullable String order;

	private boolean waitingInOrder;

	private boolean waited;

	HeldMessage(HeldMessages owner, Message message, Delivery delivery, int life, long received) {
		this.owner = owner;
		this.message = message;
		this.sequence = delivery.revision();
		this.attempt = delivery.attempt();
		this.life = life;
		this.received = received;
		this.touched = received;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	@Override
	public Message message() {
		return this.message;
	}

	@Override
	public Acknowledgment acknowledgment() {
		return this;
	}

	Long sequence() {
		return this.sequence;
	}

	long attempt() {
		return this.attempt;
	}

	// changes when the consumer is another one, to which numbers mean other messages
	int life() {
		return this.life;
	}

	@Nullable SubjectPattern pattern() {
		return this.pattern;
	}

	void pattern(@Nullable SubjectPattern pattern) {
		this.pattern = pattern;
	}

	@Nullable String order() {
		return this.order;
	}

	void order(String order) {
		this.order = order;
	}

	boolean isWaitingInOrder() {
		return this.waitingInOrder;
	}

	void waitingInOrder(boolean waiting) {
		this.waitingInOrder = waiting;
	}

	// not handled right after it was received
	void waited() {
		this.waited = true;
	}

	boolean hasWaited() {
		return this.waited;
	}

	void redelivered(Message again) {
		this.message = again;
		this.touched = System.nanoTime();
	}

	long received() {
		return this.received;
	}

	void touch() {
		this.touched = System.nanoTime();
	}

	// whether the server has probably given it to somebody else
	boolean isOverdue(Duration ackWait) {
		return System.nanoTime() - this.touched > ackWait.toNanos();
	}

	boolean isSettled() {
		return this.settled != 0;
	}

	boolean tryToSettle() {
		return SETTLED.compareAndSet(this, 0, 1);
	}

	@Override
	public void ack() {
		this.owner.settle(this, ACK, null);
	}

	@Override
	public void nak() {
		this.owner.settle(this, NAK, Duration.ZERO);
	}

	@Override
	public void nak(Duration delay) {
		Assert.isTrue(!delay.isNegative(), () -> "'delay' must not be negative, but is " + delay);
		this.owner.settle(this, delay.isZero() ? NAK : bytes("-NAK {\"delay\": " + delay.toNanos() + "}"), delay);
	}

	@Override
	public void term(String reason) {
		boolean told = !reason.isEmpty() && this.owner.takesReasons();
		this.owner.settle(this, bytes(told ? "+TERM " + reason.replaceAll("\\s+", " ") : "+TERM"), null);
	}

	@Override
	public void inProgress() {
		this.owner.progress(this);
	}

}
