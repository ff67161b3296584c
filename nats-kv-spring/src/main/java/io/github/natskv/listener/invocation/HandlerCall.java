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

import io.github.natskv.listener.ListenerInterceptor;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * The call of a handler method with its arguments.
 */
@FunctionalInterface
public interface HandlerCall {

	@Nullable Object invoke() throws Throwable;

	/**
	 * A call with interceptors around it.
	 *
	 * @param listenerId the id of the listener
	 * @param message the message
	 * @param interceptors the interceptors
	 * @param next the index of the one to call next
	 * @param call the call in the end
	 */
	record Intercepted(String listenerId, Message message, List<ListenerInterceptor> interceptors, int next,
			HandlerCall call) implements ListenerInterceptor.Invocation {

		@Override
		public @Nullable Object proceed() throws Throwable {
			if (this.next == this.interceptors.size()) {
				return this.call.invoke();
			}
			return this.interceptors.get(this.next)
				.intercept(new Intercepted(this.listenerId, this.message, this.interceptors, this.next + 1, this.call));
		}

	}

}
