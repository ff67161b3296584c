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

package io.github.natskv.provisioning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;

/**
 * The data an update of a bucket may lose. The server says nothing about it.
 */
final class UpdateLosses {

	private UpdateLosses() {
	}

	/**
	 * Return what may be lost.
	 * @param wanted the stream as it will be
	 * @param found the stream as it is
	 * @return a sentence each, none if nothing is lost
	 */
	static List<String> of(StreamConfiguration wanted, StreamInfo found) {
		StreamConfiguration before = found.getConfiguration();
		List<String> losses = new ArrayList<>();
		if (isLower(wanted.getMaxMsgsPerSubject(), before.getMaxMsgsPerSubject())) {
			losses.add("of keys with more than %d revisions the older ones are removed"
				.formatted(wanted.getMaxMsgsPerSubject()));
		}
		if (isLower(millis(wanted.getMaxAge()), millis(before.getMaxAge()))) {
			losses.add("values older than %s are removed at once".formatted(wanted.getMaxAge()));
		}
		long used = found.getStreamState().getByteCount();
		if (isLower(wanted.getMaxBytes(), before.getMaxBytes()) && wanted.getMaxBytes() < used) {
			losses.add(("the bucket uses %d bytes, more than it may now: it takes no new values until there is room,"
					+ " and nats-server 2.9 removes the oldest ones")
				.formatted(used));
		}
		if (found.getStreamState().getMsgCount() > 0 && BucketOption.SOURCES.compare(wanted, before) != null
				&& StreamOrigins.mayLackOlderValues(wanted)) {
			losses
				.add("of added or changed sources only what changes from now on is copied, unless the bucket is deleted"
						+ " and recreated, or nats-server is 2.15.0 or newer");
		}
		return losses;
	}

	private static long millis(Duration duration) {
		return (duration != null) ? duration.toMillis() : 0;
	}

	private static boolean isLower(long limit, long before) {
		return limit > 0 && (before <= 0 || limit < before);
	}

}
