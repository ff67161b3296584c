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

package io.github.natskv.connection;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;

import io.github.natskv.core.NatsNotConnectedException;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * An object created from a connection on first use, as jnats looks at the server when it
 * makes it.
 *
 * @param <T> the type
 */
public final class ConnectedDelegate<T> implements InvocationHandler {

	private final Class<T> type;

	private final Connection connection;

	private final Factory<T> factory;

	private volatile @Nullable T delegate;

	private ConnectedDelegate(Class<T> type, Connection connection, Factory<T> factory) {
		this.type = type;
		this.connection = connection;
		this.factory = factory;
	}

	// Made at once, unless the connection may still have to come, or is a mock that may
	// still be told what to make. Before that, all methods fail with a
	// NatsNotConnectedException.
	public static <T> T of(Class<T> type, Connection connection, Factory<T> factory) throws IOException {
		T created = DeferredConnection.isDeferred(connection) ? null : factory.create(connection);
		return (created != null) ? created : type.cast(Proxy.newProxyInstance(type.getClassLoader(),
				new Class<?>[] { type }, new ConnectedDelegate<>(type, connection, factory)));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		return switch (method.getName()) {
			case "equals" -> arguments != null && proxy == arguments[0];
			case "hashCode" -> System.identityHashCode(proxy);
			case "toString" -> this.type.getSimpleName() + " of " + this.connection;
			default -> {
				try {
					yield method.invoke(delegate(), arguments);
				}
				catch (InvocationTargetException ex) {
					throw Objects.requireNonNullElse(ex.getCause(), ex);
				}
			}
		};
	}

	private T delegate() {
		T existing = this.delegate;
		if (existing == null) {
			try {
				existing = this.factory.create(this.connection);
			}
			catch (IOException ex) {
				throw new NatsNotConnectedException("The connection to NATS is closed: " + ex.getMessage(), ex);
			}
			if (existing == null) {
				throw new NatsNotConnectedException(
						"There is no %1$s, as the mocked Connection makes none. Tell it which one to return, or mock it, too: @MockitoBean %1$s"
							.formatted(this.type.getSimpleName()),
						null);
			}
			this.delegate = existing;
		}
		return existing;
	}

	/**
	 * Creates the object.
	 *
	 * @param <T> the type
	 */
	public interface Factory<T> {

		// null where the connection is a mock that was told nothing
		@Nullable T create(Connection connection) throws IOException;

	}

}
