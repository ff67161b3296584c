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

package io.github.natskv.kv.jetstream;

import java.time.ZonedDateTime;

import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamState;
import org.jspecify.annotations.Nullable;

/**
 * Compares two looks at a stream, to tell whether what was read between them is of one
 * bucket.
 */
final class StreamLife {

	private StreamLife() {
	}

	/**
	 * Return why the later look is not at what became of the earlier one.
	 * @param position the last revision that was read
	 * @return the reason, {@code null} if there is none
	 */
	static @Nullable String breach(StreamInfo before, StreamInfo after, long position) {
		if (!after.getCreateTime().equals(before.getCreateTime())) {
			return "the bucket was recreated meanwhile";
		}
		StreamState earlier = before.getStreamState();
		StreamState later = after.getStreamState();
		if (later.getLastSequence() < Math.max(earlier.getLastSequence(), position) || isRewritten(earlier, later)) {
			return "the bucket fell back to an earlier state meanwhile";
		}
		return null;
	}

	/** Return whether anything was written or removed between two looks. */
	static boolean isChanged(StreamState before, StreamState after) {
		return before.getFirstSequence() != after.getFirstSequence()
				|| before.getLastSequence() != after.getLastSequence() || before.getMsgCount() != after.getMsgCount();
	}

	// A bucket in memory may lose its messages and keep its time of creation. Revisions
	// that were there already cannot have been stored later than those then, unless
	// clocks of leaders differ, which the first one tells as well.
	private static boolean isRewritten(StreamState earlier, StreamState later) {
		ZonedDateTime first = later.getFirstTime();
		return earlier.getMsgCount() > 0 && later.getMsgCount() > 0
				&& later.getFirstSequence() <= earlier.getLastSequence() && first != null
				&& isAfter(first, earlier.getFirstTime()) && isAfter(first, earlier.getLastTime());
	}

	private static boolean isAfter(ZonedDateTime time, @Nullable ZonedDateTime other) {
		return other != null && time.isAfter(other);
	}

}
