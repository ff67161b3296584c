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

import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.jetstream.BucketStore;
import org.jspecify.annotations.Nullable;

/**
 * A guard whose key is that of a holder, who may write it meanwhile.
 */
public interface TransactionGuard extends BucketTransaction.Guard {

	/**
	 * Return the bucket of the key.
	 * @return the store of that bucket
	 */
	BucketStore store();

	/**
	 * Return the key.
	 * @return the key as it is on the server
	 */
	String key();

	/**
	 * Return the revision the key must have at the commit.
	 * @return the last known one
	 * @throws RevisionConflictException if the holder has lost the key already
	 */
	long revision();

	/**
	 * Look whether the key is still that of its holder.
	 * @param conflict why the commit was refused, {@code null} if nothing was sent
	 * @throws RevisionConflictException if it is not
	 */
	void requireHeld(@Nullable RevisionConflictException conflict);

}
