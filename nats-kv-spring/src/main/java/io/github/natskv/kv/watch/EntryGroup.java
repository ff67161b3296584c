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

import java.util.ArrayList;
import java.util.List;

import io.github.natskv.kv.jetstream.BatchPosition;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a batch that was written together, as long as more of them may come. They
 * have consecutive revisions; some may be missing, because they do not match the filters
 * of the watch or were overwritten before it read them.
 */
public final class EntryGroup {

	private final List<Member> members = new ArrayList<>();

	private @Nullable BatchPosition batch;

	private long began;

	public boolean isOpen() {
		return this.batch != null;
	}

	/**
	 * Whether headers are those of a message of the batch.
	 * @param headers the headers
	 * @param revision the revision
	 * @return whether they are
	 */
	boolean has(@Nullable Headers headers, long revision) {
		return this.batch != null && this.batch.equals(BatchPosition.of(headers, revision));
	}

	public boolean has(WatchEntry entry) {
		return has(headers(entry), entry.revision());
	}

	/**
	 * Add an entry, unless it is no part of a batch.
	 * @param entry the entry, of the batch that is open if one is
	 * @param use what to do with it
	 * @return whether it was added
	 */
	public boolean add(WatchEntry entry, Use use) {
		BatchPosition of = BatchPosition.of(headers(entry), entry.revision());
		if (of == null) {
			return false;
		}
		if (this.batch == null) {
			this.batch = of;
			this.began = System.nanoTime();
		}
		this.members.add(new Member(entry, use));
		return true;
	}

	/**
	 * Whether the last entry is the end of its batch.
	 * @return {@code true} if it is
	 */
	public boolean isComplete() {
		return isOpen() && BatchPosition.isEnd(headers(last()));
	}

	private WatchEntry last() {
		return this.members.get(this.members.size() - 1).entry();
	}

	long lastRevision() {
		return last().revision();
	}

	long age() {
		return System.nanoTime() - this.began;
	}

	/**
	 * Return the entries that are to be delivered.
	 * @return the entries, by ascending revision
	 */
	public List<WatchEntry> delivered() {
		return this.members.stream().filter((member) -> member.use() == Use.DELIVER).map(Member::entry).toList();
	}

	/**
	 * Return all members.
	 * @return the members, by ascending revision
	 */
	public List<Member> members() {
		return List.copyOf(this.members);
	}

	public void clear() {
		this.members.clear();
		this.batch = null;
	}

	private static @Nullable Headers headers(WatchEntry entry) {
		return (entry.message() != null) ? entry.message().getHeaders() : null;
	}

	/**
	 * An entry of the batch.
	 *
	 * @param entry the entry
	 * @param use what to do with it
	 */
	public record Member(WatchEntry entry, Use use) {

	}

	/**
	 * The ways to treat an entry.
	 */
	public enum Use {

		/** To be delivered. */
		DELIVER,

		/** Of no interest, but it counts as handled. */
		LEAVE_OUT,

		/** Known already, or not watched. */
		SKIP

	}

}
