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
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.github.natskv.core.connection.UserInfo;
import io.github.natskv.kv.BucketStatus;
import io.github.natskv.kv.LocalCopyStatus;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.listener.ListenerBacklog;
import io.github.natskv.listener.ListenerStatus;
import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.lock.LeaderElection;
import io.nats.client.Connection;
import io.nats.client.api.ServerInfo;
import io.nats.client.api.StreamConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Formats the details of health.
 */
final class HealthDetails {

	private static final double NANOS_PER_MILLI = 1_000_000;

	private HealthDetails() {
	}

	static Map<String, Object> ofLocks(@Nullable DefaultBucketLocks locks) {
		return (locks != null) ? Map.of("bucketName", locks.bucket(), "held", locks.held(), "waiting", locks.waiting(),
				"lost", locks.lost()) : Map.of();
	}

	static Map<String, Object> ofConnection(Connection connection, ServerInfo server, Optional<Duration> roundTrip) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("status", status(connection.getStatus()));
		put(details, "serverName", server.getServerName());
		put(details, "serverVersion", server.getVersion());
		String url = connection.getConnectedUrl();
		put(details, "url", (url != null) ? UserInfo.mask(url) : null);
		roundTrip.ifPresent(
				(time) -> details.put("roundTripMillis", Math.round(time.toNanos() / NANOS_PER_MILLI * 100) / 100.0));
		details.put("reconnects", connection.getStatistics().getReconnects());
		return details;
	}

	static String status(Connection.Status status) {
		return status.name().toLowerCase(Locale.ROOT);
	}

	static Map<String, Object> ofBuckets(List<BucketStatus> buckets,
			Function<String, @Nullable LocalCopyStatus> copies) {
		Map<String, Object> details = new LinkedHashMap<>();
		buckets.forEach((bucket) -> {
			Map<String, Object> described = of(bucket);
			LocalCopyStatus copy = copies.apply(bucket.bucketKey());
			if (copy != null) {
				described.put("localCopy", of(copy));
			}
			details.put(bucket.bucketKey(), described);
		});
		return details;
	}

	private static Map<String, Object> of(BucketStatus bucket) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("bucketName", bucket.bucketName());
		if (bucket.problem() != null) {
			details.put("problem", bucket.problem());
			return details;
		}
		details.put("entries", bucket.entries());
		details.put("bytes", bucket.bytes());
		if (bucket.maxBytes() > 0) {
			details.put("maxBytes", bucket.maxBytes());
		}
		details.put("replicas", bucket.replicas());
		details.put("currentReplicas", bucket.currentReplicas());
		return details;
	}

	private static Map<String, Object> of(LocalCopyStatus copy) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("entries", copy.entries());
		details.put("bytes", copy.bytes());
		details.put("ageMillis", copy.age().toMillis());
		details.put("complete", copy.complete());
		return details;
	}

	static Map<String, Object> ofLeadership(Collection<LeaderElection> elections) {
		Map<String, Object> details = new LinkedHashMap<>();
		elections.forEach((election) -> details.put(election.role(), of(election)));
		return details;
	}

	private static Map<String, Object> of(LeaderElection election) {
		long token = election.fencingToken();
		Instant since = election.since();
		return (since != null) ? Map.of("leader", true, "since", since.toString(), "fencingToken", token)
				: Map.of("leader", false);
	}

	static Map<String, Object> ofStreams(List<StreamStatus> streams) {
		Map<String, Object> details = new LinkedHashMap<>();
		streams.forEach((stream) -> details.put(stream.definition().key(), of(stream)));
		return details;
	}

	private static Map<String, Object> of(StreamStatus stream) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("streamName", stream.definition().name());
		StreamConfiguration configuration = stream.configuration();
		put(details, "problem", stream.problem());
		if (configuration != null) {
			details.put("messages", stream.messages());
			details.put("bytes", stream.bytes());
			details.put("replicas", configuration.getReplicas());
			details.put("currentReplicas", stream.currentReplicas());
		}
		Map<String, Object> consumers = new LinkedHashMap<>();
		stream.consumers().forEach((consumer) -> consumers.put(consumer.definition().key(), of(consumer)));
		if (!consumers.isEmpty()) {
			details.put("consumers", consumers);
		}
		return details;
	}

	private static Map<String, Object> of(ConsumerStatus consumer) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("consumerName", consumer.definition().name());
		if (consumer.problem() != null) {
			details.put("problem", consumer.problem());
			return details;
		}
		details.put("lag", consumer.lag());
		details.put("pending", consumer.pending());
		details.put("ackPending", consumer.ackPending());
		details.put("redelivered", consumer.redelivered());
		if (consumer.paused()) {
			details.put("paused", true);
		}
		return details;
	}

	static Map<String, Object> ofListeners(List<ListenerStatus> listeners) {
		Map<String, Object> details = new LinkedHashMap<>();
		listeners.forEach((listener) -> details.put(listener.id(), of(listener)));
		return details;
	}

	private static Map<String, Object> of(ListenerStatus listener) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("state", listener.state());
		if (!listener.notSubscribed().isEmpty()) {
			details.put("notSubscribed", listener.notSubscribed());
		}
		details.put("inFlight", listener.inFlight());
		details.put("pending", listener.pending());
		details.put("dropped", listener.dropped());
		if (listener.deadLetters() > 0) {
			details.put("deadLetters", listener.deadLetters());
		}
		if (listener.leftBehind() > 0) {
			details.put("leftBehind", listener.leftBehind());
		}
		ListenerBacklog backlog = listener.backlog();
		if (backlog != null) {
			details.put("backlog", of(backlog));
		}
		// its message may quote a value
		put(details, "lastError", (listener.lastError() != null) ? listener.lastError().getClass().getName() : null);
		put(details, "lastErrorAt", describe(listener.lastErrorAt()));
		if (listener.watch() != null) {
			details.put("watch", of(listener.watch()));
		}
		return details;
	}

	private static Map<String, Object> of(ListenerBacklog backlog) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("streamName", backlog.stream());
		put(details, "consumerName", backlog.consumer());
		details.put("lag", known(backlog.lag()));
		details.put("pending", known(backlog.pending()));
		details.put("ackPending", known(backlog.ackPending()));
		details.put("redelivered", known(backlog.redelivered()));
		if (backlog.deadLetterSubject() != null) {
			details.put("deadLettersWaiting", known(backlog.deadLetters()));
		}
		return details;
	}

	private static Object known(@Nullable Long number) {
		return (number != null) ? number : "unknown";
	}

	static List<Map<String, Object>> ofWatches(List<WatchStatus> watches) {
		return watches.stream().map(HealthDetails::of).toList();
	}

	private static Map<String, Object> of(WatchStatus watch) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("bucketKey", watch.bucketKey());
		details.put("bucketName", watch.bucketName());
		details.put("keys", watch.filters());
		details.put("state", watch.state().name().toLowerCase(Locale.ROOT));
		details.put("lag", watch.lag());
		details.put("recoveries", watch.recoveries());
		put(details, "lastError", describe(watch.lastError()));
		put(details, "lastErrorAt", describe(watch.lastErrorAt()));
		return details;
	}

	private static @Nullable String describe(@Nullable Instant time) {
		return (time != null) ? time.toString() : null;
	}

	static @Nullable String describe(@Nullable Throwable error) {
		return (error != null) ? UserInfo.mask(error.toString()) : null;
	}

	private static void put(Map<String, Object> details, String name, @Nullable Object value) {
		if (value != null) {
			details.put(name, value);
		}
	}

}
