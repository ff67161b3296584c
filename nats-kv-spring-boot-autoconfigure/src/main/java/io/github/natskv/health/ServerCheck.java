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

package io.github.natskv.health;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.BucketStatus;
import org.jspecify.annotations.Nullable;

/**
 * The part of a health check that asks the server. One check is under way at a time,
 * which all callers share, and so is its result for a while.
 */
final class ServerCheck implements AutoCloseable {

	private static final Duration SHARED = Duration.ofSeconds(1);

	private final MonitoredConnection monitored;

	private final RoundTrip roundTrip;

	private final Duration timeout;

	private @Nullable CompletableFuture<Result> latest;

	private long startedAt;

	private long reconnects;

	ServerCheck(MonitoredConnection monitored, Duration timeout) {
		this.monitored = monitored;
		this.roundTrip = new RoundTrip(monitored.connection());
		this.timeout = timeout;
	}

	/**
	 * Ask the server, or share the answer to somebody else. Returns at once.
	 * @return the result, after the timeout at the latest
	 */
	synchronized CompletableFuture<Result> check() {
		CompletableFuture<Result> current = this.latest;
		if (current == null || (current.isDone() && isOutdated())) {
			this.startedAt = System.nanoTime();
			this.reconnects = this.monitored.connection().getStatistics().getReconnects();
			current = start();
			this.latest = current;
		}
		return current;
	}

	private boolean isOutdated() {
		return System.nanoTime() - this.startedAt > SHARED.toNanos()
				|| this.reconnects != this.monitored.connection().getStatistics().getReconnects();
	}

	private CompletableFuture<Result> start() {
		BucketMonitor monitor = this.monitored.monitor();
		CompletableFuture<List<BucketStatus>> statuses = (monitor != null) ? monitor.statuses(this.timeout)
				: CompletableFuture.completedFuture(List.of());
		StreamMonitor streams = this.monitored.streams();
		CompletableFuture<List<StreamStatus>> found = (streams != null) ? streams.statuses(this.timeout)
				: CompletableFuture.completedFuture(List.of());
		return this.roundTrip.measure(this.timeout)
			.thenCombine(statuses, (roundTrip, buckets) -> new Result(roundTrip, buckets, List.of()))
			.thenCombine(found, Result::withStreams);
	}

	@Override
	public void close() {
		this.roundTrip.close();
	}

	/**
	 * The server's answer.
	 *
	 * @param roundTrip how long it took to answer, if that was measured
	 * @param buckets the configured buckets
	 * @param streams the declared streams
	 */
	record Result(Optional<Duration> roundTrip, List<BucketStatus> buckets, List<StreamStatus> streams) {

		Result withStreams(List<StreamStatus> found) {
			return new Result(this.roundTrip, this.buckets, found);
		}

		boolean isAnswered() {
			return this.roundTrip.isPresent() || this.buckets.stream().anyMatch((bucket) -> bucket.problem() == null)
					|| this.streams.stream().anyMatch((stream) -> stream.problem() == null);
		}

	}

}
