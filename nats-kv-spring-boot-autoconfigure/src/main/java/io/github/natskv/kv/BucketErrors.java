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

package io.github.natskv.kv;

import io.nats.client.JetStreamApiException;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Translates what JetStream says, by its error codes.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @since 0.1.0
 */
public final class BucketErrors {

	static final int NO_MESSAGE_FOUND = 10037;

	private static final int WRONG_LAST_SEQUENCE = 10071;

	private static final int LAST_SEQUENCE_UNKNOWN = 10164;

	private static final int MESSAGE_TOO_LARGE = 10054;

	private static final int STREAM_NOT_FOUND = 10059;

	private static final int STORE_FAILED = 10077;

	private static final int ACCOUNT_RESOURCES_EXCEEDED = 10002;

	private static final int MEMORY_EXCEEDED = 10028;

	private static final int STORAGE_EXCEEDED = 10047;

	private BucketErrors() {
	}

	/**
	 * Return the exception that says what happened.
	 * @param bucket the server's name of the bucket
	 * @param action what was to be done, to follow "Could not"
	 * @param ex what JetStream said
	 * @return the exception to throw
	 */
	public static DataAccessException translate(String bucket, String action, JetStreamApiException ex) {
		String message = "Could not %s in bucket '%s': %s".formatted(action, bucket, ex.getMessage());
		return switch (ex.getApiErrorCode()) {
			case WRONG_LAST_SEQUENCE, LAST_SEQUENCE_UNKNOWN -> new RevisionConflictException(message, ex);
			case MESSAGE_TOO_LARGE -> new ValueTooLargeException(
					message + ". The limit is the bucket's max-value-size, which headers count towards", ex);
			case STREAM_NOT_FOUND -> new BucketNotFoundException(bucket, ex);
			case STORE_FAILED, ACCOUNT_RESOURCES_EXCEEDED, MEMORY_EXCEEDED, STORAGE_EXCEEDED ->
				new BucketFullException(message
						+ ". Raise the bucket's max-bytes or the server's limits, or purge keys and deletion markers",
						ex);
			default -> (ex.getErrorCode() >= 500) ? new TransientDataAccessResourceException(message, ex)
					: new InvalidDataAccessResourceUsageException(message, ex);
		};
	}

}
