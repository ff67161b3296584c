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

package io.github.natskv.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A server with buckets of locks, and two connections as those of two nodes.
 */
public final class LockServer implements AutoCloseable {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private final NatsServer server = NatsServer.start();

	private final Connection connection = this.server.connect();

	private final Connection otherConnection = this.server.connect();

	private final List<AutoCloseable> opened = new ArrayList<>();

	private @Nullable String bucket;

	public NatsServer server() {
		return this.server;
	}

	public Connection connection() {
		return this.connection;
	}

	public Connection otherConnection() {
		return this.otherConnection;
	}

	public boolean hasTimesToLive() {
		return this.connection.getServerInfo().isSameOrNewerThanVersion("2.11.0");
	}

	public void assumeTimesToLive() {
		assumeTrue(hasTimesToLive());
	}

	/** A bucket, until {@link #closeAll()}. */
	public String bucket() {
		String name = this.bucket;
		if (name == null) {
			name = "l" + UUID.randomUUID();
			createBucket(name);
			this.bucket = name;
		}
		return name;
	}

	/** Make a bucket, which on servers before 2.11 cannot hold locks. */
	public void createBucket(String name) {
		KeyValueConfiguration.Builder bucket = KeyValueConfiguration.builder(name).storageType(StorageType.File);
		Buckets.create(this.connection,
				(hasTimesToLive() ? bucket.limitMarker(Duration.ofSeconds(1)) : bucket).build());
	}

	/** The locks of one node, in that bucket. */
	public DefaultBucketLocks locks() {
		return locks(this.connection, bucket(), LEASE);
	}

	/** The locks of the other node, in that bucket. */
	public DefaultBucketLocks otherLocks() {
		return locks(this.otherConnection, bucket(), LEASE);
	}

	public DefaultBucketLocks locks(Connection connection, String bucket, Duration lease) {
		DefaultKeyValueBuckets buckets = Buckets.access(connection);
		DefaultBucketLocks locks = new DefaultBucketLocks(buckets, bucket, lease);
		closeLater(buckets);
		closeLater(locks);
		return locks;
	}

	/** Close something before those opened earlier. */
	public void closeLater(AutoCloseable closeable) {
		this.opened.add(closeable);
	}

	/** Close what was opened. */
	public void closeAll() throws Exception {
		Collections.reverse(this.opened);
		for (AutoCloseable closeable : this.opened) {
			closeable.close();
		}
		this.opened.clear();
		this.bucket = null;
	}

	@Override
	public void close() throws Exception {
		closeAll();
		this.connection.close();
		this.otherConnection.close();
		this.server.close();
	}

}
