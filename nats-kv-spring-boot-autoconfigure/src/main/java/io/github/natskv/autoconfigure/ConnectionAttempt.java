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

package io.github.natskv.autoconfigure;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a {@link DeferredConnection}. What jnats reports while it fails is the
 * reason of the failure and nothing to listeners; what it reports once connected is
 * passed on as coming from the bean, and not before the connection was announced.
 */
final class ConnectionAttempt implements ConnectionListener {

	private final Options options;

	private final Connection bean;

	private final EventSink events;

	private final Set<String> reasons = new ConcurrentSkipListSet<>();

	private final CompletableFuture<Boolean> announced = new CompletableFuture<>();

	// The connection once jnats has called it connected, on its thread for callbacks.
	private volatile @Nullable Connection established;

	ConnectionAttempt(Options options, Connection bean, EventSink events) {
		this.bean = bean;
		this.events = events;
		this.options = new Options.Builder(options).connectionListener(this)
			.errorListener(filter(options.getErrorListener()))
			.build();
	}

	Connection connect() throws IOException, InterruptedException {
		try {
			return Nats.connect(this.options);
		}
		catch (InterruptedException ex) {
			// jnats was cleaning up, and leaves threads behind
			this.options.incrementExecutorUse();
			this.options.shutdownExecutors();
			throw ex;
		}
	}

	// Tell the listeners, before anything else that happens to the connection.
	void announce() {
		String url = this.bean.getConnectedUrl();
		this.events.tell(Events.CONNECTED, System.currentTimeMillis(), (url != null) ? url : "");
		this.announced.complete(true);
	}

	void end() {
		this.announced.complete(false);
	}

	String reason(Exception failure) {
		String reason = (failure instanceof AuthenticationException || this.reasons.isEmpty()) ? describe(failure)
				: String.join("; ", this.reasons);
		return NatsConnectionFailedException.withoutUserInfo(reason);
	}

	private String describe(Exception failure) {
		Throwable cause = (failure instanceof ExecutionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		if (cause instanceof TimeoutException) {
			return "no answer within %d ms".formatted(this.options.getConnectionTimeout().toMillis());
		}
		String message = cause.getMessage();
		return (message != null && message.contains(" ")) ? message
				: cause.getClass().getSimpleName() + ((message != null) ? ": " + message : "");
	}

	@Override
	public void connectionEvent(Connection source, Events event, Long time, String uriDetails) {
		if (event == Events.CONNECTED) {
			this.established = source;
		}
		else if (source == this.established && this.announced.join()) {
			this.events.tell(event, time, uriDetails);
		}
	}

	@Override
	@Deprecated
	public void connectionEvent(Connection source, Events event) {
		// the other form is called instead
	}

	private ErrorListener filter(ErrorListener target) {
		return (ErrorListener) Proxy.newProxyInstance(ErrorListener.class.getClassLoader(),
				new Class<?>[] { ErrorListener.class },
				(proxy, method, arguments) -> onError(target, method, arguments));
	}

	private @Nullable Object onError(ErrorListener target, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		for (int i = 0; arguments != null && i < arguments.length; i++) {
			if (this.established == null && arguments[i] instanceof Exception failure) {
				this.reasons.add(describe(failure));
				return null;
			}
			if (this.established == null && method.getName().equals("errorOccurred")) {
				return null;
			}
			if (arguments[i] instanceof Connection) {
				arguments[i] = this.bean;
			}
		}
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw Objects.requireNonNullElse(ex.getCause(), ex);
		}
	}

	/**
	 * Where events go.
	 */
	interface EventSink {

		void tell(Events event, Long time, String uri);

	}

}
