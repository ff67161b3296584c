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

package io.github.natskv.endpoint;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

import io.github.natskv.health.MonitoredConnection;
import io.github.natskv.health.StreamMonitor;
import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.listener.DeadLetters;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.lock.LeaderElection;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.util.StringUtils;

/**
 * {@link Endpoint @Endpoint} that shows the connection, the configured buckets, the
 * declared streams, the listeners, the watches and leadership, and pauses and resumes
 * listeners. Read-only unless {@code management.endpoint.nats.access} says otherwise.
 *
 * @since 0.1.0
 */
@Endpoint(id = "nats", defaultAccess = Access.READ_ONLY)
public class NatsEndpoint {

	private final List<MonitoredConnection> connections;

	private final @Nullable NatsListenerRegistry listeners;

	private final @Nullable DeadLetters deadLetters;

	private final Collection<LeaderElection> elections;

	private final Duration timeout;

	/**
	 * Create the endpoint.
	 * @param connections the connections, the default one first
	 * @param listeners the listeners, if there are any
	 * @param deadLetters their dead letters, if there are any
	 * @param elections the elections this application takes part in
	 * @param timeout how long the server may take to tell about the buckets
	 */
	public NatsEndpoint(List<MonitoredConnection> connections, @Nullable NatsListenerRegistry listeners,
			@Nullable DeadLetters deadLetters, Collection<LeaderElection> elections, Duration timeout) {
		this.connections = List.copyOf(connections);
		this.listeners = listeners;
		this.deadLetters = deadLetters;
		this.elections = List.copyOf(elections);
		this.timeout = timeout;
	}

	/**
	 * Show everything.
	 * @return what there is
	 */
	@ReadOperation
	public NatsDescriptor nats() {
		// all are asked before the first answer is waited for
		List<CompletableFuture<NamedConnectionDescriptor>> asked = this.connections.stream()
			.map(this::describe)
			.toList();
		Map<String, NamedConnectionDescriptor> named = new LinkedHashMap<>();
		for (int i = 1; i < asked.size(); i++) {
			named.put(String.valueOf(this.connections.get(i).name()), asked.get(i).join());
		}
		NamedConnectionDescriptor first = asked.get(0).join();
		return new NatsDescriptor(first.connection(), first.buckets(), first.streams(), listenerDescriptors(),
				first.watches(), first.locks(), LeadershipDescriptor.of(this.elections), named);
	}

	private CompletableFuture<NamedConnectionDescriptor> describe(MonitoredConnection connection) {
		BucketMonitor buckets = connection.monitor();
		return bucketDescriptors(buckets).thenCombine(streamDescriptors(connection.streams()),
				(found, streams) -> new NamedConnectionDescriptor(ConnectionDescriptor.of(connection.connection()),
						found, streams, watchDescriptors(buckets), LocksDescriptor.of(connection.locks())));
	}

	private CompletableFuture<Map<String, StreamDescriptor>> streamDescriptors(@Nullable StreamMonitor streams) {
		if (streams == null) {
			return CompletableFuture.completedFuture(Map.of());
		}
		return streams.statuses(this.timeout).thenApply((statuses) -> {
			Map<String, StreamDescriptor> descriptors = new LinkedHashMap<>();
			statuses.forEach((stream) -> descriptors.put(stream.definition().key(), StreamDescriptor.of(stream)));
			return descriptors;
		});
	}

	private CompletableFuture<Map<String, BucketDescriptor>> bucketDescriptors(@Nullable BucketMonitor buckets) {
		if (buckets == null) {
			return CompletableFuture.completedFuture(Map.of());
		}
		return buckets.statuses(this.timeout).thenApply((statuses) -> {
			Map<String, BucketDescriptor> descriptors = new LinkedHashMap<>();
			statuses.forEach((bucket) -> descriptors.put(bucket.bucketKey(),
					BucketDescriptor.of(bucket, buckets.localCopy(bucket.bucketKey()))));
			return descriptors;
		});
	}

	private Map<String, ListenerDescriptor> listenerDescriptors() {
		Map<String, ListenerDescriptor> descriptors = new LinkedHashMap<>();
		if (this.listeners != null) {
			this.listeners.statuses()
				.forEach((listener) -> descriptors.put(listener.id(), ListenerDescriptor.of(listener)));
		}
		return descriptors;
	}

	private static List<WatchDescriptor> watchDescriptors(@Nullable BucketMonitor buckets) {
		if (buckets == null) {
			return List.of();
		}
		return buckets.watches().stream().filter((watch) -> !watch.listener()).map(WatchDescriptor::of).toList();
	}

	/**
	 * Show a listener.
	 * @param listener the id of the listener
	 * @return what it does
	 */
	@ReadOperation
	public ListenerDescriptor listener(@Selector String listener) {
		return ListenerDescriptor.of(registryOf(listener).status(listener));
	}

	/**
	 * Pause or resume a listener.
	 * @param listener the id of the listener
	 * @param action {@code pause}: finish what was received, and take nothing more;
	 * {@code resume}: go on
	 * @return what it does then
	 */
	@WriteOperation
	public ListenerDescriptor control(@Selector String listener, @Nullable String action) {
		NatsListenerRegistry registry = registryOf(listener);
		Action.of(action).on(registry, listener);
		return ListenerDescriptor.of(registry.status(listener));
	}

	/**
	 * Show the oldest dead letters of a listener, 100 at most, without payload.
	 * @param listener the id of the listener
	 * @param part {@code dead-letters}
	 * @return the dead letters
	 */
	@ReadOperation
	public DeadLettersDescriptor deadLetters(@Selector String listener, @Selector String part) {
		if (!part.equals("dead-letters")) {
			throw new NoSuchNameException("A listener has no '%s', but 'dead-letters'".formatted(part));
		}
		return DeadLettersDescriptor.of(deadLettersOf(listener).list(listener));
	}

	private DeadLetters deadLettersOf(String listener) {
		DeadLetters letters = this.deadLetters;
		if (letters == null || !letters.listenerIds().contains(listener)) {
			throw new NoSuchNameException("There is no listener '%s' with dead letters, but %s".formatted(listener,
					(letters != null) ? letters.listenerIds() : List.of()));
		}
		return letters;
	}

	/**
	 * Send a dead letter of a listener, or all of them, back to where they come from.
	 * @param listener the id of the listener
	 * @param part {@code dead-letters}
	 * @param sequence the sequence of one of them, {@code null} for all
	 * @return those that are left
	 */
	@WriteOperation
	public DeadLettersDescriptor sendBack(@Selector String listener, @Selector String part, @Nullable Long sequence) {
		DeadLetters letters = deadLettersOf(listener);
		if (sequence == null) {
			letters.sendBackAll(listener);
		}
		else if (!letters.sendBack(listener, sequence)) {
			throw new NoSuchNameException("Listener '%s' has no dead letter %d".formatted(listener, sequence));
		}
		return deadLetters(listener, part);
	}

	private NatsListenerRegistry registryOf(String listener) {
		NatsListenerRegistry registry = this.listeners;
		if (registry == null || !registry.ids().contains(listener)) {
			throw new NoSuchNameException("There is no listener '%s', but %s".formatted(listener,
					(registry != null) ? registry.ids() : List.of()));
		}
		return registry;
	}

	/**
	 * An action on a listener.
	 */
	private enum Action {

		PAUSE(NatsListenerRegistry::pause),

		RESUME(NatsListenerRegistry::resume);

		private final BiConsumer<NatsListenerRegistry, String> call;

		Action(BiConsumer<NatsListenerRegistry, String> call) {
			this.call = call;
		}

		void on(NatsListenerRegistry registry, String listener) {
			this.call.accept(registry, listener);
		}

		static Action of(@Nullable String name) {
			return Arrays.stream(values())
				.filter((action) -> action.name().equalsIgnoreCase(name))
				.findFirst()
				.orElseThrow(() -> {
					String message = "'action' must be one of %s, but is %s".formatted(
							Arrays.stream(values()).map(Texts::lowerCase).toList(),
							StringUtils.hasText(name) ? "'" + name + "'" : "missing");
					return new InvalidEndpointRequestException(message, message);
				});
		}

	}

	/**
	 * Everything there is.
	 *
	 * @param connection the connection
	 * @param buckets the configured buckets, by bucket key
	 * @param streams the declared streams, by stream key
	 * @param listeners the listeners, by id
	 * @param watches the watches opened in code
	 * @param locks the locks, if there are any
	 * @param leadership the roles this application may lead, by name
	 * @param connections the connections with a name
	 */
	public record NatsDescriptor(ConnectionDescriptor connection, Map<String, BucketDescriptor> buckets,
			Map<String, StreamDescriptor> streams, Map<String, ListenerDescriptor> listeners,
			List<WatchDescriptor> watches, @Nullable LocksDescriptor locks,
			Map<String, LeadershipDescriptor> leadership,
			Map<String, NamedConnectionDescriptor> connections) implements OperationResponseBody {

	}

	/**
	 * A connection with a name.
	 *
	 * @param connection the connection
	 * @param buckets its configured buckets, by bucket key
	 * @param streams its declared streams, by stream key
	 * @param watches its watches opened in code
	 * @param locks the locks on one of its buckets, if there are any
	 */
	public record NamedConnectionDescriptor(ConnectionDescriptor connection, Map<String, BucketDescriptor> buckets,
			Map<String, StreamDescriptor> streams, List<WatchDescriptor> watches, @Nullable LocksDescriptor locks) {

	}

	/**
	 * A watch.
	 *
	 * @param bucketKey the bucket key, else the server's name
	 * @param bucketName the server's name of the bucket
	 * @param keys the watched keys
	 * @param state what it does
	 * @param lag how many changes have not been handled, as far as is known
	 * @param recoveries how often it lost touch with the bucket
	 * @param lastError why it did, the last time
	 * @param lastErrorAt when that was
	 */
	public record WatchDescriptor(String bucketKey, String bucketName, List<String> keys, String state, long lag,
			int recoveries, @Nullable String lastError, @Nullable String lastErrorAt) {

		static WatchDescriptor of(WatchStatus watch) {
			return new WatchDescriptor(watch.bucketKey(), watch.bucketName(), watch.filters(),
					Texts.lowerCase(watch.state()), watch.lag(), watch.recoveries(), Texts.describe(watch.lastError()),
					Texts.describe(watch.lastErrorAt()));
		}

	}

}
