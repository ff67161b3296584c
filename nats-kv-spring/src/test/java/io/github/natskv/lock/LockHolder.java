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

import io.github.natskv.kv.support.Buckets;
import io.nats.client.Connection;
import io.nats.client.Nats;

/**
 * A process that holds a lock until it is killed.
 */
public final class LockHolder {

	private LockHolder() {
	}

	/** {@code server bucket lease lock}. */
	public static void main(String[] arguments) throws Exception {
		Connection connection = Nats.connect(arguments[0]);
		DefaultBucketLocks locks = new DefaultBucketLocks(Buckets.access(connection), arguments[1],
				Duration.parse(arguments[2]));
		BucketLease lease = locks.acquire(arguments[3], Duration.ofSeconds(10));
		System.out.println("held " + lease.fencingToken());
		System.in.read();
		Runtime.getRuntime().halt(0);
	}

}
