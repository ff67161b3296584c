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

package io.github.natskv.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.natskv.core.connection.ConnectionFlush;
import io.nats.client.Connection;
import io.nats.client.Consumer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of an application context.
 * <p>
 * Connects the packages of this library; applications use {@link NatsListenerRegistry}.
 *
 * @since 0.1.0
 */
public final class DefaultNatsListenerRegistry implements NatsListenerRegistry {

	private static final Log logger = LogFactory.getLog(NatsListenerRegistry.class);

	private final Duration drainTimeout;

	private final Map<String, ListenerContainer> containers = new LinkedHashMap<>();

	// Ids of listeners that are registered later, or are already.
	private final Set<String> reserved = new HashSet<>();

	// Those that run while the application does.
	private final Set<String> wanted = new LinkedHashSet<>();

	private boolean started;

	/**
	 * Create a registry.
	 * @param drainTimeout how long a listener that stops may take to finish what it
	 * received
	 */
	public DefaultNatsListenerRegistry(Duration drainTimeout) {
		this.drainTimeout = drainTimeout;
	}

	@Override
	public Set<String> ids() {
		synchronized (this.containers) {
			return Collections.unmodifiableSet(new LinkedHashSet<>(this.containers.keySet()));
		}
	}

	@Override
	public boolean isRunning(String id) {
		return container(id).isRunning();
	}

	@Override
	public boolean isPaused(String id) {
		return container(id).isPaused();
	}

	@Override
	public void start(String id) {
		ListenerContainer container = container(id);
		synchronized (this.containers) {
			this.wanted.add(id);
		}
		container.start();
		flush(container.connection());
	}

	@Override
	public void stop(String id) {
		ListenerContainer container = container(id);
		synchronized (this.containers) {
			this.wanted.remove(id);
		}
		await(container, container.stop(this.drainTimeout));
	}

	@Override
	public void pause(String id) {
		ListenerContainer container = container(id);
		await(container, container.pause(this.drainTimeout));
	}

	@Override
	public void resume(String id) {
		ListenerContainer container = container(id);
		container.resume();
		flush(container.connection());
	}

	@Override
	public long pendingMessages(String id) {
		return container(id).pendingMessages();
	}

	@Override
	public long droppedMessages(String id) {
		return container(id).droppedMessages();
	}

	@Override
	public ListenerStatus status(String id) {
		return container(id).status();
	}

	@Override
	public List<ListenerStatus> statuses() {
		return all().stream().map(ListenerContainer::status).toList();
	}

	/**
	 * Find the listener that receives by a dispatcher of jnats.
	 * @param consumer the dispatcher
	 * @return the id of the listener, or {@code null}
	 */
	public @Nullable String findId(Consumer consumer) {
		return all().stream()
			.filter((container) -> container.receivesBy(consumer))
			.map(ListenerContainer::id)
			.findFirst()
			.orElse(null);
	}

	private List<ListenerContainer> all() {
		synchronized (this.containers) {
			return List.copyOf(this.containers.values());
		}
	}

	private void await(ListenerContainer container, CompletableFuture<Boolean> drained) {
		if (!container.isHandlerThread()) {
			drained.join();
		}
	}

	// The id or, where it is taken, the first one free of id#2, id#3 and so on.
	public String reserve(String id) {
		synchronized (this.containers) {
			String candidate = id;
			for (int n = 2; this.containers.containsKey(candidate) || !this.reserved.add(candidate); n++) {
				candidate = id + "#" + n;
			}
			return candidate;
		}
	}

	// Adds a listener, and starts it if the application is up; the result is the listener
	// that has the id already, otherwise the one added.
	public ListenerContainer register(ListenerContainer container, boolean autoStartup) {
		synchronized (this.containers) {
			ListenerContainer existing = this.containers.putIfAbsent(container.id(), container);
			if (existing != null) {
				return existing;
			}
			if (!autoStartup) {
				return container;
			}
			this.wanted.add(container.id());
			if (!this.started) {
				return container;
			}
		}
		container.start();
		flush(container.connection());
		return container;
	}

	List<ListenerContainer> startAll() {
		List<ListenerContainer> started = new ArrayList<>();
		Set<Connection> connections = Collections.newSetFromMap(new IdentityHashMap<>());
		forEachWanted(true, (container) -> {
			// the context is being closed while it starts, and jnats does not send what
			// an
			// interrupted thread subscribes
			if (Thread.currentThread().isInterrupted()) {
				return;
			}
			container.start();
			connections.add(container.connection());
			started.add(container);
		});
		connections.forEach(this::flush);
		return started;
	}

	// Not waited for is a listener whose handler this is called from.
	CompletableFuture<Void> stopAll() {
		List<CompletableFuture<Boolean>> stops = new ArrayList<>();
		forEachWanted(false, (container) -> {
			CompletableFuture<Boolean> stop = container.stop(this.drainTimeout);
			if (!container.isHandlerThread()) {
				stops.add(stop);
			}
		});
		return CompletableFuture.allOf(stops.toArray(CompletableFuture[]::new));
	}

	private void forEachWanted(boolean start, java.util.function.Consumer<ListenerContainer> action) {
		List<ListenerContainer> selected = new ArrayList<>();
		synchronized (this.containers) {
			this.started = start;
			this.containers.forEach((id, container) -> {
				if (!start || this.wanted.contains(id)) {
					selected.add(container);
				}
			});
		}
		selected.forEach(action);
	}

	// null where there is no such listener, yet
	public @Nullable ListenerStatus statusIfPresent(String id) {
		ListenerContainer container;
		synchronized (this.containers) {
			container = this.containers.get(id);
		}
		return (container != null) ? container.status() : null;
	}

	private ListenerContainer container(String id) {
		synchronized (this.containers) {
			ListenerContainer container = this.containers.get(id);
			if (container == null) {
				throw new IllegalArgumentException(
						"There is no listener with id '" + id + "'; the ids are " + this.containers.keySet());
			}
			return container;
		}
	}

	// So that the server knows the subscriptions when the caller goes on.
	private void flush(Connection connection) {
		try {
			if (!ConnectionFlush.flush(connection)) {
				logger.warn("The NATS server has not confirmed the subscriptions in time; going on");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
