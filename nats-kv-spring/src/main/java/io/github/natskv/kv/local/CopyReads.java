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

import java.util.Map;

import io.nats.client.api.MessageInfo;
import org.jspecify.annotations.Nullable;

/**
 * Reads a copy so that all keys are as the bucket had them at one revision.
 */
public final class CopyReads {

	private final BucketCopy copy;

	/** That of the copy when it was read last. */
	private long state = CopyPosition.NONE;

	CopyReads(BucketCopy copy) {
		this.copy = copy;
	}

	/**
	 * Read a key as it was at a revision at which those read before were as they were
	 * read.
	 * @param key the key on the server
	 * @param before those read before
	 * @param least the least revision that helps
	 * @return what the copy has, {@code null} if only the server knows
	 */
	public @Nullable CopyRead read(String key, Map<String, @Nullable MessageInfo> before, long least) {
		CopyRead read = tryRead(key, before, least);
		if (read != null) {
			this.copy.hit();
		}
		else {
			this.copy.miss();
		}
		return read;
	}

	private @Nullable CopyRead tryRead(String key, Map<String, @Nullable MessageInfo> before, long least) {
		CopyPosition position = this.copy.position();
		long state = this.copy.exactState();
		long revision = position.revision();
		LocalEntry entry = this.copy.held(key);
		boolean certain = state != CopyPosition.NONE && revision >= least && isCertain(key, entry)
				&& (state == this.state || isUnchanged(before));
		if (!certain || position.state() != state) {
			return null;
		}
		this.state = state;
		return new CopyRead(entry, revision);
	}

	// own writes that the watch has not delivered yet are ahead of the rest of the copy
	private boolean isCertain(String key, @Nullable LocalEntry entry) {
		return (entry != null) ? !entry.isAhead() && entry.expiry() == Long.MAX_VALUE : !this.copy.isLeftOut(key);
	}

	private boolean isUnchanged(Map<String, @Nullable MessageInfo> before) {
		for (Map.Entry<String, @Nullable MessageInfo> read : before.entrySet()) {
			LocalEntry entry = this.copy.held(read.getKey());
			if (!isCertain(read.getKey(), entry) || revision(entry) != revision(read.getValue())) {
				return false;
			}
		}
		return true;
	}

	private static long revision(@Nullable MessageInfo message) {
		return (message != null) ? message.getSeq() : 0;
	}

	/**
	 * A key as a copy has it.
	 *
	 * @param message the last message, {@code null} if there is none
	 * @param revision the revision at which all that was read was as it was read
	 */
	public record CopyRead(@Nullable MessageInfo message, long revision) {

	}

}
