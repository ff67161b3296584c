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

package io.github.natskv.test;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import org.jspecify.annotations.Nullable;

/**
 * Stands in for objects of jnats where there is no server.
 */
final class InMemoryProxies {

	private InMemoryProxies() {
	}

	// An object that is there, but refuses to do anything.
	static Object proxy(Class<?> type) {
		return proxy(type,
				(proxy, method, arguments) -> invoke("In-memory " + type.getSimpleName(), proxy, method, arguments));
	}

	static <T> T proxy(Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	// Does what all objects do, and refuses the rest.
	static @Nullable Object invoke(String description, Object proxy, Method method,
			@Nullable Object @Nullable [] arguments) {
		return switch (method.getName()) {
			case "equals" -> arguments != null && proxy == arguments[0];
			case "hashCode" -> System.identityHashCode(proxy);
			case "toString" -> description;
			default -> throw new UnsupportedOperationException(
					"%s.%s needs a NATS server, and this test has none (@InMemoryNats). Use @EmbeddedNats instead"
						.formatted(method.getDeclaringClass().getSimpleName(), method.getName()));
		};
	}

}
