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

package io.github.natskv.kv.watch;

import java.util.List;
import java.util.function.Consumer;

import io.github.natskv.kv.BucketEntry;

/**
 * Gives changes that were written together to a consumer of lists.
 *
 * @param consumer given each list
 * @param <V> the type of the values
 */
public record TransactionHandler<V>(Consumer<List<BucketEntry<V>>> consumer) implements BucketWatchHandler<V> {

	@Override
	public boolean isForTransactions() {
		return true;
	}

	@Override
	public void handle(BucketChange<V> change) {
		handle(List.of(change));
	}

	@Override
	public void handle(List<BucketChange<V>> changes) {
		this.consumer.accept(changes.stream().map(BucketChange::entry).toList());
	}

	@Override
	public boolean isWaiting() {
		return PacedConsumer.isWaiting(this.consumer);
	}

}
