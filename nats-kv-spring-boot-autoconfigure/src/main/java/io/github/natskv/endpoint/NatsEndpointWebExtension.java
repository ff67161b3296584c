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

package io.github.natskv.endpoint;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} for the {@link NatsEndpoint} that
 * says which listeners and actions there are when a request names another.
 *
 * @since 0.1.0
 */
@EndpointWebExtension(endpoint = NatsEndpoint.class)
public class NatsEndpointWebExtension {

	private final NatsEndpoint delegate;

	/**
	 * Create the extension.
	 * @param delegate the endpoint
	 */
	public NatsEndpointWebExtension(NatsEndpoint delegate) {
		this.delegate = delegate;
	}

	/**
	 * Show a listener.
	 * @param listener the id of the listener
	 * @return what it does
	 */
	@ReadOperation
	public WebEndpointResponse<Object> listener(@Selector String listener) {
		return WebResponses.of(() -> this.delegate.listener(listener));
	}

	/**
	 * Pause or resume a listener.
	 * @param listener the id of the listener
	 * @param action {@code pause} or {@code resume}
	 * @return what it does then
	 */
	@WriteOperation
	public WebEndpointResponse<Object> control(@Selector String listener, @Nullable String action) {
		return WebResponses.of(() -> this.delegate.control(listener, action));
	}

	/**
	 * Show the oldest dead letters of a listener, 100 at most, without payload.
	 * @param listener the id of the listener
	 * @param part {@code dead-letters}
	 * @return the dead letters
	 */
	@ReadOperation
	public WebEndpointResponse<Object> deadLetters(@Selector String listener, @Selector String part) {
		return WebResponses.of(() -> this.delegate.deadLetters(listener, part));
	}

	/**
	 * Send a dead letter of a listener, or all of them, back to where they come from.
	 * @param listener the id of the listener
	 * @param part {@code dead-letters}
	 * @param sequence the sequence of one of them, {@code null} for all
	 * @return those that are left
	 */
	@WriteOperation
	public WebEndpointResponse<Object> sendBack(@Selector String listener, @Selector String part,
			@Nullable Long sequence) {
		return WebResponses.of(() -> this.delegate.sendBack(listener, part, sequence));
	}

}
