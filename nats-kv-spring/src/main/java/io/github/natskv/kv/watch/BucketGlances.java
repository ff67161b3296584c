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

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natskv.kv.jetstream.WatchApi;
import io.nats.client.api.StreamInfo;

/**
 * Shares the status of buckets of one connection between all the watches of a bucket that
 * want to know at about the same time, and heartbeats.
 */
final class BucketGlances {

	private final Map<String, Glance> last = new ConcurrentHashMap<>();

	private final Map<String, Map<String, BucketPulse>> pulses = new ConcurrentHashMap<>();

	/**
	 * Return how a bucket was a moment ago, and ask if nobody did.
	 * @param bucket the server's name of the bucket
	 * @param maxAge how long ago it may have been asked for
	 * @return the answer
	 * @throws IOException if there is no connection
	 */
	CompletableFuture<StreamInfo> glance(String bucket, WatchApi api, Duration maxAge) throws IOException {
		Glance shared = this.last.get(bucket);
		if (shared != null && shared.age() < maxAge.toNanos()) {
			return shared.answer();
		}
		Glance asked = new Glance(System.nanoTime(), api.glance());
		this.last.put(bucket, asked);
		return asked.answer();
	}

	/**
	 * Return what the watches share whose consumers are on the same server.
	 * @param bucket the server's name of the bucket
	 * @param server the name of the server, empty if it is not in a cluster
	 * @return what they share
	 */
	BucketPulse pulse(String bucket, String server) {
		return this.pulses.computeIfAbsent(bucket, (name) -> new ConcurrentHashMap<>())
			.computeIfAbsent(server, (name) -> new BucketPulse());
	}

	/**
	 * Forget the bucket nobody watches any more.
	 * @param bucket the server's name of the bucket
	 */
	void forget(String bucket) {
		this.last.remove(bucket);
		this.pulses.remove(bucket);
	}

	private record Glance(long asked, CompletableFuture<StreamInfo> answer) {

		long age() {
			return System.nanoTime() - this.asked;
		}

	}

}
