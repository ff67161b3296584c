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

package io.github.natskv.observation;

import io.github.natskv.kv.interceptor.BucketOperation;
import io.github.natskv.kv.interceptor.OperationOutcome;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/**
 * An operation on a bucket. Trace context is not written with a value: it would count
 * against the limits of the bucket, and be kept with the value.
 *
 * @since 0.1.0
 */
public class NatsBucketContext extends SenderContext<Object> {

	private final BucketOperation operation;

	private volatile @Nullable OperationOutcome outcome;

	/**
	 * Create a context.
	 * @param operation the operation
	 */
	public NatsBucketContext(BucketOperation operation) {
		super((carrier, name, value) -> {
		}, Kind.CLIENT);
		this.operation = operation;
		setRemoteServiceName("NATS");
	}

	/**
	 * Return the operation.
	 * @return the operation
	 */
	public BucketOperation getOperation() {
		return this.operation;
	}

	/**
	 * Return how the operation ended.
	 * @return the outcome, {@code null} before the operation has ended
	 */
	public @Nullable OperationOutcome getOutcome() {
		return this.outcome;
	}

	/**
	 * Set how the operation ended.
	 * @param outcome the outcome
	 */
	public void setOutcome(OperationOutcome outcome) {
		this.outcome = outcome;
	}

}
