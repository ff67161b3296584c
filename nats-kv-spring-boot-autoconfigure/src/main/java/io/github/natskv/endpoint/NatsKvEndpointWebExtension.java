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

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} for the {@link NatsKvEndpoint} that
 * knows who asks for values, and says what is wrong with a request: 404 for what does not
 * exist, 503 when the server cannot be asked.
 *
 * @since 0.1.0
 */
@EndpointWebExtension(endpoint = NatsKvEndpoint.class)
public class NatsKvEndpointWebExtension {

	private final NatsKvEndpoint delegate;

	private final Show showValues;

	private final Set<String> roles;

	/**
	 * Create the extension.
	 * @param delegate the endpoint
	 * @param showValues when values are shown
	 * @param roles who may see values when authorization is asked for; nobody in
	 * particular if there are none
	 */
	public NatsKvEndpointWebExtension(NatsKvEndpoint delegate, Show showValues, Set<String> roles) {
		this.delegate = delegate;
		this.showValues = showValues;
		this.roles = roles;
	}

	@ReadOperation
	public WebEndpointResponse<Object> buckets(@Nullable String connection) {
		return WebResponses.of(() -> this.delegate.buckets(connection));
	}

	@ReadOperation
	public WebEndpointResponse<Object> keys(@Selector String bucket, @Nullable String filter, @Nullable Long after,
			@Nullable Integer limit, @Nullable String connection) {
		return WebResponses.of(() -> this.delegate.keys(bucket, filter, after, limit, connection));
	}

	@ReadOperation
	public WebEndpointResponse<Object> entry(SecurityContext securityContext, @Selector String bucket,
			@Selector(match = Match.ALL_REMAINING) String[] key, @Nullable String connection) {
		return WebResponses.of(() -> this.delegate.entry(bucket, key, connection,
				this.showValues.isShown(securityContext, this.roles)));
	}

	@WriteOperation
	public WebEndpointResponse<Object> put(@Selector String bucket, @Selector(match = Match.ALL_REMAINING) String[] key,
			String value, @Nullable String connection) {
		return WebResponses.of(() -> this.delegate.put(bucket, key, value, connection));
	}

	@DeleteOperation
	public WebEndpointResponse<Object> delete(@Selector String bucket,
			@Selector(match = Match.ALL_REMAINING) String[] key, @Nullable String connection) {
		return WebResponses.of(() -> this.delegate.delete(bucket, key, connection));
	}

}
