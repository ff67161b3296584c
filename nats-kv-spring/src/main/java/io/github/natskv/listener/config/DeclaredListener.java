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

package io.github.natskv.listener.config;

import java.util.List;
import java.util.function.Supplier;

import io.github.natskv.listener.ListenerErrorHandler;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.ListenerInterceptor;
import io.github.natskv.listener.invocation.ArgumentResolver;
import io.github.natskv.listener.invocation.DeliveryType;
import io.github.natskv.listener.invocation.HandlerInvoker;
import io.github.natskv.listener.invocation.HandlerRetry;
import io.github.natskv.listener.invocation.ListenerMethod;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A listener as it is declared, whatever it listens to.
 *
 * @param id the id
 * @param method the method
 * @param connection the connection
 * @param connectionLabel the name of the connection in metrics and observations
 * @param autoStartup whether it starts with the application
 * @param interceptors the interceptors of handlers
 * @param errorHandler what is told of failures, if anything
 * @param recorders registers its metrics, if there are any
 */
record DeclaredListener(String id, ListenerMethod method, Connection connection, String connectionLabel,
		boolean autoStartup, List<ListenerInterceptor> interceptors, @Nullable ListenerErrorHandler errorHandler,
		Supplier<ListenerInstrumentation.@Nullable Recorder> recorders) {

	// not to be called before the method was found to be valid
	ListenerInstrumentation.@Nullable Recorder recorder() {
		return this.recorders.get();
	}

	<D> HandlerInvoker<D> invoker(DeliveryType<D> type, List<ArgumentResolver<D>> arguments,
			@Nullable HandlerRetry retry) {
		return new HandlerInvoker<>(this.id, type, this.method, arguments, retry, this.interceptors, this.errorHandler,
				recorder());
	}

}
