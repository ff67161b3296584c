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

package io.github.natskv.kv.local;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.function.Supplier;

import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * The clock of the server, as estimated from its answers; that of the store for servers
 * that do not tell the time.
 */
final class ServerClock {

	private final Supplier<Instant> fallback;

	private volatile @Nullable Reading last;

	ServerClock(Supplier<Instant> fallback) {
		this.fallback = fallback;
	}

	StreamInfo read(Supplier<StreamInfo> request) {
		long sent = System.nanoTime();
		StreamInfo info = request.get();
		long received = System.nanoTime();
		ZonedDateTime time = info.getTimestamp();
		// in the middle between question and answer
		this.last = (time != null) ? new Reading(time.toInstant().toEpochMilli(), sent + (received - sent) / 2) : null;
		return info;
	}

	long millis() {
		Reading reading = this.last;
		return (reading != null) ? reading.millis + Duration.ofNanos(System.nanoTime() - reading.nanoTime).toMillis()
				: this.fallback.get().toEpochMilli();
	}

	private record Reading(long millis, long nanoTime) {

	}

}
