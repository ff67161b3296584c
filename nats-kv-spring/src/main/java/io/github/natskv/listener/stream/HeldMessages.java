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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natskv.jetstream.Delivery;
import io.github.natskv.listener.ListenerInstrumentation;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.api.ServerInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The messages a listener has received and not settled, and the answers to the server.
 * Those that cannot be sent, because there is no connection, are sent when the consumer
 * has proven to be the same.
 */
final class HeldMessages {

	private static final Log logger = LogFactory.getLog(HeldMessages.class);

	private static final String TERMINATION_REASON = "2.11.0";

	private final Connection connection;

	private final Released released;

	private final ListenerInstrumentation.@Nullable Recorder recorder;

	private final Map<Long, HeldMessage> messages = new ConcurrentHashMap<>();

	private final Deque<Answer> unsent = new ArrayDeque<>();

	private volatile int life;

	private volatile boolean open;

	private volatile Duration ackWait = Duration.ofSeconds(30);

	HeldMessages(Connection connection, Released released, ListenerInstrumentation.@Nullable Recorder recorder) {
		this.connection = connection;
		this.released = released;
		this.recorder = recorder;
	}

	// take a message
	@Nullable HeldMessage add(Message message, Delivery delivery, long received) {
		HeldMessage held = new HeldMessage(this, message, delivery, this.life, received);
		HeldMessage present = this.messages.putIfAbsent(held.sequence(), held);
		if (present != null && present.life() == held.life()) {
			present.redelivered(message);
			return null;
		}
		if (present != null) {
			this.messages.put(held.sequence(), held);
		}
		return held;
	}

	// the consumer is there, and the one it was unless said otherwise
	synchronized void opened(boolean same, Duration ackWait) {
		this.ackWait = ackWait;
		if (!same) {
			this.life++;
			this.unsent.clear();
			this.messages.clear();
		}
		this.open = true;
		sendAgain();
	}

	// send the answers that could not be sent
	synchronized void sendAgain() {
		for (int i = this.unsent.size(); i > 0 && this.open; i--) {
			Answer answer = this.unsent.poll();
			if (answer != null) {
				publish(answer.message(), answer.text());
			}
		}
	}

	// nothing is known of the consumer
	void closed() {
		this.open = false;
	}

	// an older server does not understand a termination with a reason
	boolean takesReasons() {
		ServerInfo server = this.connection.getServerInfo();
		return server != null && server.isSameOrNewerThanVersion(TERMINATION_REASON);
	}

	Duration ackWait() {
		return this.ackWait;
	}

	boolean isCurrent(HeldMessage message) {
		return message.life() == this.life;
	}

	int count() {
		return this.messages.size();
	}

	void settle(HeldMessage message, byte[] answer, @Nullable Duration delay) {
		if (message.tryToSettle()) {
			forget(message);
			if (isCurrent(message)) {
				publish(message.message(), answer);
				if (answer == HeldMessage.ACK) {
					acknowledged(message);
				}
			}
			this.released.released(message, delay);
		}
	}

	// settle a message whose answer was sent otherwise
	void settled(HeldMessage message) {
		if (message.tryToSettle()) {
			forget(message);
			acknowledged(message);
			this.released.released(message, null);
		}
	}

	private void acknowledged(HeldMessage message) {
		if (this.recorder != null) {
			this.recorder.acknowledged(System.nanoTime() - message.received());
		}
	}

	// leave a message to whom the server has given it meanwhile
	void drop(HeldMessage message) {
		if (message.tryToSettle()) {
			forget(message);
			this.released.released(message, Duration.ZERO);
		}
	}

	private void forget(HeldMessage message) {
		this.messages.remove(message.sequence(), message);
	}

	private void publish(Message message, byte[] answer) {
		if (this.open) {
			try {
				this.connection.publish(message.getReplyTo(), answer);
				return;
			}
			catch (IllegalStateException ex) {
				logger.trace("An answer is sent later", ex);
			}
		}
		synchronized (this) {
			this.unsent.add(new Answer(message, answer));
		}
	}

	void progress(HeldMessage message) {
		if (this.open && !message.isSettled() && isCurrent(message)) {
			try {
				this.connection.publish(message.message().getReplyTo(), HeldMessage.PROGRESS);
				message.touch();
			}
			catch (IllegalStateException ex) {
				logger.trace("Progress is told later", ex);
			}
		}
	}

	void progressAll() {
		sendAgain();
		this.messages.values().forEach(this::progress);
	}

	private record Answer(Message message, byte[] text) {

	}

	/**
	 * Told of each message that is settled.
	 */
	interface Released {

		void released(HeldMessage message, @Nullable Duration delay);

	}

}
