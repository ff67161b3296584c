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

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.github.natskv.core.NatsConnections;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;

/**
 * Beans of the application that are for one connection: those qualified with its name,
 * and for the default connection all others.
 */
public final class ConnectionScopedBeans {

	private final ListableBeanFactory beanFactory;

	private final NatsConnections connections;

	ConnectionScopedBeans(ListableBeanFactory beanFactory, NatsConnections connections) {
		this.beanFactory = beanFactory;
		this.connections = connections;
	}

	// Those for a named connection, by bean name.
	public <T> Map<String, T> of(String connection, Class<T> type) {
		return BeanFactoryAnnotationUtils.qualifiedBeansOfType(this.beanFactory, type, connection);
	}

	// Those for a named connection, in their order.
	<T> List<T> ordered(String connection, Class<T> type) {
		Set<T> own = identitySet(of(connection, type).values().stream());
		return this.beanFactory.getBeanProvider(type)
			.orderedStream(ObjectProvider.UNFILTERED)
			.filter(own::contains)
			.toList();
	}

	public <T> Map<String, T> ofDefault(Map<String, T> candidates, Class<T> type) {
		Map<String, T> result = new LinkedHashMap<>(candidates);
		this.connections.names().forEach((name) -> result.keySet().removeAll(of(name, type).keySet()));
		return result;
	}

	public <T> List<T> ofDefault(ObjectProvider<T> candidates, Class<T> type) {
		Set<T> others = identitySet(
				this.connections.names().stream().map((name) -> of(name, type).values()).flatMap(Collection::stream));
		return candidates.orderedStream().filter((bean) -> !others.contains(bean)).toList();
	}

	// Of several, the primary one, as for injection.
	<T> T oneOfDefault(ObjectProvider<T> candidates, Class<T> type) {
		List<T> all = ofDefault(candidates, type);
		return (all.size() == 1) ? all.get(0) : candidates.getObject();
	}

	private static <T> Set<T> identitySet(Stream<T> beans) {
		Set<T> set = Collections.newSetFromMap(new IdentityHashMap<>());
		beans.forEach(set::add);
		return set;
	}

}
