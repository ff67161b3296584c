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

package io.github.natskv.kv.transaction;

import java.util.function.Function;

import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.jetstream.Backoff;
import io.github.natskv.kv.jetstream.BucketStore;
import io.github.natskv.kv.jetstream.BucketValues;
import io.nats.client.JetStreamApiException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.util.Assert;

/**
 * Runs the transactions of a bucket: calls the function, commits what it wrote, and
 * starts over where somebody else was faster.
 *
 * @param <V> the type of the values
 */
public final class BucketTransactions<V> {

	private static final int ATTEMPTS = 100;

	private static final ThreadLocal<@Nullable String> running = new ThreadLocal<>();

	private final BucketStore store;

	private final BucketValues<V> values;

	public BucketTransactions(BucketStore store, BucketValues<V> values) {
		this.store = store;
		this.values = values;
	}

	/**
	 * Run a transaction.
	 * @param work what is done in it
	 * @param <T> the type of its result
	 * @return the result of the call that was committed
	 */
	public <T extends @Nullable Object> T run(Function<BucketTransaction<V>, T> work) {
		Assert.notNull(work, "'work' must not be null");
		String outer = running.get();
		if (outer != null) {
			throw new InvalidDataAccessApiUsageException(
					"A transaction in bucket '%s' was begun within one in bucket '%s', which cannot include it: begin it after that has returned"
						.formatted(this.store.bucket(), outer));
		}
		this.store.requireTransactions("A transaction");
		running.set(this.store.bucket());
		try {
			return repeat(work);
		}
		finally {
			running.remove();
		}
	}

	private <T extends @Nullable Object> T repeat(Function<BucketTransaction<V>, T> work) {
		for (int attempt = 1;; attempt++) {
			OpenTransaction<V> transaction = new OpenTransaction<>(this.store, this.values, attempt == 1);
			RevisionConflictException conflict;
			boolean called = false;
			try {
				T result = transaction.call(work);
				called = true;
				conflict = tryCommit(transaction);
				if (conflict == null) {
					return result;
				}
			}
			catch (RuntimeException ex) {
				if (called || !transaction.isStale()) {
					throw ex;
				}
				conflict = new RevisionConflictException(String.valueOf(ex.getMessage()), ex);
			}
			if (attempt == ATTEMPTS) {
				throw new RevisionConflictException(
						"Gave up a transaction in bucket '%s' after %d attempts: others write to its keys all the time, the last time to %s"
							.formatted(this.store.bucket(), attempt, transaction.changedKeys()),
						conflict);
			}
			Backoff.sleep(attempt);
		}
	}

	private @Nullable RevisionConflictException tryCommit(OpenTransaction<V> transaction) {
		try {
			commit(transaction);
			return null;
		}
		catch (RevisionConflictException ex) {
			transaction.requireGuards(ex);
			return ex;
		}
	}

	// nothing of it was stored while the server had no room for it
	private void commit(OpenTransaction<V> transaction) {
		for (int attempt = 1;; attempt++) {
			try {
				transaction.commit();
				return;
			}
			catch (TransientDataAccessResourceException ex) {
				if (!isBusy(ex) || attempt == ATTEMPTS) {
					throw ex;
				}
				Backoff.sleep(attempt);
			}
		}
	}

	private static boolean isBusy(TransientDataAccessResourceException ex) {
		if (!(ex.getCause() instanceof JetStreamApiException cause)) {
			return false;
		}
		int code = cause.getApiErrorCode();
		return code == JetStreamError.TOO_MANY_BATCHES || code == JetStreamError.INCOMPLETE_BATCH
				|| cause.getErrorCode() == 429;
	}

}
