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

package io.github.natskv.test;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is received.
 */
final class InMemoryMessage extends NatsMessage {

	private final Connection receiver;

	InMemoryMessage(Message message, @Nullable String replyTo, Connection receiver) {
		super(message.getSubject(), replyTo, message.getHeaders(), message.getData());
		this.receiver = receiver;
	}

	@Override
	public Connection getConnection() {
		return this.receiver;
	}

}
