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

import java.util.concurrent.CompletableFuture;

import io.github.natskv.core.NatsReplyException;
import io.github.natskv.core.OutgoingMessage;
import io.github.natskv.core.PublishInterceptor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Observes messages that are published, and requests until their reply is there.
 *
 * @since 0.1.0
 */
public final class PublishObservations implements PublishInterceptor {

	private static final NatsTemplateObservationConvention DEFAULT_CONVENTION = new DefaultNatsTemplateObservationConvention();

	private final ObservationRegistry registry;

	private final @Nullable NatsTemplateObservationConvention convention;

	private final boolean propagating;

	private final String connectionName;

	private final String operation;

	private PublishObservations(ObservationRegistry registry, @Nullable NatsTemplateObservationConvention convention,
			boolean propagating, String connectionName, String operation) {
		this.registry = registry;
		this.convention = convention;
		this.propagating = propagating;
		this.connectionName = connectionName;
		this.operation = operation;
	}

	/**
	 * Create what observes a template.
	 * @param registry the registry
	 * @param convention the convention, {@code null} for the default
	 * @param propagating whether to write trace context into headers
	 * @param connectionName the name of the connection
	 * @return the interceptor
	 */
	public static PublishObservations ofTemplate(ObservationRegistry registry,
			@Nullable NatsTemplateObservationConvention convention, boolean propagating, String connectionName) {
		return new PublishObservations(registry, convention, propagating, connectionName, "publish");
	}

	/**
	 * Create what observes the replies of listeners.
	 * @param registry the registry
	 * @param convention the convention, {@code null} for the default
	 * @param propagating whether to write trace context into headers
	 * @param connectionName the name of the connection
	 * @return the interceptor
	 */
	public static PublishObservations ofReplies(ObservationRegistry registry,
			@Nullable NatsTemplateObservationConvention convention, boolean propagating, String connectionName) {
		return new PublishObservations(registry, convention, propagating, connectionName, "reply");
	}

	@Override
	public @Nullable CompletableFuture<Message> intercept(OutgoingMessage message, Invocation invocation)
			throws Exception {
		String operation = (message.replyTimeout() != null) ? "request" : this.operation;
		Observation observation = NatsObservation.TEMPLATE.start(this.convention, DEFAULT_CONVENTION, () -> {
			NatsSenderContext context = new NatsSenderContext(message, this.connectionName, operation);
			if (!this.propagating) {
				context.setCarrier(new Headers());
			}
			return context;
		}, this.registry);
		try (Observation.Scope scope = observation.openScope()) {
			CompletableFuture<Message> reply = invocation.proceed(message);
			if (reply != null) {
				return reply.whenComplete((result, failure) -> stop(observation, message, result, failure));
			}
		}
		catch (Exception | Error ex) {
			observation.error(ex);
			observation.stop();
			throw ex;
		}
		observation.stop();
		return null;
	}

	private static void stop(Observation observation, OutgoingMessage request, @Nullable Message reply,
			@Nullable Throwable failure) {
		Throwable error = (reply != null) ? NatsReplyException.of(request.subject(), reply) : failure;
		if (error != null) {
			observation.error(error);
		}
		observation.stop();
	}

}
