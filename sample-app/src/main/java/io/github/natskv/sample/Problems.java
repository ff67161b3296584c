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

package io.github.natskv.sample;

import io.github.natskv.core.NatsNotConnectedException;
import io.github.natskv.core.NatsReplyException;
import io.github.natskv.core.NatsTimeoutException;
import io.github.natskv.core.NoRespondersException;
import io.github.natskv.kv.InvalidBucketKeyException;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.UnsupportedServerFeatureException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Translates the exceptions of buckets and messages to HTTP.
 */
@RestControllerAdvice
class Problems {

	@ExceptionHandler({ RevisionConflictException.class, DuplicateKeyException.class })
	ProblemDetail conflict(Exception ex) {
		return problem(HttpStatus.CONFLICT, "Somebody else was faster, so nothing was written: " + ex.getMessage());
	}

	@ExceptionHandler({ KeyValueNotConnectedException.class, NatsNotConnectedException.class })
	ProblemDetail notConnected(Exception ex) {
		return problem(HttpStatus.SERVICE_UNAVAILABLE, "There is no connection to NATS, so nothing was sent");
	}

	@ExceptionHandler({ KeyValueTimeoutException.class, NatsTimeoutException.class })
	ProblemDetail unknown(Exception ex) {
		return problem(HttpStatus.GATEWAY_TIMEOUT, "No answer came, so the outcome is unknown");
	}

	@ExceptionHandler(NoRespondersException.class)
	ProblemDetail nobody(NoRespondersException ex) {
		return problem(HttpStatus.NOT_FOUND, ex.getMessage());
	}

	@ExceptionHandler(NatsReplyException.class)
	ProblemDetail reply(NatsReplyException ex) {
		return problem(HttpStatus.BAD_GATEWAY, ex.getMessage());
	}

	@ExceptionHandler({ InvalidBucketKeyException.class, IllegalArgumentException.class })
	ProblemDetail invalid(Exception ex) {
		return problem(HttpStatus.BAD_REQUEST, ex.getMessage());
	}

	@ExceptionHandler(UnsupportedServerFeatureException.class)
	ProblemDetail unsupported(UnsupportedServerFeatureException ex) {
		return problem(HttpStatus.NOT_IMPLEMENTED, ex.getMessage());
	}

	private static ProblemDetail problem(HttpStatus status, @Nullable String detail) {
		return ProblemDetail.forStatusAndDetail(status, (detail != null) ? detail : status.getReasonPhrase());
	}

}
