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

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * A subscription.
 *
 * @param owner whose it is
 * @param subject the subject, which may have wildcards
 * @param queue the queue group, if any
 * @param receiver given the messages
 */
record InMemorySubscription(Object owner, String subject, @Nullable String queue, Receiver receiver) {

	/**
	 * Takes messages, and does not wait for their handler.
	 */
	@FunctionalInterface
	interface Receiver {

		/**
		 * Receive a message.
		 * @param message the message
		 * @param delivery to be told when it has been handled
		 * @return whether it was taken
		 */
		boolean receive(Message message, InMemoryDelivery delivery);

	}

}
