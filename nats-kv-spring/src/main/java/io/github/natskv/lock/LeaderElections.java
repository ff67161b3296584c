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

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.nats.client.Connection;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

/**
 * Takes part in the elections of all roles of an application while it runs: from the end
 * of its start, to lead when it is ready, to the beginning of its stop, so that another
 * leads at once.
 * <p>
 * Connects the packages of this library; applications use {@link LeaderElection}.
 *
 * @since 0.1.0
 */
public final class LeaderElections implements SmartLifecycle, ApplicationEventPublisherAware {

	private static final String SUFFIX = "LeaderElection";

	private final Map<String, LeaderRole> roles = new LinkedHashMap<>();

	private volatile ApplicationEventPublisher events = (event) -> {
	};

	private volatile boolean running;

	/**
	 * Create elections.
	 * @param locks the locks
	 * @param roles the names of the roles
	 * @param connection the connection of the locks, for events
	 * @param connectionName the name of the connection, for events
	 */
	public LeaderElections(BucketLocks locks, Collection<String> roles, Connection connection, String connectionName) {
		LeadershipEvents publisher = new LeadershipEvents(connection, connectionName,
				(event) -> this.events.publishEvent(event));
		roles.forEach((role) -> this.roles.put(role, new LeaderRole(role, locks, publisher)));
	}

	@Override
	public void setApplicationEventPublisher(ApplicationEventPublisher events) {
		this.events = events;
	}

	/**
	 * Return the name of the bean for a role.
	 * @param role the role
	 * @return the name of a {@link LeaderElection} bean
	 */
	public static String beanName(String role) {
		return role + SUFFIX;
	}

	static String role(String beanName) {
		return beanName.endsWith(SUFFIX) ? beanName.substring(0, beanName.length() - SUFFIX.length()) : beanName;
	}

	/**
	 * Return the roles.
	 * @return the names of the roles
	 */
	public Set<String> roles() {
		return Set.copyOf(this.roles.keySet());
	}

	/**
	 * Return the election for a role.
	 * @param role one of the roles
	 * @return the election
	 */
	public LeaderElection get(String role) {
		LeaderRole found = this.roles.get(role);
		Assert.notNull(found, () -> "There is no role '%s', but %s".formatted(role, this.roles.keySet()));
		return Objects.requireNonNull(found);
	}

	@Override
	public void start() {
		this.running = true;
		this.roles.values().forEach(LeaderRole::start);
	}

	@Override
	public void stop() {
		stopAll().join();
	}

	@Override
	public void stop(Runnable callback) {
		stopAll().whenComplete((result, failure) -> callback.run());
	}

	private CompletableFuture<Void> stopAll() {
		return CompletableFuture
			.allOf(this.roles.values().stream().map(LeaderRole::stop).toArray(CompletableFuture[]::new))
			.whenComplete((result, failure) -> this.running = false);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
