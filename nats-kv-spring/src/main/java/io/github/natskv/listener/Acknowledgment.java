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

package io.github.natskv.listener;

import java.time.Duration;

/**
 * Acknowledges a message of a stream, or all those of a batch. A parameter of
 * {@code @JetStreamListener} methods with {@code ack = "manual"}. May be used by any
 * thread, also after the method has returned: until then the message is kept from being
 * delivered again. The first of {@code ack}, {@code nak} and {@code term} counts.
 *
 * @since 0.1.0
 */
public interface Acknowledgment {

	/**
	 * The message was handled.
	 */
	void ack();

	/**
	 * Have the message delivered again, at once.
	 */
	void nak();

	/**
	 * Have the message delivered again.
	 * @param delay how long to wait before that
	 */
	void nak(Duration delay);

	/**
	 * Have the message not delivered again, although it was not handled.
	 * @param reason the reason, for the server's advisory
	 */
	void term(String reason);

	/**
	 * Tell the server that the message is still at work. The listener does so by itself.
	 */
	void inProgress();

}
