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

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

import io.github.natskv.core.Subjects;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.jetstream.BulkWrite;
import io.github.natskv.kv.jetstream.EntryCursor;
import io.github.natskv.kv.jetstream.WriteBatch;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A bucket whose last values are read from a copy in memory. Writes go to the bucket, and
 * are in the copy when they return.
 */
public final class CopiedStore implements BucketStore {

	private final BucketStore store;

	private final BucketCopy copy;

	private final boolean local;

	private CopiedStore(BucketCopy copy, boolean local) {
		this.store = copy.store();
		this.copy = copy;
		this.local = local;
	}

	/**
	 * Return the bucket read from its copy.
	 * @param copy the copy
	 */
	public static CopiedStore of(BucketCopy copy) {
		return new CopiedStore(copy, true);
	}

	/** Return the bucket read from the server; the copy learns of what is written. */
	public CopiedStore remote() {
		return new CopiedStore(this.copy, false);
	}

	/** Return the copy. */
	public BucketCopy copy() {
		return this.copy;
	}

	/**
	 * Return reads of the copy that are what the bucket had at one revision.
	 * @return the reads, {@code null} if it does not have all keys or is not to be read
	 */
	public @Nullable CopyReads reads() {
		return (this.local && this.copy.coversFilter(">")) ? new CopyReads(this.copy) : null;
	}

	// the entry, or where only the server knows, null
	private @Nullable LocalEntry known(String key) {
		LocalEntry entry = this.copy.held(key);
		return (entry != null && !LocalEntries.isDoubtful(entry)) ? entry : null;
	}

	private boolean isAbsent(String key) {
		return !this.copy.isLeftOut(key) && this.copy.held(key) == null;
	}

	private boolean isLocal(String key) {
		return this.local && this.copy.covers(key) && this.copy.isReadable();
	}

	@Override
	public @Nullable MessageInfo last(String key) {
		if (isLocal(key)) {
			LocalEntry entry = known(key);
			if (entry != null || isAbsent(key)) {
				this.copy.hit();
				return entry;
			}
		}
		MessageInfo last = this.store.last(key);
		if (this.local) {
			this.copy.miss();
			this.copy.asked(key, last);
		}
		return last;
	}

	@Override
	public @Nullable MessageInfo lastFromLeader(String key) {
		return this.store.lastFromLeader(key);
	}

	@Override
	public @Nullable MessageInfo lastKnown(String key) {
		return this.local ? last(key) : this.store.lastKnown(key);
	}

	// does not wait for the first snapshot
	@Override
	public CompletableFuture<@Nullable MessageInfo> lastAsync(String key) {
		return (this.local && this.copy.isFilled()) ? BucketStore.super.lastAsync(key) : this.store.lastAsync(key);
	}

	@Override
	public Map<String, MessageInfo> last(Collection<String> keys) {
		Map<String, MessageInfo> found = new LinkedHashMap<>();
		List<String> unknown = new ArrayList<>();
		for (String key : keys) {
			LocalEntry entry = isLocal(key) ? known(key) : null;
			if (entry != null) {
				this.copy.hit();
				found.put(key, entry);
			}
			else if (!isLocal(key) || !isAbsent(key)) {
				unknown.add(key);
			}
		}
		if (!unknown.isEmpty()) {
			this.copy.miss();
			found.putAll(this.store.last(unknown));
		}
		return found;
	}

	private boolean isComplete(String filter) {
		return this.local && this.copy.coversFilter(filter) && this.copy.isReadable() && this.copy.isComplete();
	}

	private List<LocalEntry> matching(String filter) {
		List<LocalEntry> entries = new ArrayList<>();
		for (Map.Entry<String, LocalEntry> entry : this.copy.entries().all()) {
			String key = entry.getKey();
			if (filter.equals(">") || Subjects.matches(filter, key)) {
				LocalEntry held = this.copy.held(key);
				MessageInfo read = (held != null && LocalEntries.isDoubtful(held)) ? this.store.last(key) : held;
				if (read instanceof LocalEntry same) {
					entries.add(same);
				}
				else if (read != null) {
					byte[] data = read.getData();
					entries.add(new LocalEntry(this.copy.prefix(), key, read.getSeq(), data, read.getHeaders(),
							read.getTime().toInstant(), Long.MAX_VALUE, 0));
				}
			}
		}
		return entries;
	}

	@Override
	public Collection<KeyValueEntry> scan(String filter, boolean headersOnly) {
		return isComplete(filter) ? matching(filter).stream().map(KeyValueEntry::new).toList()
				: this.store.scan(filter, headersOnly);
	}

	@Override
	public Set<String> keys(String filter) {
		if (!isComplete(filter)) {
			return this.store.keys(filter);
		}
		Set<String> keys = new LinkedHashSet<>();
		for (LocalEntry entry : matching(filter)) {
			if (entry.isPut()) {
				keys.add(entry.key());
			}
		}
		return keys;
	}

	@Override
	public EntryCursor read(String filter) {
		return this.store.read(filter);
	}

	@Override
	public EntryCursor readAfter(String filter, long revision) {
		return this.store.readAfter(filter, revision);
	}

	@Override
	public long write(String key, @Nullable Headers headers, byte @Nullable [] value) {
		long before = this.copy.entries().delivered();
		long revision = this.store.write(key, headers, value);
		acknowledged(key, headers, value, revision, before);
		return revision;
	}

	private void acknowledged(String key, @Nullable Headers headers, byte @Nullable [] value, long revision,
			long before) {
		if (isRollupOfAll(headers)) {
			this.copy.clearedHere(revision);
		}
		else {
			this.copy.acknowledged(key, headers, value, revision, before);
		}
	}

	private static boolean isRollupOfAll(@Nullable Headers headers) {
		return headers != null && "all".equals(headers.getFirst("Nats-Rollup"));
	}

	@Override
	public CompletableFuture<Long> writeAsync(String key, @Nullable Headers headers, byte @Nullable [] value) {
		long before = this.copy.entries().delivered();
		return this.store.writeAsync(key, headers, value).thenApply((revision) -> {
			acknowledged(key, headers, value, revision, before);
			return revision;
		});
	}

	@Override
	public void writeAll(Iterator<? extends BulkWrite> writes) {
		this.store.writeAll(new Iterator<BulkWrite>() {

			@Override
			public boolean hasNext() {
				return writes.hasNext();
			}

			@Override
			public BulkWrite next() {
				return new NotedWrite(writes.next(), CopiedStore.this.copy.entries().delivered());
			}

		});
	}

	@Override
	public long writeTogether(WriteBatch batch) {
		long before = this.copy.entries().delivered();
		long last = this.store.writeTogether(batch);
		long revision = last - batch.writes().size();
		for (WriteBatch.Write write : batch.writes()) {
			acknowledged(write.key(), write.headers(), write.value(), ++revision, before);
		}
		return last;
	}

	@Override
	public String bucket() {
		return this.store.bucket();
	}

	@Override
	public boolean isSameAs(BucketStore other) {
		return this.store.isSameAs(other);
	}

	@Override
	public StreamInfo info() {
		return this.store.info();
	}

	@Override
	public @Nullable MessageInfo revision(long revision) {
		return this.store.revision(revision);
	}

	@Override
	public Collection<KeyValueEntry> snapshot(Collection<String> filters) {
		return this.store.snapshot(filters);
	}

	@Override
	public @Nullable Collection<KeyValueEntry> together(Collection<String> keys) {
		return this.store.together(keys);
	}

	@Override
	public List<KeyValueEntry> history(String key) {
		return this.store.history(key);
	}

	@Override
	public long removeUpTo(String key, long revision) {
		return this.store.removeUpTo(key, revision);
	}

	@Override
	public void removeAll(Map<String, Long> revisions, BiConsumer<String, Long> removed,
			BiConsumer<String, RuntimeException> failed) {
		this.store.removeAll(revisions, removed, failed);
	}

	@Override
	public void requireWritable() {
		this.store.requireWritable();
	}

	@Override
	public void requireClearable() {
		this.store.requireClearable();
	}

	@Override
	public void requireMessageTtl(String feature) {
		this.store.requireMessageTtl(feature);
	}

	@Override
	public void requireTransactions(String feature) {
		this.store.requireTransactions(feature);
	}

	@Override
	public Instant now() {
		return this.store.now();
	}

	/** Tells the copy of a write, too. */
	private final class NotedWrite implements BulkWrite {

		private final BulkWrite write;

		private final long before;

		NotedWrite(BulkWrite write, long before) {
			this.write = write;
			this.before = before;
		}

		@Override
		public String key() {
			return this.write.key();
		}

		@Override
		public @Nullable Headers headers() {
			return this.write.headers();
		}

		@Override
		public byte @Nullable [] value() {
			return this.write.value();
		}

		@Override
		public void written(long revision) {
			acknowledged(key(), headers(), value(), revision, this.before);
			this.write.written(revision);
		}

		@Override
		public void failed(RuntimeException failure) {
			this.write.failed(failure);
		}

	}

}
