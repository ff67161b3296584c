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

import java.util.List;
import java.util.function.Supplier;

import io.github.natskv.core.NatsConnections;
import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.lock.DefaultBucketLocks;
import io.github.natskv.provisioning.Provisioner;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A connection that health, metrics and endpoints tell about.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @param name the name of the connection, {@code null} for the default one
 * @param connection the connection
 * @param buckets the buckets reached over it, if there are any
 * @param provisioner provisions buckets, streams and consumers, if there are any to
 * provision
 * @param streams asks about the declared streams, if there are any
 * @param problems the problems of what is configured to use it
 * @param locks the locks on one of the buckets, if there are any
 * @since 0.1.0
 */
public record MonitoredConnection(@Nullable String name, Connection connection, @Nullable KeyValueBuckets buckets,
		@Nullable Provisioner provisioner, @Nullable StreamMonitor streams, Supplier<List<String>> problems,
		@Nullable DefaultBucketLocks locks) {

	// What metrics call it.
	public String label() {
		return (this.name != null) ? this.name : NatsConnections.DEFAULT;
	}

	public @Nullable BucketMonitor monitor() {
		return (this.buckets instanceof BucketMonitor monitor) ? monitor : null;
	}

}
