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

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Messages the consumer delivers whose subject is none of the listener's. They are handed
 * back, as they may be meant for another listener on the same consumer.
 */
final class Strays {

	private static final Log logger = LogFactory.getLog(Strays.class);

	private static final Duration LEAST_DELAY = Duration.ofSeconds(1);

	/** The time after which a message that was expected again is taken for gone. */
	private static final Duration GRACE = Duration.ofSeconds(10);

	private final String listenerId;

	private volatile @Nullable Stray last;

	Strays(String listenerId) {
		this.listenerId = listenerId;
	}

	void handBack(HeldMessage message, BoundConsumer bound) {
		Duration delay = bound.longestDelay();
		delay = (delay.compareTo(LEAST_DELAY) > 0) ? delay : LEAST_DELAY;
		Stray stray = new Stray(message.message().getSubject(), System.nanoTime() + delay.plus(GRACE).toNanos());
		if (this.last == null) {
			logger.error(("Listener '%s': %s. Message %d is handed back, and so is each of the kind, which holds up the"
					+ " consumer. Add the subject to the listener, or narrow the filter-subjects of the consumer")
				.formatted(this.listenerId, stray.problem(), message.sequence()));
		}
		this.last = stray;
		message.nak(delay);
	}

	@Nullable String problem() {
		Stray stray = this.last;
		return (stray != null && System.nanoTime() - stray.until() < 0) ? stray.problem() : null;
	}

	/**
	 * A message.
	 *
	 * @param subject its subject
	 * @param until when it is gone if it did not come again
	 */
	private record Stray(String subject, long until) {

		String problem() {
			return "its consumer delivers subject '%s', which is none of the listener's".formatted(this.subject);
		}

	}

}
