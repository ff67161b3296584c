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

package io.github.natskv.kv.jetstream;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

import io.nats.client.Connection;

/**
 * A connection over which others come before requests.
 */
final class DisturbedConnection {

	private DisturbedConnection() {
	}

	/**
	 * Disturb a connection.
	 * @param beforeRequest given the subject and the body of each request before it is
	 * sent
	 */
	static Connection of(Connection connection, Consumer<String> beforeRequest) {
		return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("requestWithTimeout")) {
						byte[] body = (byte[]) arguments[2];
						beforeRequest.accept(
								arguments[0] + ((body != null) ? " " + new String(body, StandardCharsets.UTF_8) : ""));
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
