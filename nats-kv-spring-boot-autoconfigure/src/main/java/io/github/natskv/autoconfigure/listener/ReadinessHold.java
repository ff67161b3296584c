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

package io.github.natskv.autoconfigure.listener;

import java.util.concurrent.CompletableFuture;

import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Keeps an application from being reported ready until something is done: takes back
 * {@link ReadinessState#ACCEPTING_TRAFFIC} when it is published, and publishes it again
 * at the end, unless somebody else refused traffic meanwhile.
 */
final class ReadinessHold implements ApplicationListener<ApplicationEvent> {

	private final ConfigurableApplicationContext context;

	private boolean held;

	private boolean done;

	private boolean publishing;

	private ReadinessHold(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static void until(CompletableFuture<Void> condition, ConfigurableApplicationContext context) {
		if (!condition.isDone()) {
			ReadinessHold hold = new ReadinessHold(context);
			// listeners of the same order are called in the order they were added: this
			// one
			// has to come after the one that keeps the state
			context.getBeanProvider(ApplicationAvailability.class).getIfAvailable();
			context.addApplicationListener(hold);
			condition.whenComplete((result, failure) -> hold.release());
		}
	}

	@Override
	public synchronized void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ContextClosedEvent && event.getSource() == this.context) {
			this.held = false;
			this.done = true;
		}
		else if (!this.done && !this.publishing && event instanceof AvailabilityChangeEvent<?> change
				&& change.getState() instanceof ReadinessState state) {
			this.held = state == ReadinessState.ACCEPTING_TRAFFIC;
			if (this.held) {
				publish(ReadinessState.REFUSING_TRAFFIC);
			}
		}
	}

	private synchronized void release() {
		this.done = true;
		if (this.held) {
			this.held = false;
			publish(ReadinessState.ACCEPTING_TRAFFIC);
		}
		this.context.removeApplicationListener(this);
	}

	private void publish(ReadinessState state) {
		this.publishing = true;
		try {
			AvailabilityChangeEvent.publish(this.context, state);
		}
		finally {
			this.publishing = false;
		}
	}

}
