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

package io.github.natskv.rounds;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.BulkOperationException;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.rounds.Write.Kind;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;

/**
 * The writing operations.
 */
enum Writes implements Operation {

	PUT {

		@Override
		void write(Actor actor) {
			Write write = actor.journal().put(actor.anyKey(), null);
			note(write, () -> actor.bucket().put(write.key(), write.value()));
		}

	},

	CREATE {

		@Override
		void write(Actor actor) {
			Write write = actor.journal().put(actor.mortalKey(), 0L);
			note(write, () -> actor.bucket().create(write.key(), write.value()));
		}

	},

	UPDATE {

		@Override
		void write(Actor actor) {
			String key = actor.anyKey();
			Long revision = revision(actor, key);
			if (revision != null) {
				Write write = actor.journal().put(key, revision);
				note(write, () -> actor.bucket().update(key, write.value(), revision));
			}
		}

	},

	COMPUTE {

		@Override
		void write(Actor actor) {
			Write write = actor.journal().put(actor.anyKey(), null);
			note(write, () -> {
				BucketEntry<String> entry = actor.bucket().compute(write.key(), (before) -> write.value());
				return entry.revision();
			});
		}

	},

	DELETE {

		@Override
		void write(Actor actor) {
			Write write = actor.journal().remove(actor.mortalKey(), Kind.DELETE, null);
			note(write, () -> actor.bucket().delete(write.key()));
		}

	},

	DELETE_REVISION {

		@Override
		void write(Actor actor) {
			String key = actor.mortalKey();
			Long revision = revision(actor, key);
			if (revision != null) {
				Write write = actor.journal().remove(key, Kind.DELETE, revision);
				note(write, () -> actor.bucket().delete(key, revision));
			}
		}

	},

	PURGE {

		@Override
		void write(Actor actor) {
			Write write = actor.journal().remove(actor.mortalKey(), Kind.PURGE, null);
			note(write, () -> actor.bucket().purge(write.key()));
		}

	},

	PUT_ALL {

		@Override
		void write(Actor actor) {
			Map<String, Write> writes = new LinkedHashMap<>();
			Map<String, String> values = new LinkedHashMap<>();
			for (int i = 0; i < MANY; i++) {
				writes.computeIfAbsent(actor.anyKey(), (key) -> actor.journal().put(key, null));
			}
			writes.forEach((key, write) -> values.put(key, write.value()));
			try {
				actor.bucket().putAll(values).forEach((key, revision) -> writes.get(key).acknowledged(revision));
			}
			catch (BulkOperationException ex) {
				ex.getSucceeded().forEach((key, revision) -> writes.remove(key).acknowledged(revision));
				ex.getFailures().forEach((key, failure) -> {
					Write write = writes.remove(key);
					if (!(failure instanceof KeyValueTimeoutException)) {
						write.refused();
					}
				});
				if (!writes.isEmpty()) {
					actor.journal().offence("Nothing was told of " + writes.keySet());
				}
				throw ex;
			}
		}

	},

	PUT_ASYNC {

		@Override
		void write(Actor actor) {
			List<Write> writes = IntStream.range(0, MANY)
				.mapToObj((i) -> actor.journal().put(actor.anyKey(), null))
				.toList();
			List<CompletableFuture<Long>> futures = writes.stream()
				.map((write) -> actor.bucket().putAsync(write.key(), write.value()))
				.toList();
			for (int i = 0; i < MANY; i++) {
				CompletableFuture<Long> future = futures.get(i);
				try {
					note(writes.get(i), () -> join(future));
				}
				catch (DataAccessException ex) {
					// the others have outcomes of their own
				}
			}
		}

	};

	private static final int MANY = 20;

	abstract void write(Actor actor);

	@Override
	public void perform(Actor actor) throws InterruptedException {
		try {
			write(actor);
		}
		catch (DataAccessException ex) {
			TimeUnit.MILLISECONDS.sleep(20);
		}
	}

	private static @Nullable Long revision(Actor actor, String key) {
		BucketEntry<String> entry = actor.bucket().getEntry(key);
		return (entry != null) ? entry.revision() : null;
	}

	static <R> R join(CompletableFuture<R> future) {
		try {
			return future.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	private static void note(Write write, Attempt attempt) {
		try {
			write.acknowledged(attempt.revision());
		}
		catch (RevisionConflictException | DuplicateKeyException ex) {
			write.refused();
		}
		catch (KeyValueNotConnectedException | BucketNotFoundException ex) {
			write.refused();
			throw ex;
		}
	}

	private interface Attempt {

		long revision();

	}

}
