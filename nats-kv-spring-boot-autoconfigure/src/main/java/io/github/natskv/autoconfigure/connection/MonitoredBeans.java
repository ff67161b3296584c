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

package io.github.natskv.autoconfigure.connection;

import java.util.List;
import java.util.Objects;

import io.github.natskv.health.FeatureProblem;
import io.github.natskv.health.MonitoredConnection;
import io.github.natskv.health.StreamMonitor;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.provisioning.Provisioner;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The beans of a connection that health, metrics and endpoints tell about.
 *
 * @param beans the beans of the connection
 * @param connection the connection itself
 */
record MonitoredBeans(ConnectionBeans beans, Connection connection) implements MonitoredConnection {

	@Override
	public @Nullable String name() {
		return this.beans.connection().name().name();
	}

	@Override
	public boolean declares() {
		return this.beans.declares();
	}

	@Override
	public @Nullable KeyValueBuckets buckets() {
		return this.beans.find(KeyValueBuckets.class);
	}

	@Override
	public @Nullable Provisioner provisioner() {
		return this.beans.find(Provisioner.class);
	}

	@Override
	public @Nullable StreamMonitor streams() {
		return this.beans.connection().streams().streams().isEmpty() ? null : this.beans.find(StreamMonitor.class);
	}

	@Override
	public List<String> problems() {
		return this.beans.beanFactory()
			.getBeanProvider(FeatureProblem.class)
			.stream()
			.filter((feature) -> Objects.equals(feature.connection(), name()))
			.map(FeatureProblem::problem)
			.filter(Objects::nonNull)
			.toList();
	}

	@Override
	public @Nullable DefaultBucketLocks locks() {
		return (this.beans.connection().locks() != null)
				? this.beans.beanFactory().getBeanProvider(DefaultBucketLocks.class).getIfUnique() : null;
	}

}
