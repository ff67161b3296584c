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

import io.github.natskv.kv.interceptor.BucketDelivery;
import io.github.natskv.kv.interceptor.BucketInterceptor;
import io.github.natskv.kv.interceptor.BucketOperation;
import io.github.natskv.kv.interceptor.WatchInterceptor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;

/**
 * Observes what the application does with buckets, and what watches deliver.
 *
 * @since 0.1.0
 */
public final class BucketObservations implements BucketInterceptor, WatchInterceptor, Ordered {

	private static final NatsBucketObservationConvention DEFAULT_CONVENTION = new DefaultNatsBucketObservationConvention();

	private static final NatsWatchObservationConvention DEFAULT_WATCH_CONVENTION = new DefaultNatsWatchObservationConvention();

	private final ObservationRegistry registry;

	private final @Nullable NatsBucketObservationConvention convention;

	private final @Nullable NatsWatchObservationConvention watchConvention;

	/**
	 * Create the observations.
	 * @param registry the registry
	 * @param convention the convention for operations, {@code null} for the default
	 * @param watchConvention the convention for deliveries, {@code null} for the default
	 */
	public BucketObservations(ObservationRegistry registry, @Nullable NatsBucketObservationConvention convention,
			@Nullable NatsWatchObservationConvention watchConvention) {
		this.registry = registry;
		this.convention = convention;
		this.watchConvention = watchConvention;
	}

	@Override
	public @Nullable Object intercept(BucketOperation operation, BucketInterceptor.Invocation invocation)
			throws Exception {
		NatsBucketContext context = new NatsBucketContext(operation);
		Observation observation = NatsObservation.BUCKET.start(this.convention, DEFAULT_CONVENTION, () -> context,
				this.registry);
		try (Observation.Scope scope = observation.openScope()) {
			return invocation.proceed(operation, (outcome, failure) -> {
				context.setOutcome(outcome);
				if (failure != null) {
					observation.error(failure);
				}
				observation.stop();
			});
		}
	}

	@Override
	public void intercept(BucketDelivery delivery, WatchInterceptor.Invocation invocation) throws Exception {
		Observation observation = NatsObservation.WATCH.start(this.watchConvention, DEFAULT_WATCH_CONVENTION,
				() -> new NatsWatchContext(delivery), this.registry);
		try (Observation.Scope scope = observation.openScope()) {
			invocation.proceed();
		}
		catch (Exception | Error ex) {
			observation.error(ex);
			throw ex;
		}
		finally {
			observation.stop();
		}
	}

	/**
	 * Outside of the interceptors of the application, so that these see the span.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 10;
	}

}
