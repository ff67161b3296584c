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

package io.github.natskv.sample;

import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.KeyValueBucket;

import org.springframework.stereotype.Component;

/**
 * A transaction over two keys: both are written, or neither.
 */
@Component
class Transfers {

	private final KeyValueBucket<String> bucket;

	Transfers(KeyValueBucket<String> bucket) {
		this.bucket = bucket;
	}

	void transfer(Transfer transfer) {
		if (transfer.amount() <= 0 || transfer.from().equals(transfer.to())) {
			throw new IllegalArgumentException("A transfer takes a positive amount and two different keys");
		}
		this.bucket.transactionWithoutResult((transaction) -> {
			long from = balance(transaction, transfer.from());
			long to = balance(transaction, transfer.to());
			if (from < transfer.amount()) {
				throw new IllegalArgumentException("'%s' has only %d".formatted(transfer.from(), from));
			}
			transaction.put(transfer.from(), Long.toString(from - transfer.amount()));
			transaction.put(transfer.to(), Long.toString(to + transfer.amount()));
		});
	}

	private static long balance(BucketTransaction<String> transaction, String key) {
		String value = transaction.get(key);
		try {
			return Long.parseLong((value != null) ? value : "0");
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("The value of '%s' is '%s', and no number".formatted(key, value), ex);
		}
	}

	/**
	 * What to transfer.
	 *
	 * @param from the key to take it from
	 * @param to the key to give it to
	 * @param amount how much
	 */
	record Transfer(String from, String to, long amount) {

	}

}
