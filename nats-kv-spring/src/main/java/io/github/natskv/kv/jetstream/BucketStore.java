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

import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.ReadOnlyBucketException;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * Stores the raw entries of one bucket, in a stream of JetStream or in memory: keys and
 * values are those on the server. Whatever a bucket does is done with these operations.
 */
public interface BucketStore {

	/** Return the name of the bucket. */
	String bucket();

	/**
	 * Whether another store is that of the same bucket, so that keys of both can be
	 * written together.
	 * @param other the other store
	 */
	default boolean isSameAs(BucketStore other) {
		return other == this;
	}

	/**
	 * Look the stream up.
	 * @return its configuration and state
	 */
	StreamInfo info();

	/**
	 * Return the last message of a key, from where the settings of the bucket say.
	 * @return the message, deletion markers included, or {@code null}
	 */
	@Nullable MessageInfo last(String key);

	/**
	 * Return the last message of a key from where writes go to.
	 * @return the message, deletion markers included, or {@code null}
	 */
	@Nullable MessageInfo lastFromLeader(String key);

	/**
	 * Return the last message of a key for a write that names its revision, so that it
	 * may be an outdated one.
	 * @return the message, deletion markers included, or {@code null}
	 */
	default @Nullable MessageInfo lastKnown(String key) {
		return lastFromLeader(key);
	}

	/**
	 * Return the last message of a key, from where the settings of the bucket say,
	 * without waiting for it.
	 * @return completed with the message, deletion markers included, or {@code null}, by
	 * a thread that may be blocked
	 */
	default CompletableFuture<@Nullable MessageInfo> lastAsync(String key) {
		try {
			return CompletableFuture.completedFuture(last(key));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Return the last messages of keys, from where the settings of the bucket say.
	 * @param keys the keys on the server
	 * @return the messages of those that have one, deletion markers included, by key
	 */
	default Map<String, MessageInfo> last(Collection<String> keys) {
		Map<String, MessageInfo> found = new LinkedHashMap<>();
		for (String key : keys) {
			MessageInfo message = last(key);
			if (message != null) {
				found.put(key, message);
			}
		}
		return found;
	}

	/**
	 * Return one message.
	 * @return the message, deletion markers included, or {@code null}
	 */
	@Nullable MessageInfo revision(long revision);

	/**
	 * Return the last message of each key, deletion markers included.
	 * @param filter the keys to read, as they are on the server
	 * @param headersOnly whether the values are not needed
	 * @return all of them, in no particular order
	 */
	Collection<KeyValueEntry> scan(String filter, boolean headersOnly);

	/**
	 * Return the last message of each key, deletion markers included, as of one revision.
	 * @param filters the keys to read, as they are on the server
	 * @return all of them, in no particular order
	 */
	Collection<KeyValueEntry> snapshot(Collection<String> filters);

	/**
	 * Return the last messages of keys, deletion markers included, as of one revision,
	 * where that takes one request. It may be an earlier one than the last.
	 * @param keys the keys on the server
	 * @return the messages of those that have one, {@code null} if that is not possible
	 */
	@Nullable Collection<KeyValueEntry> together(Collection<String> keys);

	/**
	 * Read the last message of each key, deletion markers included, as they are asked
	 * for. Of a key that is written meanwhile, an earlier message may come, too.
	 * @param filter the keys to read, as they are on the server
	 * @return all of them, by ascending revision
	 */
	default EntryCursor read(String filter) {
		return EntryCursor.of(scan(filter, false));
	}

	/**
	 * Read on after a revision, without the values: the last message of each key that was
	 * written after it, deletion markers included, and maybe earlier ones after it, too.
	 * @param filter the keys to read, as they are on the server
	 * @param revision the revision, which the bucket has come to
	 * @return all of them, by ascending revision
	 */
	default EntryCursor readAfter(String filter, long revision) {
		return EntryCursor.of(scan(filter, true).stream().filter((entry) -> entry.getRevision() > revision).toList());
	}

	/**
	 * Return the keys whose last message is a value.
	 * @param filter the keys to list, as they are on the server
	 * @return the keys as they are on the server, in no particular order, the caller's
	 * own
	 */
	default Set<String> keys(String filter) {
		return scan(filter, true).stream()
			.filter((entry) -> entry.getOperation() == KeyValueOperation.PUT)
			.map(KeyValueEntry::getKey)
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	/**
	 * Return the messages of a key, at most as many as the bucket keeps.
	 * @return the messages, by ascending revision
	 */
	List<KeyValueEntry> history(String key);

	/**
	 * Write a revision of a key.
	 * @param headers the operation, the expected revision and the time to live
	 */
	long write(String key, @Nullable Headers headers, byte @Nullable [] value);

	/**
	 * Write revisions of several keys together, or none of them.
	 * @param batch the writes, and keys that must not have changed
	 * @return the revision of the last write; those of the others come right before it
	 */
	long writeTogether(WriteBatch batch);

	/**
	 * Write a revision of a key, without waiting until it is written.
	 * @param headers the operation, the expected revision and the time to live
	 * @return completed with the revision, by a thread that may be blocked
	 */
	default CompletableFuture<Long> writeAsync(String key, @Nullable Headers headers, byte @Nullable [] value) {
		try {
			return CompletableFuture.completedFuture(write(key, headers, value));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Write revisions of many keys. What becomes of one does not matter to others.
	 * @param writes the writes, each of which is told what became of it
	 */
	default void writeAll(Iterator<? extends BulkWrite> writes) {
		writes.forEachRemaining((write) -> {
			try {
				write.written(write(write.key(), write.headers(), write.value()));
			}
			catch (RuntimeException ex) {
				write.failed(ex);
			}
		});
	}

	/**
	 * Remove the messages of a key, or of keys, up to a revision.
	 * @param key the key, or a filter, as on the server
	 * @param revision the last revision to remove, {@link Long#MAX_VALUE} for all
	 */
	long removeUpTo(String key, long revision);

	/**
	 * Remove the messages of many keys up to a revision each. What becomes of one does
	 * not matter to others.
	 * @param revisions the last revision to remove, by key
	 * @param removed told how many messages of a key were removed, in this thread
	 * @param failed told why those of a key were not, or that the outcome is unknown, in
	 * this thread
	 */
	default void removeAll(Map<String, Long> revisions, BiConsumer<String, Long> removed,
			BiConsumer<String, RuntimeException> failed) {
		revisions.forEach((key, revision) -> {
			long count;
			try {
				count = removeUpTo(key, revision);
			}
			catch (RuntimeException ex) {
				failed.accept(key, ex);
				return;
			}
			removed.accept(key, count);
		});
	}

	/**
	 * Refuse to go on without a connection.
	 * @throws KeyValueNotConnectedException if there is none
	 */
	default void requireConnected() {
	}

	/**
	 * Refuse to write to a bucket that only copies others.
	 * @throws ReadOnlyBucketException if it does
	 */
	void requireWritable();

	/**
	 * Refuse to clear a bucket that copies others, or does not allow roll-ups.
	 * @throws InvalidDataAccessResourceUsageException if it is such a bucket
	 */
	void requireClearable();

	/**
	 * Refuse a time to live of a message where there is none.
	 * @param feature what needs it, as the beginning of a sentence
	 * @throws UnsupportedServerFeatureException if the server or the bucket has none
	 */
	void requireMessageTtl(String feature);

	/**
	 * Refuse to write keys together where that cannot be done.
	 * @param feature what needs it, as the beginning of a sentence
	 * @throws UnsupportedServerFeatureException if the server or the bucket cannot
	 * @throws ReadOnlyBucketException if the bucket only copies others
	 */
	void requireTransactions(String feature);

	/** Return the time. */
	Instant now();

}
