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

import java.util.List;

import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.kv.jetstream.WatchEntry;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOff;

/**
 * The handler of a {@link RestartableWatch}, called with one change at a time, in the
 * watch's own thread.
 *
 * @param <V> the type of the values
 * @since 0.1.0
 */
@FunctionalInterface
public interface BucketWatchHandler<V> {

	/**
	 * Return whose handler this is.
	 * @return the id of the listener, {@code null} if it is not that of a listener
	 */
	default @Nullable String listenerId() {
		return null;
	}

	/**
	 * Handle a change. When this fails the change is offered again, with the
	 * {@linkplain #backOff pauses} given, unless the failure is a
	 * {@link ValueDecodingException} or said not to be {@linkplain #isRetryable
	 * retryable}.
	 * @throws Exception if that failed
	 */
	void handle(BucketChange<V> change) throws Exception;

	/**
	 * Whether changes that were written together are wanted together.
	 * @return {@code true} for {@link #handle(List)} to be given them so
	 */
	default boolean isForTransactions() {
		return false;
	}

	/**
	 * Handle changes that were written together, or a single one. Fails like
	 * {@link #handle(BucketChange)}.
	 * @param changes the changes
	 * @throws Exception if that failed
	 */
	default void handle(List<BucketChange<V>> changes) throws Exception {
		for (BucketChange<V> change : changes) {
			handle(change);
		}
	}

	/**
	 * Whether a change is not handled yet because nobody wants it yet.
	 * @return {@code true} if the watch is not stuck, however long that takes
	 */
	default boolean isWaiting() {
		return false;
	}

	/**
	 * Whether it makes sense to offer a change again.
	 * @param failure what {@link #handle} threw
	 * @return {@code false} for a failure that will not go away
	 */
	default boolean isRetryable(Throwable failure) {
		return true;
	}

	/**
	 * Return the pauses between attempts.
	 * @return the pauses, {@code null} for three with growing length
	 */
	default @Nullable BackOff backOff() {
		return null;
	}

	/**
	 * Told of a change that could not be handled; logs it by default. The watch goes on
	 * with the next one.
	 * @param failure what {@link #handle} threw last
	 */
	default void failed(BucketChange<V> change, Throwable failure) {
		LogFactory.getLog(BucketWatchHandler.class)
			.error("Watch of bucket '%s' could not handle revision %d of key '%s', which is passed over"
				.formatted(change.bucket(), change.revision(), change.key()), failure);
	}

	/**
	 * Told of changes that could not be handled together.
	 * @param changes the changes
	 * @param failure what {@link #handle} threw last
	 */
	default void failed(List<BucketChange<V>> changes, Throwable failure) {
		changes.forEach((change) -> failed(change, failure));
	}

	/**
	 * Everything the bucket had has been handled: the initial values, or what happened
	 * while the watch was stopped or out of touch.
	 */
	default void caughtUp() {
	}

	/**
	 * The bucket was cleared.
	 * @param revision the revision of the marker; all keys of earlier ones are gone
	 */
	default void cleared(long revision) {
	}

	/**
	 * Told of a change of a key that is not shown, and is not handled.
	 * @param entry the change
	 */
	default void passedOver(WatchEntry entry) {
	}

	/** The bucket was recreated, so that revisions begin anew. */
	default void recreated() {
	}

	/** The watch lost touch with its bucket and tries to get back. */
	default void recovering(Throwable cause) {
	}

	/**
	 * The watch is back in touch, and has caught up.
	 * @param recoveries how often it was so far
	 */
	default void recovered(int recoveries) {
	}

}
