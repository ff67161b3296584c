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

import io.github.natskv.core.PublishInterceptor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;

/**
 * Observes messages that listeners handle, and the replies they send. Listeners are
 * observed where there is a bean of this type.
 *
 * @since 0.1.0
 */
public final class ListenerObservations {

	private static final NatsListenerObservationConvention DEFAULT_CONVENTION = new DefaultNatsListenerObservationConvention();

	private final ObservationRegistry registry;

	private final @Nullable NatsListenerObservationConvention convention;

	private final boolean propagating;

	private final @Nullable NatsTemplateObservationConvention replyConvention;

	/**
	 * Create the observations.
	 * @param registry the registry
	 * @param convention the convention for handling, {@code null} for the default
	 * @param replyConvention the convention for replies, {@code null} for the default
	 * @param propagating whether to read trace context from headers and to write it into
	 * those of replies
	 */
	public ListenerObservations(ObservationRegistry registry, @Nullable NatsListenerObservationConvention convention,
			@Nullable NatsTemplateObservationConvention replyConvention, boolean propagating) {
		this.registry = registry;
		this.convention = convention;
		this.propagating = propagating;
		this.replyConvention = replyConvention;
	}

	/**
	 * Start observing the handling of a message.
	 * @param message the message
	 * @param connectionName the name of its connection
	 * @param listenerId the id of the listener
	 * @param subscription the subject the listener subscribes
	 * @return the observation, which the caller stops
	 */
	public Observation start(Message message, String connectionName, String listenerId, String subscription) {
		return NatsObservation.LISTENER.start(this.convention, DEFAULT_CONVENTION, () -> {
			NatsReceiverContext context = new NatsReceiverContext(message, connectionName, listenerId, subscription);
			if (!this.propagating) {
				context.setCarrier(new NatsMessage(message.getSubject(), null, null));
			}
			return context;
		}, this.registry);
	}

	/**
	 * Return what observes replies.
	 * @param connectionName the name of the connection they go to
	 * @return the interceptor
	 */
	public PublishInterceptor replies(String connectionName) {
		return PublishObservations.ofReplies(this.registry, this.replyConvention, this.propagating, connectionName);
	}

}
