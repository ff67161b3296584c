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

import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;

import io.github.natskv.core.MessageWriter;
import io.github.natskv.core.PayloadConversionException;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.TypedPayload;

import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;
import org.springframework.util.ClassUtils;

/**
 * The type a handler method returns, without the future and the message it may be in.
 */
public final class ResultType {

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
		}
		else if (isUnsupported(type.toClass())) {
			throw method.invalid(
					"its result, " + type.toClass().getName() + ", is a stream of values or a plain Future",
					"Return one value, a CompletableFuture or a Mono");
		}
		if (type.toClass() == Message.class) {
			type = type.getGeneric(0);
		}
		return new ResultType(method, type);
	}

	private static boolean isUnsupported(Class<?> type) {
		return Future.class.isAssignableFrom(type) || Flow.Publisher.class.isAssignableFrom(type)
				|| BaseStream.class.isAssignableFrom(type)
				|| ClassUtils.getAllInterfacesForClassAsSet(type)
					.stream()
					.anyMatch((candidate) -> candidate.getName().equals("org.reactivestreams.Publisher"));
	}

	public boolean isVoid() {
		Class<?> raw = this.type.toClass();
		return raw == void.class || raw == Void.class || raw.getName().equals("kotlin.Unit");
	}

	public MessageWriter writer(PayloadConverter converter) {
		Class<?> raw = this.type.toClass();
		if (isVoid() || raw == TypedPayload.class || io.nats.client.Message.class.isAssignableFrom(raw)
				|| isTypeOfText(raw)) {
			return converter::write;
		}
		try {
			return converter.messageWriter(this.type.getType());
		}
		catch (PayloadConversionException ex) {
			throw this.method.invalid("its result cannot be converted: " + ex.getMessage(),
					"Change the type or add what is missing", ex);
		}
	}

	// Types as Object and Number, whose values may be bytes, text or JSON.
	private static boolean isTypeOfText(Class<?> type) {
		return type.isAssignableFrom(byte[].class) || type.isAssignableFrom(String.class)
				|| type.isAssignableFrom(Integer.class);
	}

}
