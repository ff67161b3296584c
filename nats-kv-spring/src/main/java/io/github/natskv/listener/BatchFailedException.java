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

package io.github.natskv.listener;

import io.github.natskv.core.NatsException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Thrown by a {@code @JetStreamListener} method that takes batches when one message of a
 * batch failed. Those before it are acknowledged, it is delivered again like any message
 * that failed, and those after it are in the next batch.
 *
 * @since 0.1.0
 */
public class BatchFailedException extends NatsException {

	private final int index;

	/**
	 * Create an exception.
	 * @param index the index of the message that failed, from 0
	 */
	public BatchFailedException(int index) {
		this(index, null);
	}

	/**
	 * Create an exception.
	 * @param index the index of the message that failed, from 0
	 * @param cause the reason
	 */
	public BatchFailedException(int index, @Nullable Throwable cause) {
		super("Message %d of the batch failed%s".formatted(index, (cause != null) ? ": " + cause.getMessage() : ""),
				cause);
		Assert.isTrue(index >= 0, () -> "'index' must not be negative, but is " + index);
		this.index = index;
	}

	/**
	 * Return the index of the message that failed.
	 * @return the index, from 0
	 */
	public int getIndex() {
		return this.index;
	}

}
