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

package io.github.natskv.kv.support;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.natskv.kv.interceptor.BucketOperation.Kind;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;

/**
 * A jnats handle of a bucket with interceptors around its operations. Watches and what
 * does not talk to the server have none.
 */
final class InterceptedKeyValue implements InvocationHandler {

	private static final Map<String, Kind> KINDS = Map.of("get", Kind.GET, "put", Kind.PUT, "create", Kind.CREATE,
			"update", Kind.UPDATE, "delete", Kind.DELETE, "purge", Kind.PURGE, "keys", Kind.LIST, "history",
			Kind.HISTORY, "purgeDeletes", Kind.PURGE_DELETES);

	private static final List<Kind> WITHOUT_KEY = List.of(Kind.LIST, Kind.PURGE_DELETES);

	private static final Object[] NONE = {};

	private final KeyValue keyValue;

	private final BucketInterceptors interceptors;

	private InterceptedKeyValue(KeyValue keyValue, BucketInterceptors interceptors) {
		this.keyValue = keyValue;
		this.interceptors = interceptors;
	}

	static KeyValue of(KeyValue keyValue, BucketInterceptors interceptors) {
		return (KeyValue) Proxy.newProxyInstance(KeyValue.class.getClassLoader(), new Class<?>[] { KeyValue.class },
				new InterceptedKeyValue(keyValue, interceptors));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		Object[] given = (arguments != null) ? arguments : NONE;
		if (method.getName().equals("equals")) {
			return proxy == given[0];
		}
		Kind kind = KINDS.get(method.getName());
		return (kind != null) ? intercept(kind, method, given) : call(method, given);
	}

	private @Nullable Object intercept(Kind kind, Method method, Object[] arguments) throws Exception {
		String key = WITHOUT_KEY.contains(kind) ? null : (String) arguments[0];
		try {
			return this.interceptors.call(kind, key, () -> call(method, arguments));
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			throw ex;
		}
		catch (InterruptedException ex) {
			if (Arrays.asList(method.getExceptionTypes()).contains(InterruptedException.class)) {
				throw ex;
			}
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted while waiting for the server", ex);
		}
		catch (Exception ex) {
			throw new IllegalStateException(
					"An interceptor of bucket '%s' failed".formatted(this.keyValue.getBucketName()), ex);
		}
	}

	private @Nullable Object call(Method method, Object[] arguments) throws Exception {
		try {
			return AopUtils.invokeJoinpointUsingReflection(this.keyValue, method, arguments);
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
	}

}
