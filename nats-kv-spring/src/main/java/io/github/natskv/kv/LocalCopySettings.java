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

package io.github.natskv.kv;

import java.time.Duration;
import java.util.List;

import org.springframework.util.Assert;

/**
 * The options of the local copy of a bucket.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @param keys filters of the keys that are copied
 * @param maxEntries how many entries are held at most
 * @param maxStaleness for how long the copy may be out of touch and still be read
 * @param whenStale what a read after that does
 * @param snapshotTimeout how long a read waits for the first snapshot
 * @since 0.1.0
 */
public record LocalCopySettings(List<String> keys, long maxEntries, Duration maxStaleness, WhenStale whenStale,
		Duration snapshotTimeout) {

	/**
	 * The default time that a read waits for the first snapshot.
	 */
	public static final Duration DEFAULT_SNAPSHOT_TIMEOUT = Duration.ofSeconds(10);

	public LocalCopySettings {
		Assert.notEmpty(keys, "'keys' must not be empty");
		Assert.isTrue(maxEntries > 0, "'maxEntries' must be positive");
		Assert.isTrue(maxStaleness.compareTo(Duration.ZERO) > 0, "'maxStaleness' must be positive");
		keys = List.copyOf(keys);
	}

	/**
	 * Return the options of a copy of all keys.
	 * @return the defaults
	 */
	public static LocalCopySettings ofAll() {
		return new LocalCopySettings(List.of(">"), Long.MAX_VALUE, Duration.ofSeconds(30), WhenStale.FAIL,
				DEFAULT_SNAPSHOT_TIMEOUT);
	}

	/**
	 * Return these options with another timeout.
	 * @param timeout how long a read waits for the first snapshot
	 * @return the options
	 */
	public LocalCopySettings withSnapshotTimeout(Duration timeout) {
		return new LocalCopySettings(this.keys, this.maxEntries, this.maxStaleness, this.whenStale, timeout);
	}

	/**
	 * Options for reads of a copy that was out of touch for too long.
	 */
	public enum WhenStale {

		/** Throw a {@link StaleReadException}. */
		FAIL,

		/** Answer from memory all the same. */
		SERVE

	}

}
