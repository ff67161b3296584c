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

import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.github.natskv.core.Subjects;
import io.nats.client.api.KeyValueEntry;
import org.jspecify.annotations.Nullable;

/**
 * The entries of several filters, one filter after the other. A key that matches several
 * of them comes with the first.
 */
final class EntrySpliterator extends Spliterators.AbstractSpliterator<KeyValueEntry> {

	private final BucketStore store;

	private final List<String> filters;

	private final Predicate<KeyValueEntry> shown;

	private int next;

	private volatile @Nullable EntryCursor cursor;

	private @Nullable RuntimeException failure;

	/** May be closed by a thread other than the one that reads. */
	private volatile boolean closed;

	EntrySpliterator(BucketStore store, List<String> filters, Predicate<KeyValueEntry> shown) {
		super(Long.MAX_VALUE, Spliterator.NONNULL | Spliterator.ORDERED);
		this.store = store;
		this.filters = filters;
		this.shown = shown;
	}

	@Override
	public boolean tryAdvance(Consumer<? super KeyValueEntry> action) {
		while (true) {
			EntryCursor current = current();
			if (current == null) {
				return false;
			}
			KeyValueEntry entry = failing(current::next);
			if (entry == null) {
				release();
			}
			else if (this.shown.test(entry) && !isOfFormerFilter(entry.getKey())) {
				action.accept(entry);
				return true;
			}
		}
	}

	private @Nullable EntryCursor current() {
		requireOpen();
		EntryCursor current = this.cursor;
		if (current == null && this.next < this.filters.size()) {
			current = failing(() -> this.store.read(this.filters.get(this.next++)));
			this.cursor = current;
		}
		return current;
	}

	private void requireOpen() {
		if (this.failure != null) {
			throw this.failure;
		}
		if (this.closed) {
			throw new IllegalStateException("The stream of bucket '%s' is closed".formatted(this.store.bucket()));
		}
	}

	// what has failed is not over
	private <R extends @Nullable Object> R failing(Supplier<R> read) {
		try {
			return read.get();
		}
		catch (RuntimeException ex) {
			release();
			this.failure = ex;
			throw ex;
		}
	}

	private boolean isOfFormerFilter(String key) {
		for (int i = 0; i < this.next - 1; i++) {
			if (Subjects.matches(this.filters.get(i), key)) {
				return true;
			}
		}
		return false;
	}

	void close() {
		this.closed = true;
		release();
	}

	private void release() {
		EntryCursor current = this.cursor;
		this.cursor = null;
		if (current != null) {
			current.close();
		}
	}

}
