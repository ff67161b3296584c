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

package io.github.natskv.kv.interceptor;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.kv.BulkOperationException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.RevisionConflictException;
import io.nats.client.JetStreamApiException;
import io.nats.client.RequestFailureException;
import io.nats.client.RequestFailureReason;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;

/**
 * The outcome of an operation on a bucket. Constants may be added.
 *
 * @since 0.1.0
 */
public enum OperationOutcome {

	/** As asked for. */
	OK,

	/** There is no such value. */
	ABSENT,

	/** Somebody else has written the key. */
	CONFLICT,

	/** The server did not answer in time. */
	TIMEOUT,

	/** Otherwise. */
	ERROR;

	/**
	 * Return how an operation ended that returned.
	 * @param kind what was done
	 * @param result what it returned
	 * @return the outcome
	 */
	public static OperationOutcome of(BucketOperation.Kind kind, @Nullable Object result) {
		return switch (kind) {
			case GET -> (result == null || Boolean.FALSE.equals(result)) ? ABSENT : OK;
			case CREATE -> Boolean.FALSE.equals(result) ? CONFLICT : OK;
			default -> OK;
		};
	}

	/**
	 * Return how an operation ended that failed.
	 * @param failure what it threw, or what its result completed with
	 * @return the outcome
	 */
	public static OperationOutcome of(Throwable failure) {
		if (failure instanceof CompletionException && failure.getCause() != null) {
			return of(failure.getCause());
		}
		if (failure instanceof BulkOperationException bulk) {
			return of(bulk.getFailures().values());
		}
		if (failure instanceof RevisionConflictException || failure instanceof DuplicateKeyException) {
			return CONFLICT;
		}
		if (failure instanceof JetStreamApiException api) {
			return (JetStreamError.of(api).kind() == JetStreamError.Kind.CONFLICT) ? CONFLICT : ERROR;
		}
		return isTimeout(failure) ? TIMEOUT : ERROR;
	}

	// the same for all keys, or else that something failed
	private static OperationOutcome of(Collection<RuntimeException> failures) {
		Set<OperationOutcome> outcomes = EnumSet.noneOf(OperationOutcome.class);
		failures.forEach((failure) -> outcomes.add(of(failure)));
		return (outcomes.size() == 1) ? outcomes.iterator().next() : ERROR;
	}

	private static boolean isTimeout(Throwable failure) {
		if (failure instanceof RequestFailureException request) {
			return request.getReason() == RequestFailureReason.TIMEOUT;
		}
		return failure instanceof KeyValueTimeoutException || failure.getCause() instanceof TimeoutException;
	}

}
