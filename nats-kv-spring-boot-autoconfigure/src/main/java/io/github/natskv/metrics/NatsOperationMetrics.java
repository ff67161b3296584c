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

package io.github.natskv.metrics;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.github.natskv.kv.interceptor.BucketInterceptor;
import io.github.natskv.kv.interceptor.BucketOperation;
import io.github.natskv.kv.interceptor.OperationOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;

/**
 * Times what the application does with buckets.
 *
 * @since 0.1.0
 */
public final class NatsOperationMetrics implements BucketInterceptor, Ordered {

	private final MeterRegistry registry;

	private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

	/**
	 * Create the metrics.
	 * @param registry the registry
	 */
	public NatsOperationMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public @Nullable Object intercept(BucketOperation operation, Invocation invocation) throws Exception {
		long start = System.nanoTime();
		return invocation.proceed(operation, (outcome, failure) -> {
			timer(operation, outcome).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
			if (operation.kind() == BucketOperation.Kind.TRANSACTION) {
				retries(operation).increment(operation.retryCount());
			}
		});
	}

	private Counter retries(BucketOperation operation) {
		return Counter.builder("nats.kv.transaction.retries")
			.description("Transactions begun anew because others had changed their keys")
			.tag("connection", operation.connectionName())
			.tag("bucket", bucket(operation))
			.register(this.registry);
	}

	private static String bucket(BucketOperation operation) {
		return operation.configured() ? operation.bucketKey() : "other";
	}

	private Timer timer(BucketOperation operation, OperationOutcome outcome) {
		return this.timers.computeIfAbsent(
				new Series(operation.connectionName(), bucket(operation), operation.kind(), outcome), this::register);
	}

	private Timer register(Series series) {
		return Timer.builder("nats.kv.operations")
			.description("Operations on buckets")
			.tag("connection", series.connection())
			.tag("bucket", series.bucket())
			.tag("operation", series.kind().name().toLowerCase(Locale.ROOT))
			.tag("outcome", series.outcome().name().toLowerCase(Locale.ROOT))
			.register(this.registry);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	private record Series(String connection, String bucket, BucketOperation.Kind kind, OperationOutcome outcome) {

	}

}
