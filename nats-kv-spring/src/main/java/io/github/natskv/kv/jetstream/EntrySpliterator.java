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

	private @Nullable EntryCursor cursor;

	EntrySpliterator(BucketStore store, List<String> filters, Predicate<KeyValueEntry> shown) {
		super(Long.MAX_VALUE, Spliterator.NONNULL | Spliterator.ORDERED);
		this.store = store;
		this.filters = filters;
		this.shown = shown;
	}

	@Override
	public boolean tryAdvance(Consumer<? super KeyValueEntry> action) {
		while (true) {
			EntryCursor current = this.cursor;
			if (current == null) {
				if (this.next == this.filters.size()) {
					return false;
				}
				current = this.store.read(this.filters.get(this.next++));
				this.cursor = current;
			}
			KeyValueEntry entry = read(current);
			if (entry == null) {
				close();
			}
			else if (this.shown.test(entry) && !isOfFormerFilter(entry.getKey())) {
				action.accept(entry);
				return true;
			}
		}
	}

	private @Nullable KeyValueEntry read(EntryCursor current) {
		try {
			return current.next();
		}
		catch (RuntimeException ex) {
			close();
			this.next = this.filters.size();
			throw ex;
		}
	}

	private boolean isOfFormerFilter(String key) {
		for (int i = 0; i < this.next - 1; i++) {
			if (matches(this.filters.get(i).split("\\."), key.split("\\."))) {
				return true;
			}
		}
		return false;
	}

	private static boolean matches(String[] filter, String[] key) {
		for (int i = 0; i < filter.length; i++) {
			if (filter[i].equals(">")) {
				return key.length > i;
			}
			if (key.length == i || !(filter[i].equals("*") || filter[i].equals(key[i]))) {
				return false;
			}
		}
		return key.length == filter.length;
	}

	void close() {
		EntryCursor current = this.cursor;
		this.cursor = null;
		if (current != null) {
			current.close();
		}
	}

}
