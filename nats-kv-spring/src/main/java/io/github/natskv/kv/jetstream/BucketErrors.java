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

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.JetStreamRequestException;
import io.github.natskv.kv.BucketFullException;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.ValueTooLargeException;
import io.nats.client.JetStreamApiException;
import org.jspecify.annotations.Nullable;

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

	private static final Pattern REVISION = Pattern.compile("\\d+$");

	private BucketErrors() {
	}

	/**
	 * Return the exception that says what happened.
	 * @param bucket the server's name of the bucket
	 * @param action what was to be done, to follow "Could not"
	 */
	public static DataAccessException translate(String bucket, String action, JetStreamApiException ex) {
		JetStreamError error = JetStreamError.of(ex);
		String message = "Could not %s in bucket '%s': %s".formatted(action, bucket, found(error, ex));
		return switch (error.kind()) {
			case CONFLICT -> new RevisionConflictException(message, ex);
			case TOO_LARGE -> new ValueTooLargeException(message, ex);
			case STREAM_NOT_FOUND -> new BucketNotFoundException(bucket, ex);
			case FULL -> new BucketFullException(message + ". " + whatToDo(error), ex);
			case TRANSIENT, CONSUMER_NOT_FOUND -> new TransientDataAccessResourceException(message, ex);
			case UNAVAILABLE, FAILED -> new DataAccessResourceFailureException(message, ex);
			case MESSAGE_NOT_FOUND -> new InvalidDataAccessResourceUsageException(message, ex);
			case USAGE -> new InvalidDataAccessResourceUsageException(
					(error.code() == JetStreamError.ROLLUP_FAILED) ? message + ". " + NO_ROLLUP : message, ex);
		};
	}

	private static String found(JetStreamError error, JetStreamApiException ex) {
		String found = switch (error.kind()) {
			case CONFLICT -> conflict(ex.getErrorDescription());
			case TOO_LARGE -> "with its headers, the value is larger than the bucket's max-value-size";
			case FULL -> switch (error.code()) {
				case JetStreamError.INSUFFICIENT_RESOURCES -> "the store of the server is full";
				case JetStreamError.ACCOUNT_RESOURCES_EXCEEDED -> "the account has used up its JetStream limits";
				case JetStreamError.STORE_FAILED -> "the bucket is full";
				default -> null;
			};
			default -> null;
		};
		return (found != null) ? found + " [" + error.code() + "]" : String.valueOf(ex.getMessage());
	}

	// "wrong last sequence: 42", newer servers may leave the number out
	private static String conflict(@Nullable String description) {
		Matcher revision = REVISION.matcher(String.valueOf(description));
		return "its latest revision is "
				+ (revision.find() ? revision.group() + ", not the expected one" : "not the expected one");
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
				"Raise its max_file_store (or max_memory_store), which may not be more than its disk holds, or free space there";
			case JetStreamError.ACCOUNT_RESOURCES_EXCEEDED -> "Raise these limits, or purge keys and deletion markers";
			default -> "Raise the bucket's max-bytes or the server's limits, or purge keys and deletion markers";
		};
	}

}
