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
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.listener.ListenerStatus;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.lock.LeaderElection;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.util.Assert;

/**
 * A {@link HealthIndicator} for NATS. It is up while the servers of all connections
 * answer, all configured buckets can be used, no watch is stuck, and the server lets all
 * listeners subscribe. Listeners that were stopped or paused do not matter, nor does who
 * leads.
 * <p>
 * A check takes no longer than its timeout. A server is asked at most once a second,
 * however many checks there are, and about all buckets at the same time.
 *
 * @since 0.1.0
 */
public final class NatsHealthIndicator extends AbstractHealthIndicator implements AutoCloseable {

	private final List<ConnectionHealth> connections;

	private final @Nullable NatsListenerRegistry listeners;

	private final Collection<LeaderElection> elections;

	private final Duration stuckAfter;

	/**
	 * Create the indicator.
	 * @param connections the connections; the details of those with a name are shown
	 * below it
	 * @param listeners the listeners, if there are any
	 * @param elections the elections this application takes part in
	 * @param timeout how long the servers may take to answer
	 * @param stuckAfter how long a watch may make no progress
	 */
	public NatsHealthIndicator(List<MonitoredConnection> connections, @Nullable NatsListenerRegistry listeners,
			Collection<LeaderElection> elections, Duration timeout, Duration stuckAfter) {
		super("NATS health check failed");
		Assert.isTrue(timeout.compareTo(Duration.ZERO) > 0, "The timeout must be positive");
		Assert.isTrue(stuckAfter.compareTo(Duration.ZERO) > 0,
				"The time after which a watch is stuck must be positive");
		this.connections = connections.stream().map((connection) -> new ConnectionHealth(connection, timeout)).toList();
		this.listeners = listeners;
		this.elections = List.copyOf(elections);
		this.stuckAfter = stuckAfter;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		List<String> problems = new ArrayList<>();
		Map<String, Object> details = new LinkedHashMap<>();
		checkConnections(details, problems);
		if (this.listeners != null) {
			List<ListenerStatus> statuses = this.listeners.statuses();
			statuses.forEach((listener) -> checkListener(listener, problems));
			add(details, "listeners", HealthDetails.ofListeners(statuses));
		}
		add(details, "leadership", HealthDetails.ofLeadership(this.elections));
		if (problems.isEmpty()) {
			builder.up();
		}
		else {
			builder.down().withDetail("problems", problems);
		}
		builder.withDetails(details);
	}

	private void checkConnections(Map<String, Object> details, List<String> problems) {
		// all are asked before the first answer is waited for
		List<Optional<CompletableFuture<ServerCheck.Result>>> answers = this.connections.stream()
			.map((connection) -> Optional.ofNullable(connection.start()))
			.toList();
		Map<String, Object> named = new LinkedHashMap<>();
		for (int i = 0; i < answers.size(); i++) {
			ConnectionHealth connection = this.connections.get(i);
			Consumer<String> own = (problem) -> problems.add(connection.problemPrefix() + problem);
			Map<String, Object> found = connection.check(answers.get(i).orElse(null), own);
			checkWatches(connection.monitored(), found, own);
			add(found, "locks", HealthDetails.ofLocks(connection.monitored().locks()));
			String name = connection.monitored().name();
			if (name != null) {
				named.put(name, found);
			}
			else {
				details.putAll(found);
			}
		}
		add(details, "connections", named);
	}

	private void checkWatches(MonitoredConnection connection, Map<String, Object> details, Consumer<String> problems) {
		BucketMonitor buckets = connection.monitor();
		if (buckets != null) {
			List<WatchStatus> watches = buckets.watches().stream().filter((watch) -> !watch.listener()).toList();
			watches.forEach((watch) -> checkWatch("A watch", watch, problems));
			add(details, "watches", HealthDetails.ofWatches(watches));
		}
	}

	private static void add(Map<String, Object> details, String name, Object value) {
		boolean empty = (value instanceof Map<?, ?> map && map.isEmpty())
				|| (value instanceof List<?> list && list.isEmpty());
		if (!empty) {
			details.put(name, value);
		}
	}

	private void checkListener(ListenerStatus listener, List<String> problems) {
		for (String subject : listener.notSubscribed()) {
			problems.add(("Listener '%s' is not subscribed to '%s': the server does not allow the user to."
					+ " Allow it in the permissions of the user")
				.formatted(listener.id(), subject));
		}
		if (listener.problem() != null) {
			problems.add("Listener '%s': %s".formatted(listener.id(), listener.problem()));
		}
		if (listener.running() && !listener.paused() && listener.stalled().compareTo(this.stuckAfter) > 0) {
			problems.add("Listener '%s' is stuck: its handler has been at the same message for %d s"
				.formatted(listener.id(), listener.stalled().toSeconds()));
		}
		WatchStatus watch = listener.watch();
		if (watch != null && listener.running() && !listener.paused()) {
			checkWatch("The watch of listener '" + listener.id() + "'", watch, problems::add);
		}
	}

	private void checkWatch(String name, WatchStatus watch, Consumer<String> problems) {
		if (watch.stalled().compareTo(this.stuckAfter) < 0) {
			return;
		}
		String state = "%s on bucket '%s' is stuck: ".formatted(name, watch.bucketKey());
		long seconds = watch.stalled().toSeconds();
		if (watch.handling()) {
			problems.accept(state + "its handler has been at the same change for %d s".formatted(seconds));
			return;
		}
		String error = HealthDetails.describe(watch.lastError());
		problems.accept(state
				+ "it has made no progress for %d s%s".formatted(seconds, (error != null) ? " (" + error + ")" : ""));
	}

	/**
	 * Free what is needed for checks.
	 */
	@Override
	public void close() {
		this.connections.forEach(ConnectionHealth::close);
	}

}
