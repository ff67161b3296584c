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

import java.util.Map;
import java.util.function.Supplier;

import io.github.natskv.core.connection.UserInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.dao.DataAccessException;

/**
 * Responses over HTTP. Those to failures have a {@code message}.
 */
final class WebResponses {

	private WebResponses() {
	}

	static WebEndpointResponse<Object> of(Supplier<Object> action) {
		try {
			return new WebEndpointResponse<>(action.get());
		}
		catch (NoSuchNameException ex) {
			return failure(WebEndpointResponse.STATUS_NOT_FOUND, ex.getReason());
		}
		catch (InvalidEndpointRequestException ex) {
			return failure(WebEndpointResponse.STATUS_BAD_REQUEST, ex.getReason());
		}
		catch (DataAccessException ex) {
			return failure(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE, ex.getMessage());
		}
	}

	private static WebEndpointResponse<Object> failure(int status, @Nullable String message) {
		return new WebEndpointResponse<>(
				OperationResponseBody.of(Map.of("message", UserInfo.mask(String.valueOf(message)))), status);
	}

}
