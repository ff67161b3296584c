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

package io.github.natskv.testsupport;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.natskv.core.NatsNotConnectedException;
import io.nats.client.Connection;

/**
 * The connection that comes between somebody's look whether it is there and their
 * listening for it, and so is told to nobody.
 */
public final class UnannouncedConnection {

	private UnannouncedConnection() {
	}

	public static Connection of(Connection connection) {
		AtomicBoolean listened = new AtomicBoolean();
		return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					boolean there = listened.get();
					switch (method.getName()) {
						case "addConnectionListener":
							listened.set(true);
							break;
						case "getStatus":
							if (!there) {
								return Connection.Status.CONNECTING;
							}
							break;
						case "createDispatcher":
							if (!there) {
								throw new NatsNotConnectedException("Not yet", null);
							}
							break;
						default:
							break;
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

}
