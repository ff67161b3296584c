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

import java.util.Map;

import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.provisioning.BucketProvisioner;
import io.github.natskv.provisioning.BucketProvisioningException;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A connection to tell the health of.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @param name the name of the connection, {@code null} for the default one
 * @param connection the connection
 * @param buckets the buckets and watches, if there are any
 * @param provisioner what provisions the buckets, if there is something
 * @since 0.1.0
 */
public record MonitoredConnection(@Nullable String name, Connection connection, @Nullable BucketMonitor buckets,
		@Nullable BucketProvisioner provisioner) {

	// By the server's name of the bucket.
	Map<String, BucketProvisioningException> provisioningFailures() {
		return (this.provisioner != null) ? this.provisioner.getFailures() : Map.of();
	}

	String serverName(String bucketKey) {
		return (this.buckets != null) ? this.buckets.names().getOrDefault(bucketKey, bucketKey) : bucketKey;
	}

	String problemPrefix() {
		return (this.name != null) ? "Connection '" + this.name + "': " : "";
	}

}
