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

package io.github.natskv.metrics;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.github.natskv.lock.LeaderElection;
import io.github.natskv.lock.LeadershipEvent;
import io.github.natskv.lock.LeadershipGrantedEvent;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.context.ApplicationListener;

/**
 * Metrics of the roles this application may lead, whose names are a tag.
 *
 * @since 0.1.0
 */
public final class NatsLeadershipMetrics implements MeterBinder, ApplicationListener<LeadershipEvent> {

	private final List<LeaderElection> elections;

	private final Map<Tags, AtomicLong> changes = new ConcurrentHashMap<>();

	/**
	 * Create the metrics.
	 * @param elections the elections of the roles
	 */
	public NatsLeadershipMetrics(Collection<LeaderElection> elections) {
		this.elections = List.copyOf(elections);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (LeaderElection election : this.elections) {
			Gauge.builder("nats.leadership.leader", election, (role) -> role.isLeader() ? 1 : 0)
				.description("1 while this application leads the role, else 0")
				.tag("role", election.role())
				.register(registry);
			for (boolean granted : new boolean[] { true, false }) {
				Tags tags = tags(election.role(), granted);
				FunctionCounter.builder("nats.leadership.changes", count(tags), AtomicLong::get)
					.description("How often this application began to lead the role, or ceased to")
					.tags(tags)
					.register(registry);
			}
		}
	}

	@Override
	public void onApplicationEvent(LeadershipEvent event) {
		count(tags(event.getRole(), event instanceof LeadershipGrantedEvent)).incrementAndGet();
	}

	private AtomicLong count(Tags tags) {
		return this.changes.computeIfAbsent(tags, (any) -> new AtomicLong());
	}

	private static Tags tags(String role, boolean granted) {
		return Tags.of("role", role, "change", granted ? "granted" : "revoked");
	}

}
