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

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import io.github.natskv.health.MonitoredConnection;
import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/**
 * The buckets somebody may name in a request.
 */
final class EndpointBuckets {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

	private final List<MonitoredConnection> connections;

	private final boolean all;

	EndpointBuckets(List<MonitoredConnection> connections, boolean all) {
		this.connections = List.copyOf(connections);
		this.all = all;
	}

	KeyValueBuckets of(@Nullable String connection) {
		MonitoredConnection found = this.connections.stream()
			.filter((candidate) -> Objects.equals(candidate.name(), connection))
			.findFirst()
			.orElseThrow(() -> invalid("There is no connection '" + connection + "'"));
		KeyValueBuckets buckets = found.buckets();
		if (buckets == null) {
			throw invalid("Connection '" + connection + "' has no buckets");
		}
		return buckets;
	}

	private static InvalidEndpointRequestException invalid(String message) {
		return new InvalidEndpointRequestException(message, message);
	}

	KeyValueBucket<byte[]> bucket(@Nullable String connection, String name) {
		KeyValueBuckets buckets = of(connection);
		// what cannot be a name is refused as such
		if (!this.all && NAME.matcher(name).matches() && !isConfigured(buckets, name)) {
			throw new BucketNotFoundException(name, null);
		}
		return (buckets instanceof BucketMonitor monitor) ? monitor.stored(name) : buckets.bucket(name, byte[].class);
	}

	private static boolean isConfigured(KeyValueBuckets buckets, String name) {
		return buckets.names().contains(name)
				|| (buckets instanceof BucketMonitor monitor && monitor.serverNames().containsValue(name));
	}

	/**
	 * Return the bucket key. What hides values knows buckets by that, however they are
	 * asked for.
	 * @param connection the name of the connection, if any
	 * @param name the bucket key, or the server's name
	 * @return the bucket key, the name if there is none
	 */
	String keyOf(@Nullable String connection, String name) {
		if (!(of(connection) instanceof BucketMonitor monitor)) {
			return name;
		}
		Map<String, String> names = monitor.serverNames();
		return names.containsKey(name) ? name
				: names.keySet().stream().filter((key) -> name.equals(names.get(key))).findFirst().orElse(name);
	}

}
