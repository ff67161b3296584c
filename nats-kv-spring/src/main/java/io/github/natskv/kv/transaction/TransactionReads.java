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

package io.github.natskv.kv.transaction;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.jetstream.Backoff;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.local.CopiedStore;
import io.github.natskv.kv.local.CopyReads;
import io.github.natskv.kv.local.CopyReads.CopyRead;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.MessageInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * The keys a transaction has read, each once, from the copy in memory or the leader.
 * Together they are what the bucket had at one revision, so that a function never sees
 * half of what another transaction wrote, even if it would not be committed anyway.
 * <p>
 * A key whose last revision is not later than that one is as it was then. With a later
 * one, or where nothing tells since when there is none, all keys are looked at again,
 * together; if one has changed since it was read, the transaction starts over.
 */
final class TransactionReads {

	/** The number of further looks where a replica does not have yet what was read. */
	private static final int ATTEMPTS = 20;

	private final BucketStore store;

	private final @Nullable CopyReads copy;

	private final Map<String, @Nullable MessageInfo> messages = new LinkedHashMap<>();

	/** All keys were as they were read at this revision, or later. */
	private long revision;

	private boolean stale;

	private boolean copied;

	private boolean asked;

	/**
	 * Create reads.
	 * @param store the bucket
	 * @param first whether the copy in memory will do, where there is one
	 */
	TransactionReads(BucketStore store, boolean first) {
		this.store = store;
		this.copy = (first && store instanceof CopiedStore local) ? local.reads() : null;
	}

	/**
	 * Return the last message of a key.
	 * @param key the key on the server
	 * @return the message, deletion markers included, or {@code null}
	 * @throws RevisionConflictException if what was read before has changed
	 */
	@Nullable MessageInfo read(String key) {
		requireCurrent();
		if (!this.messages.containsKey(key) && !readCopy(key)) {
			readLeader(key);
		}
		return this.messages.get(key);
	}

	private boolean readCopy(String key) {
		CopyRead read = (this.copy != null) ? this.copy.read(key, this.messages, this.revision) : null;
		if (read == null) {
			return false;
		}
		this.messages.put(key, read.message());
		this.revision = read.revision();
		this.copied = true;
		return true;
	}

	private void readLeader(String key) {
		MessageInfo message = this.store.lastFromLeader(key);
		this.messages.put(key, message);
		this.asked = true;
		long read = revision(message);
		if (this.messages.size() > 1 && (message == null || read > this.revision)) {
			requireUnchanged();
		}
		this.revision = Math.max(read, this.revision);
	}

	/**
	 * Whether the copy in memory was behind with something that was read.
	 * @return whether it was, {@code false} if that cannot be found out
	 */
	boolean isOutdated() {
		if (!this.copied) {
			return false;
		}
		try {
			requireUnchanged();
			return false;
		}
		catch (RevisionConflictException ex) {
			return true;
		}
		catch (DataAccessException ex) {
			return false;
		}
	}

	/** Require that what leaders have said was so at one moment. */
	void requireConfirmed() {
		// a leader that does not know yet that it is none may have answered
		if (this.asked && this.messages.size() > 1) {
			requireUnchanged();
		}
	}

	/**
	 * Whether something that was read has changed. What the function did is to be
	 * forgotten then.
	 * @return whether it has
	 */
	boolean isStale() {
		return this.stale;
	}

	void requireCurrent() {
		if (this.stale) {
			throw new RevisionConflictException(
					"A transaction in bucket '%s' is to start over, because others have changed what it has read"
						.formatted(this.store.bucket()),
					null);
		}
	}

	/**
	 * Require that all keys are as they were read, at one moment.
	 * @throws RevisionConflictException if they are not
	 */
	void requireUnchanged() {
		for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
			Map<String, Long> current = current();
			if (this.messages.keySet().stream().allMatch((key) -> at(key, current) == revision(key))) {
				return;
			}
			if (this.messages.keySet().stream().anyMatch((key) -> at(key, current) > revision(key))) {
				break;
			}
			Backoff.sleep(attempt);
		}
		this.stale = true;
		requireCurrent();
	}

	// one after the other they are at least as late as the last read
	private Map<String, Long> current() {
		Map<String, Long> current = new HashMap<>();
		Collection<KeyValueEntry> together = this.store.together(this.messages.keySet());
		if (together == null) {
			this.messages.keySet().forEach((key) -> current.put(key, revision(this.store.lastFromLeader(key))));
			return current;
		}
		together.forEach((entry) -> current.put(entry.getKey(), entry.getRevision()));
		return current;
	}

	private static long at(String key, Map<String, Long> revisions) {
		return revisions.getOrDefault(key, 0L);
	}

	@Nullable Long expected(String key) {
		return this.messages.containsKey(key) ? revision(key) : null;
	}

	/**
	 * Return the keys that were read but are not written, with their revisions.
	 * @param written the keys that are written
	 * @return the revisions by key
	 */
	Map<String, Long> guards(Collection<String> written) {
		Map<String, Long> guards = new LinkedHashMap<>();
		this.messages.keySet()
			.stream()
			.filter((key) -> !written.contains(key))
			.forEach((key) -> guards.put(key, revision(key)));
		return guards;
	}

	/**
	 * Return the keys that have another revision than was read.
	 * @return the keys, or all if they are as they were or cannot be read
	 */
	List<String> changed() {
		List<String> all = List.copyOf(this.messages.keySet());
		try {
			Map<String, Long> current = current();
			List<String> changed = all.stream().filter((key) -> at(key, current) != revision(key)).toList();
			return changed.isEmpty() ? all : changed;
		}
		catch (DataAccessException ex) {
			return all;
		}
	}

	private long revision(String key) {
		return revision(this.messages.get(key));
	}

	private static long revision(@Nullable MessageInfo message) {
		return (message != null) ? message.getSeq() : 0;
	}

}
