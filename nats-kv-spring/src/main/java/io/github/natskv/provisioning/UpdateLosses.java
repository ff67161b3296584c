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

import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;

/**
 * The data an update of a bucket or stream may lose. The server says nothing about it.
 */
final class UpdateLosses {

	private UpdateLosses() {
	}

	/**
	 * Return what a bucket may lose.
	 * @param wanted its stream as it will be
	 * @param found its stream as it is
	 * @return a sentence each, none if nothing is lost
	 */
	static List<String> ofBucket(StreamConfiguration wanted, StreamInfo found) {
		List<String> losses = byLimits(wanted, found, "keys", "revisions", "values");
		long used = found.getStreamState().getByteCount();
		if (isLower(wanted.getMaxBytes(), found.getConfiguration().getMaxBytes()) && wanted.getMaxBytes() < used) {
			losses.add(("the bucket uses %d bytes, more than it may now: it takes no new values until there is room,"
					+ " and nats-server 2.9 removes the oldest ones")
				.formatted(used));
		}
		bySources(wanted, found, "bucket", losses);
		return losses;
	}

	/**
	 * Return what a stream may lose.
	 * @param wanted the stream as it will be
	 * @param found the stream as it is
	 * @return a sentence each, none if nothing is lost
	 */
	static List<String> ofStream(StreamConfiguration wanted, StreamInfo found) {
		List<String> losses = byLimits(wanted, found, "subjects", "messages", "messages");
		StreamConfiguration before = found.getConfiguration();
		long used = found.getStreamState().getByteCount();
		if (isLower(wanted.getMaxBytes(), before.getMaxBytes()) && wanted.getMaxBytes() < used) {
			losses.add(
					"the stream uses %d bytes, more than it may now: the oldest messages are removed, or it takes no new ones until there is room, as 'discard' says"
						.formatted(used));
		}
		long count = found.getStreamState().getMsgCount();
		if (isLower(wanted.getMaxMsgs(), before.getMaxMsgs()) && wanted.getMaxMsgs() < count) {
			losses.add(
					"the stream has %d messages, more than it may now: the oldest ones are removed, or it takes no new ones until there is room, as 'discard' says"
						.formatted(count));
		}
		if (wanted.getRetentionPolicy() != before.getRetentionPolicy()
				&& wanted.getRetentionPolicy() != RetentionPolicy.Limits) {
			losses.add("messages no consumer is interested in are removed");
		}
		bySources(wanted, found, "stream", losses);
		return losses;
	}

	private static List<String> byLimits(StreamConfiguration wanted, StreamInfo found, String subjects, String messages,
			String values) {
		StreamConfiguration before = found.getConfiguration();
		List<String> losses = new ArrayList<>();
		if (isLower(wanted.getMaxMsgsPerSubject(), before.getMaxMsgsPerSubject())) {
			losses.add("of %s with more than %d %s the older ones are removed".formatted(subjects,
					wanted.getMaxMsgsPerSubject(), messages));
		}
		if (isLower(millis(wanted.getMaxAge()), millis(before.getMaxAge()))) {
			losses.add("%s older than %s are removed at once".formatted(values, wanted.getMaxAge()));
		}
		return losses;
	}

	private static void bySources(StreamConfiguration wanted, StreamInfo found, String noun, List<String> losses) {
		if (found.getStreamState().getMsgCount() > 0
				&& StreamOption.SOURCES.compare(wanted, found.getConfiguration()) != null
				&& StreamOrigins.mayLackOlderValues(wanted)) {
			losses.add(("of added or changed sources only what changes from now on is copied, unless the %s is deleted"
					+ " and recreated, or nats-server is 2.15.0 or newer")
				.formatted(noun));
		}
	}

	private static long millis(Duration duration) {
		return (duration != null) ? duration.toMillis() : 0;
	}

	private static boolean isLower(long limit, long before) {
		return limit > 0 && (before <= 0 || limit < before);
	}

}
