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

package io.github.natskv.autoconfigure.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsCacheProperties;
import io.github.natskv.autoconfigure.NatsLeadershipProperties;
import io.github.natskv.autoconfigure.NatsLocksProperties;
import io.github.natskv.connection.ConnectionName;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;

/**
 * The connections of the configuration and their buckets, bound and checked once for an
 * application context.
 */
public final class ConfiguredConnections {

	private static final String BEAN_NAME = "natsConfiguredConnections";

	private final List<ConfiguredConnection> all;

	private final NatsCacheProperties cache;

	private final NatsLocksProperties locks;

	private final NatsLeadershipProperties leadership;

	private ConfiguredConnections(List<ConfiguredConnection> all, NatsCacheProperties cache, NatsLocksProperties locks,
			NatsLeadershipProperties leadership) {
		this.all = List.copyOf(all);
		this.cache = cache;
		this.locks = locks;
		this.leadership = leadership;
	}

	/**
	 * Return those of an application context. They are bound when first asked for, which
	 * is before there are beans, and are a bean from then on.
	 */
	public static ConfiguredConnections of(ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory.getSingleton(BEAN_NAME) instanceof ConfiguredConnections bound) {
			return bound;
		}
		StrictBinder binder = new StrictBinder(beanFactory.getBean(Environment.class));
		ConfiguredConnections connections;
		try {
			connections = bind(binder);
		}
		catch (InvalidNatsPropertyException ex) {
			throw binder.located(ex);
		}
		beanFactory.registerSingleton(BEAN_NAME, connections);
		return connections;
	}

	private static ConfiguredConnections bind(StrictBinder binder) {
		new NatsPropertiesCheck(binder).refuseUnknown();
		List<ConfiguredConnection> connections = new ArrayList<>();
		connections
			.add(ConfiguredConnection.of(ConnectionName.DEFAULT, null, new KeyValuePropertiesBinder(binder).bind(),
					new StreamPropertiesBinder(binder, ConfigurationPropertyName.of("nats.streams")).bind()));
		connections.addAll(new NamedConnectionsBinder(binder).bind());
		NatsLocksProperties locks = new LocksPropertiesBinder(binder).bind();
		return new ConfiguredConnections(withLocks(connections, locks), new CachePropertiesBinder(binder).bind(), locks,
				new LeadershipPropertiesBinder(binder).bind());
	}

	private static List<ConfiguredConnection> withLocks(List<ConfiguredConnection> connections,
			NatsLocksProperties locks) {
		String bucket = locks.bucket();
		if (bucket == null) {
			return connections;
		}
		return connections.stream()
			.map((connection) -> Objects.equals(connection.name().name(), locks.connection())
					? connection.withLocks(bucket) : connection)
			.toList();
	}

	/**
	 * Return all connections.
	 * @return the connections, the default one first
	 */
	public List<ConfiguredConnection> all() {
		return this.all;
	}

	/** Return the default connection. */
	public ConfiguredConnection ofDefault() {
		return this.all.get(0);
	}

	/** Return the caches. */
	public NatsCacheProperties cache() {
		return this.cache;
	}

	/** Return the locks. */
	public NatsLocksProperties locks() {
		return this.locks;
	}

	/** Return the connection of the locks. */
	public ConfiguredConnection ofLocks() {
		return this.all.stream()
			.filter((connection) -> Objects.equals(this.locks.connection(), connection.name().name()))
			.findFirst()
			.orElseThrow(() -> new InvalidNatsPropertyException("nats.locks.connection",
					"is '%s', but there is no such connection.".formatted(this.locks.connection()),
					"Use one of %s, or declare it below 'nats.connections'.".formatted(names())));
	}

	/** Return the roles that are led. */
	public NatsLeadershipProperties leadership() {
		return this.leadership;
	}

	/** Return the names of the connections that have one. */
	public List<String> names() {
		return this.all.stream().map((connection) -> connection.name().name()).filter(Objects::nonNull).toList();
	}

	/** Return the buckets of all connections. */
	public Stream<BucketDeclaration> buckets() {
		return this.all.stream().flatMap((connection) -> connection.buckets().stream());
	}

	/** Return the names of the codec beans that a bucket of any connection names. */
	public Set<String> codecs() {
		return buckets().map(BucketDeclaration::codecBeanName).filter(Objects::nonNull).collect(Collectors.toSet());
	}

}
