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
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a {@link DeferredConnection}. What jnats reports while it fails is kept
 * as its {@link ConnectionFailures} and is nothing to listeners; what it reports once
 * connected is passed on as coming from the bean, and not before the connection was
 * announced.
 */
final class DeferredConnectionAttempt implements ConnectionListener {

	private final Options options;

	private final Connection bean;

	private final EventSink events;

	private final ConnectionFailures failures;

	private final CompletableFuture<Boolean> announced = new CompletableFuture<>();

	// The connection once jnats has called it connected, on its thread for callbacks.
	private volatile @Nullable Connection established;

	DeferredConnectionAttempt(Options options, ConnectionFailures failures, Connection bean, EventSink events) {
		this.failures = failures;
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

	@Override
	public void connectionEvent(Connection source, Events event, Long time, String uriDetails) {
		if (event == Events.CONNECTED) {
			this.established = source;
		}
		else if (event == Events.CLOSED && this.established == null) {
			this.failures.closed();
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
		return (ErrorListener) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { ErrorListener.class, ConnectionFailures.Source.class },
				(proxy, method, arguments) -> (method.getDeclaringClass() == ConnectionFailures.Source.class)
						? this.failures : onError(target, method, arguments));
	}

	private @Nullable Object onError(ErrorListener target, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		for (int i = 0; arguments != null && i < arguments.length; i++) {
			if (this.established == null && arguments[i] instanceof Exception failure) {
				this.failures.failed(failure, this.options);
				return null;
			}
			if (this.established == null && arguments[i] instanceof String error) {
				this.failures.serverError(error);
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
	 * The receiver of events.
	 */
	interface EventSink {

		void tell(Events event, Long time, String uri);

	}

}
