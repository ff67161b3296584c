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

package io.github.natskv.listener.invocation;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.BaseStream;
import java.util.stream.Stream;

import io.github.natskv.core.MessageWriter;
import io.github.natskv.core.PayloadConversionException;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.TypedPayload;
import io.github.natskv.listener.InvalidListenerException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;
import org.springframework.util.ClassUtils;

/**
 * The type a handler method returns, without the future and the message it may be in.
 */
public final class ResultType {

	private static final List<Class<?>> UNSUPPORTED = Stream
		.concat(Stream.of(Future.class, Callable.class, Flow.Publisher.class, BaseStream.class),
				Stream
					.of("org.reactivestreams.Publisher", "kotlinx.coroutines.flow.Flow", "kotlinx.coroutines.Deferred",
							"kotlin.sequences.Sequence", "org.springframework.web.context.request.async.DeferredResult")
					.filter((name) -> ClassUtils.isPresent(name, ResultType.class.getClassLoader()))
					.map((name) -> ClassUtils.resolveClassName(name, ResultType.class.getClassLoader())))
		.toList();

	private final ListenerMethod method;

	private final ResolvableType type;

	private ResultType(ListenerMethod method, ResolvableType type) {
		this.method = method;
		this.type = type;
	}

	public static ResultType of(ListenerMethod method) {
		ResolvableType type = method.resultType();
		if (AsyncResults.isAsync(type.toClass())) {
			type = type.getGeneric(0);
			requireNotAsync(method, type);
		}
		requireValue(method, type);
		if (type.toClass() == Message.class) {
			type = type.getGeneric(0);
			requireNotAsync(method, type);
			requireValue(method, type);
		}
		return new ResultType(method, type);
	}

	private static void requireNotAsync(ListenerMethod method, ResolvableType type) {
		if (AsyncResults.isAsync(type.toClass())) {
			throw refused(method, type);
		}
	}

	private static void requireValue(ListenerMethod method, ResolvableType type) {
		if (isUnsupported(type.toClass()) || type.toClass() == Supplier.class) {
			throw refused(method, type);
		}
	}

	private static InvalidListenerException refused(ListenerMethod method, ResolvableType type) {
		return method.invalid(
				"its result, " + type.toClass().getName() + ", is a stream of values, a plain Future or a function",
				"Return one value, a CompletableFuture or a Mono");
	}

	private static boolean isUnsupported(Class<?> type) {
		return UNSUPPORTED.stream().anyMatch((unsupported) -> unsupported.isAssignableFrom(type));
	}

	/** Whether a result is Kotlin's {@code Unit}, which answers nothing. */
	public static boolean isUnit(@Nullable Object result) {
		return result != null && result.getClass().getName().equals("kotlin.Unit");
	}

	public boolean isVoid() {
		Class<?> raw = this.type.toClass();
		return raw == void.class || raw == Void.class || raw.getName().equals("kotlin.Unit");
	}

	public MessageWriter writer(PayloadConverter converter) {
		Class<?> raw = this.type.toClass();
		if (isVoid() || raw == TypedPayload.class || io.nats.client.Message.class.isAssignableFrom(raw)
				|| isTypeOfText(raw)) {
			return (value, headers) -> {
				requireValue(value);
				return converter.write(value, headers);
			};
		}
		try {
			return converter.messageWriter(this.type.getType());
		}
		catch (PayloadConversionException ex) {
			throw this.method.invalid("its result cannot be converted: " + ex.getMessage(),
					"Change the type or add what is missing", ex);
		}
	}

	private static void requireValue(Object value) {
		Object content = (value instanceof Message<?> message) ? message.getPayload() : value;
		if (isUnsupported(content.getClass())) {
			throw new IllegalStateException("Result of type " + content.getClass().getName()
					+ " is a stream of values, a plain Future or a function, which cannot be sent; return one value, a"
					+ " CompletableFuture or a Mono");
		}
	}

	// Types as Object and Number, whose values may be bytes, text or JSON.
	private static boolean isTypeOfText(Class<?> type) {
		return type.isAssignableFrom(byte[].class) || type.isAssignableFrom(String.class)
				|| type.isAssignableFrom(Integer.class);
	}

}
