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

import java.util.function.Supplier;

import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.KeyValueTimeoutException;

/**
 * Remembers whether an operation of several requests has sent one already. Where it finds
 * no connection after that, it is not true any more that nothing was sent.
 */
public final class SentBefore {

	private final String bucket;

	private final Supplier<String> action;

	private boolean sent;

	/**
	 * Begin an operation.
	 * @param bucket the server's name of the bucket
	 * @param action what is done, to follow "while"
	 */
	public SentBefore(String bucket, Supplier<String> action) {
		this.bucket = bucket;
		this.action = action;
	}

	/** Note that a write was sent. */
	public void sent() {
		this.sent = true;
	}

	/**
	 * Return what to throw where there is no connection.
	 * @param ex says that nothing was sent
	 * @return that, or that something was sent before
	 */
	public RuntimeException translate(KeyValueNotConnectedException ex) {
		return this.sent ? new KeyValueTimeoutException(
				"The connection was lost while %s in bucket '%s', after a request for that had been sent and answered: the outcome is unknown"
					.formatted(this.action.get(), this.bucket),
				ex) : ex;
	}

}
