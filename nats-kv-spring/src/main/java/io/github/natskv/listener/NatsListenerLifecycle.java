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
import java.util.List;

import org.springframework.context.SmartLifecycle;

/**
 * Starts and stops the listeners with the application. Two of them are needed, phases
 * being symmetric: one starts the listeners before a web server takes requests, the other
 * drains them before a web server shuts down, so that requests and messages can be
 * finished by each other's help.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @since 0.1.0
 */
public final class NatsListenerLifecycle implements SmartLifecycle {

	/**
	 * Phase in which listeners start: before a web server does.
	 */
	public static final int START_PHASE = DEFAULT_PHASE - 3072;

	/**
	 * Phase in which listeners stop: before the graceful shutdown of a web server.
	 */
	public static final int STOP_PHASE = DEFAULT_PHASE - 512;

	private final DefaultNatsListenerRegistry registry;

	private final int phase;

	private final Duration snapshotTimeout;

	private final ReadinessGate readiness;

	private volatile boolean running;

	private NatsListenerLifecycle(DefaultNatsListenerRegistry registry, int phase, Duration snapshotTimeout,
			ReadinessGate readiness) {
		this.registry = registry;
		this.phase = phase;
		this.snapshotTimeout = snapshotTimeout;
		this.readiness = readiness;
	}

	/**
	 * Create the lifecycle that starts the listeners and waits until they have handled
	 * the initial values of their buckets.
	 * @param registry the listeners
	 * @param snapshotTimeout how long to wait. Then the start goes on, but the
	 * application is not reported ready until it is done
	 * @param readiness holds back the application's readiness
	 * @return the lifecycle
	 */
	public static NatsListenerLifecycle starting(DefaultNatsListenerRegistry registry, Duration snapshotTimeout,
			ReadinessGate readiness) {
		return new NatsListenerLifecycle(registry, START_PHASE, snapshotTimeout, readiness);
	}

	/**
	 * Create the lifecycle that stops the listeners.
	 * @param registry the listeners
	 * @return the lifecycle
	 */
	public static NatsListenerLifecycle stopping(DefaultNatsListenerRegistry registry) {
		return new NatsListenerLifecycle(registry, STOP_PHASE, Duration.ZERO, ReadinessGate.OPEN);
	}

	@Override
	public void start() {
		this.running = true;
		if (this.phase == START_PHASE) {
			List<ListenerContainer> started = this.registry.startAll();
			if (!started.isEmpty()) {
				this.readiness.holdUntil(InitialSnapshots.await(started, this.snapshotTimeout));
			}
		}
	}

	@Override
	public void stop() {
		this.registry.stopAll().join();
		this.running = false;
	}

	// both stop: where start-up failed in between, the stopping one never ran
	@Override
	public void stop(Runnable callback) {
		this.registry.stopAll().whenComplete((result, failure) -> {
			this.running = false;
			callback.run();
		});
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return this.phase;
	}

}
