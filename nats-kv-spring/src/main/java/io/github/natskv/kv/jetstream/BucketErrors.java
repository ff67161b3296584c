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

package io.github.natskv.kv.jetstream;

import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.JetStreamRequestException;
import io.github.natskv.kv.BucketFullException;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.ValueTooLargeException;
import io.nats.client.JetStreamApiException;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Translates what JetStream says, by its error codes.
 *
 * @since 0.1.0
 */
public final class BucketErrors {

	private static final String NO_ROLLUP = "The stream of the bucket has no roll-up headers (allow_rollup_hdrs), which a purge needs: let provisioning 'update' allow them, or delete the key instead";

	private BucketErrors() {
	}

	/**
	 * Return the exception that says what happened.
	 * @param bucket the server's name of the bucket
	 * @param action what was to be done, to follow "Could not"
	 */
	public static DataAccessException translate(String bucket, String action, JetStreamApiException ex) {
		String message = "Could not %s in bucket '%s': %s".formatted(action, bucket, ex.getMessage());
		JetStreamError error = JetStreamError.of(ex);
		return switch (error.kind()) {
			case CONFLICT -> new RevisionConflictException(message, ex);
			case TOO_LARGE -> new ValueTooLargeException(
					message + ". The limit is the bucket's max-value-size, which headers count towards", ex);
			case STREAM_NOT_FOUND -> new BucketNotFoundException(bucket, ex);
			case FULL -> new BucketFullException(message + ". " + whatToDo(error), ex);
			case TRANSIENT, CONSUMER_NOT_FOUND -> new TransientDataAccessResourceException(message, ex);
			case UNAVAILABLE, FAILED -> new DataAccessResourceFailureException(message, ex);
			case MESSAGE_NOT_FOUND -> new InvalidDataAccessResourceUsageException(message, ex);
			case USAGE -> new InvalidDataAccessResourceUsageException(
					(error.code() == JetStreamError.ROLLUP_FAILED) ? message + ". " + NO_ROLLUP : message, ex);
		};
	}

	/** Return the exception for a request that was not answered. */
	public static DataAccessException translate(JetStreamRequestException ex) {
		String message = String.valueOf(ex.getMessage());
		Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
		return switch (ex.reason()) {
			case NOT_CONNECTED -> new KeyValueNotConnectedException(message, cause);
			case DENIED -> new PermissionDeniedDataAccessException(message, cause);
			case NO_RESPONDERS -> new TransientDataAccessResourceException(message, cause);
			case UNANSWERED, CANCELLED -> new KeyValueTimeoutException(message, cause);
		};
	}

	private static String whatToDo(JetStreamError error) {
		return switch (error.code()) {
			case JetStreamError.INSUFFICIENT_RESOURCES ->
				"The store of the server is full: raise its max_file_store (or max_memory_store), which may not be more than its disk holds, or free space there";
			case JetStreamError.ACCOUNT_RESOURCES_EXCEEDED ->
				"Raise the JetStream limits of the account, or purge keys and deletion markers";
			default -> "Raise the bucket's max-bytes or the server's limits, or purge keys and deletion markers";
		};
	}

}
