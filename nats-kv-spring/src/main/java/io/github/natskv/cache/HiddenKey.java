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

package io.github.natskv.cache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import io.github.natskv.kv.BucketFullException;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.ValueTooLargeException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Keeps a key, which may be a secret, out of the exceptions of its bucket: they stay of
 * their kind, and name the cache instead.
 */
final class HiddenKey {

	private final String key;

	private final String shown;

	HiddenKey(String key, String shown) {
		this.key = key;
		this.shown = shown;
	}

	<T extends @Nullable Object> T in(Supplier<T> operation) {
		try {
			return operation.get();
		}
		catch (RuntimeException ex) {
			throw hide(ex);
		}
	}

	<T extends @Nullable Object> CompletableFuture<T> inAsync(Supplier<CompletableFuture<T>> operation) {
		return in(operation).exceptionallyCompose((failure) -> CompletableFuture.failedFuture(hide(failure)));
	}

	private Throwable hide(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		return (cause instanceof RuntimeException ex) ? hide(ex) : cause;
	}

	private RuntimeException hide(RuntimeException ex) {
		if (!isIn(ex)) {
			return ex;
		}
		DataAccessException hidden = copy(ex, String.valueOf(ex.getMessage()).replace(this.key, this.shown),
				harmless(ex.getCause()));
		hidden.setStackTrace(ex.getStackTrace());
		return hidden;
	}

	private boolean isIn(Throwable failure) {
		for (Throwable at = failure; at != null; at = at.getCause()) {
			if (at.toString().contains(this.key)) {
				return true;
			}
		}
		return false;
	}

	private @Nullable Throwable harmless(@Nullable Throwable cause) {
		Throwable harmless = cause;
		while (harmless != null && isIn(harmless)) {
			harmless = harmless.getCause();
		}
		return harmless;
	}

	private static DataAccessException copy(RuntimeException ex, String message, @Nullable Throwable cause) {
		if (ex instanceof KeyValueTimeoutException) {
			return new KeyValueTimeoutException(message, cause);
		}
		if (ex instanceof KeyValueNotConnectedException) {
			return (cause != null) ? new KeyValueNotConnectedException(message, cause)
					: new KeyValueNotConnectedException(message);
		}
		if (ex instanceof RevisionConflictException) {
			return new RevisionConflictException(message, cause);
		}
		if (ex instanceof BucketFullException) {
			return new BucketFullException(message, cause);
		}
		if (ex instanceof ValueTooLargeException) {
			return new ValueTooLargeException(message, cause);
		}
		if (ex instanceof PermissionDeniedDataAccessException) {
			return new PermissionDeniedDataAccessException(message,
					(cause != null) ? cause : new IllegalStateException("The user has no permission"));
		}
		if (ex instanceof InvalidDataAccessResourceUsageException) {
			return new InvalidDataAccessResourceUsageException(message, cause);
		}
		DataAccessException copy = (ex instanceof TransientDataAccessException)
				? new TransientDataAccessResourceException(message) : new DataAccessResourceFailureException(message);
		return (cause != null) ? (DataAccessException) copy.initCause(cause) : copy;
	}

}
