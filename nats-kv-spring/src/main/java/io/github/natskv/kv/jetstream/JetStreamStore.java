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

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

import io.github.natskv.jetstream.AsyncRequests;
import io.github.natskv.jetstream.JetStreamLevel;
import io.github.natskv.kv.BucketOptionRequiredException;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * A bucket in a stream of JetStream.
 */
public final class JetStreamStore implements BucketStore {

	private static final String TTL_SINCE = "2.11.0";

	/** Before, a server mixed up guards of keys of the same length. */
	private static final String[] BATCHES_SINCE = { "2.12.15", "2.14.5" };

	static final String TRANSACTIONS_SINCE = BATCHES_SINCE[0];

	private static final String CLEAR_SINCE = "2.10.0";

	private final BucketStream stream;

	private final BucketReads reads;

	private final StreamWrites writes;

	private final AsyncRequests requests;

	/**
	 * Create a store.
	 * @param requests the requests of its connection that nobody waits for
	 */
	public JetStreamStore(BucketStream stream, AsyncRequests requests) {
		this.stream = stream;
		this.reads = new BucketReads(stream);
		this.writes = new StreamWrites(stream);
		this.requests = requests;
	}

	@Override
	public String bucket() {
		return this.stream.bucket();
	}

	@Override
	public boolean isSameAs(BucketStore other) {
		return other instanceof JetStreamStore same && same.bucket().equals(bucket())
				&& same.stream.api().connection() == this.stream.api().connection()
				&& same.stream.api().prefix().equals(this.stream.api().prefix());
	}

	@Override
	public StreamInfo info() {
		return this.stream.info();
	}

	@Override
	public @Nullable MessageInfo last(String key) {
		return this.reads.last(key);
	}

	@Override
	public @Nullable MessageInfo lastFromLeader(String key) {
		return this.reads.lastFromLeader(key);
	}

	@Override
	public CompletableFuture<@Nullable MessageInfo> lastAsync(String key) {
		return this.requests.call(() -> this.reads.begin(key), BucketStream.Begun::reply,
				(begun) -> this.reads.answered(begun, Duration.ZERO, key));
	}

	@Override
	public Map<String, MessageInfo> last(Collection<String> keys) {
		return new BulkReader(this.stream, this.reads, this.requests).read(keys);
	}

	@Override
	public @Nullable MessageInfo revision(long revision) {
		return this.reads.revision(revision);
	}

	@Override
	public Collection<KeyValueEntry> scan(String filter, boolean headersOnly) {
		return BucketScan.last(this.stream, filter, headersOnly);
	}

	@Override
	public EntryCursor read(String filter) {
		return new BucketCursor(this.stream, filter);
	}

	@Override
	public EntryCursor readAfter(String filter, long revision) {
		return new BucketCursor(this.stream, filter, revision);
	}

	@Override
	public Set<String> keys(String filter) {
		return BucketScan.keys(this.stream, filter);
	}

	@Override
	public Collection<KeyValueEntry> snapshot(Collection<String> filters) {
		return new BucketSnapshot(this.stream, this.reads).read(filters);
	}

	@Override
	public @Nullable Collection<KeyValueEntry> together(Collection<String> keys) {
		return new BucketSnapshot(this.stream, this.reads).together(keys);
	}

	@Override
	public List<KeyValueEntry> history(String key) {
		List<KeyValueEntry> entries = new ArrayList<>();
		for (KeyValueEntry entry : BucketScan.all(this.stream, key)) {
			if (entry.getOperation() == KeyValueOperation.PURGE) {
				entries.clear();
			}
			entries.add(entry);
		}
		long kept = this.stream.layout().history();
		int surplus = (kept > 0) ? (int) Math.max(0, entries.size() - kept) : 0;
		return entries.subList(surplus, entries.size());
	}

	@Override
	public long write(String key, @Nullable Headers headers, byte @Nullable [] value) {
		return this.writes.publish(key, headers, value);
	}

	@Override
	public long writeTogether(WriteBatch batch) {
		return this.writes.publishTogether(batch);
	}

	@Override
	public CompletableFuture<Long> writeAsync(String key, @Nullable Headers headers, byte @Nullable [] value) {
		return this.requests.call(() -> this.writes.beginPublish(key, headers, value), BucketStream.Begun::reply,
				(begun) -> this.writes.published(begun, Duration.ZERO, key, headers, value));
	}

	@Override
	public void writeAll(Iterator<? extends BulkWrite> writes) {
		BulkWriter.of(this.stream, this.requests).write(writes);
	}

	@Override
	public long removeUpTo(String key, long revision) {
		return this.writes.removeUpTo(key, revision);
	}

	@Override
	public void removeAll(Map<String, Long> revisions, BiConsumer<String, Long> removed,
			BiConsumer<String, RuntimeException> failed) {
		BulkWriter.removing(this.stream, this.requests)
			.write(revisions.entrySet()
				.stream()
				.map((entry) -> new BulkWriter.Removal(entry.getKey(), entry.getValue(), removed, failed))
				.iterator());
	}

	@Override
	public void requireConnected() {
		this.stream.api().requireConnected();
	}

	@Override
	public void requireWritable() {
		this.stream.requireWritable();
	}

	// before, a stream goes on to list the keys that were rolled up, so that watches do
	// not
	// miss them
	@Override
	public void requireClearable() {
		this.stream.api().requireConnected();
		JetStreamLevel level = JetStreamLevel.of(this.stream.api().connection(), this.stream.api().prefix());
		if (!level.has(CLEAR_SINCE)) {
			throw new UnsupportedServerFeatureException("Clearing a bucket", CLEAR_SINCE, level.toString());
		}
		this.stream.requireClearable();
	}

	@Override
	public void requireMessageTtl(String feature) {
		this.stream.api().requireConnected();
		this.stream.requireWritable();
		JetStreamLevel level = JetStreamLevel.of(this.stream.api().connection(), this.stream.api().prefix());
		if (!level.has(TTL_SINCE)) {
			throw new UnsupportedServerFeatureException(feature, TTL_SINCE, level.toString());
		}
		if (!this.stream.layout().messageTtl() && !this.stream.refreshLayout().messageTtl()) {
			throw new BucketOptionRequiredException(feature, this.stream.bucket(), "limit-marker-ttl", TTL_SINCE,
					level.toString());
		}
	}

	@Override
	public void requireTransactions(String feature) {
		this.stream.api().requireConnected();
		BucketLayout layout = this.stream.requireWritable();
		JetStreamLevel level = JetStreamLevel.of(this.stream.api().connection(), this.stream.api().prefix());
		if (layout.mirror() || !layout.batches() || level.missing(layout.version(), BATCHES_SINCE) != null) {
			// of an earlier leader, or before the option was set
			layout = this.stream.refreshLayout();
		}
		String version = level.missing(layout.version(), BATCHES_SINCE);
		if (version != null) {
			throw new UnsupportedServerFeatureException(feature, version,
					(layout.version() != null) ? layout.version() : level.toString());
		}
		if (layout.mirror()) {
			throw new InvalidDataAccessResourceUsageException(
					"%s is not possible in bucket '%s', because that is a mirror of '%s'. Nothing was sent: use the origin"
						.formatted(feature, this.stream.bucket(), NatsKeyValueUtil.trimPrefix(layout.origin())));
		}
		if (!layout.batches()) {
			throw new BucketOptionRequiredException(feature, this.stream.bucket(), "transactions", TRANSACTIONS_SINCE,
					level.toString());
		}
	}

	@Override
	public Instant now() {
		return Instant.now();
	}

}
