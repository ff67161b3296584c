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

/**
 * A guard that is one lease after the other.
 */
public interface TransactionGuardSource extends BucketTransaction.Guard {

	/**
	 * Return the present lease, which guards the whole transaction.
	 * @return a {@link TransactionGuard}
	 * @throws RevisionConflictException if there is none
	 */
	BucketTransaction.Guard current();

}
