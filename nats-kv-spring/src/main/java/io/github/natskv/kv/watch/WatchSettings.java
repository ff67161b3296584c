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

package io.github.natskv.kv.watch;

import java.time.Duration;

/**
 * The timing of watches.
 *
 * @param heartbeat how often the server says that it is there while nothing changes
 * @param alarm after which silence of the server a watch is opened anew
 * @param pullExpiry how long the server holds one request for changes
 * @param inactiveThreshold after which silence of ours the server removes the consumer
 * @param batchSize how many changes are requested at a time, which bounds what waits
 * behind a slow handler
 * @param batchBytes how many bytes are requested at a time
 * @param requestTimeout how long to wait for an answer of the server
 * @param maxBackoff the longest pause between two attempts to open a watch anew
 * @param retries how often an entry is offered again to a handler that threw
 * @param retryBackoff the pause before the first retry, doubled for each further one
 * @param closeTimeout how long closing a watch waits for a handler at work, before and
 * after interrupting it
 */
public record WatchSettings(Duration heartbeat, Duration alarm, Duration pullExpiry, Duration inactiveThreshold,
		int batchSize, int batchBytes, Duration requestTimeout, Duration maxBackoff, int retries, Duration retryBackoff,
		Duration closeTimeout) {

	private static final int RESTFUL = 10;

	/**
	 * Return how often the server says that it is there where another watch hears the
	 * same server more often.
	 * @return the interval
	 */
	Duration restfulHeartbeat() {
		return this.heartbeat.multipliedBy(RESTFUL);
	}

	Duration restfulAlarm() {
		return this.alarm.multipliedBy(RESTFUL);
	}

	/**
	 * Return these settings with a shorter request timeout. A longer one would only delay
	 * the next attempt.
	 * @param limit the longest request timeout
	 */
	public WatchSettings limitRequestTimeout(Duration limit) {
		return (limit.compareTo(this.requestTimeout) >= 0) ? this
				: new WatchSettings(this.heartbeat, this.alarm, this.pullExpiry, this.inactiveThreshold, this.batchSize,
						this.batchBytes, limit, this.maxBackoff, this.retries, this.retryBackoff, this.closeTimeout);
	}

	public static WatchSettings defaults() {
		return new WatchSettings(Duration.ofMillis(500), Duration.ofMillis(1250), Duration.ofSeconds(20),
				Duration.ofSeconds(30), 500, 4 * 1024 * 1024, Duration.ofSeconds(2), Duration.ofMillis(400), 3,
				Duration.ofMillis(100), Duration.ofSeconds(5));
	}

}
