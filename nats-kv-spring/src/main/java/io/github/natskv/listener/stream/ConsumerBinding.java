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

package io.github.natskv.listener.stream;

import java.util.List;

import io.github.natskv.core.Subjects;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.SubjectFilters;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.StringUtils;

/**
 * Finds the consumer of a listener on the server, has it made where it is missing, and
 * refuses one that does not fit.
 */
final class ConsumerBinding {

	private static final Log logger = LogFactory.getLog(ConsumerBinding.class);

	private final StreamEndpoint endpoint;

	private final JetStreamClient client;

	private final DeclaredConsumer declared;

	private final ExhaustedDeliveries exhausted;

	private boolean told;

	ConsumerBinding(StreamEndpoint endpoint, ExhaustedDeliveries exhausted) {
		this.endpoint = endpoint;
		this.exhausted = exhausted;
		this.client = endpoint.client();
		this.declared = endpoint.consumer();
	}

	BoundConsumer bind() throws JetStreamApiException {
		ConsumerInfo info;
		try {
			info = info();
		}
		catch (JetStreamApiException ex) {
			if (!this.declared.restoration().restore(JetStreamError.of(ex).kind())) {
				throw ex;
			}
			info = info();
		}
		check(info.getConsumerConfiguration());
		return BoundConsumer.of(info, this.declared);
	}

	ConsumerInfo info() throws JetStreamApiException {
		return new ConsumerInfo(
				this.client.call("CONSUMER.INFO." + this.declared.stream() + "." + this.declared.name(), null))
			.throwOnHasError();
	}

	private void check(ConsumerConfiguration found) throws JetStreamApiException {
		String label = this.declared.label();
		if (StringUtils.hasText(found.getDeliverSubject())) {
			throw this.endpoint.invalid("%s pushes messages, to '%s'".formatted(label, found.getDeliverSubject()),
					"Name a pull consumer");
		}
		if (found.getAckPolicy() != AckPolicy.Explicit) {
			throw this.endpoint.invalid("%s has the ack policy '%s'".formatted(label, found.getAckPolicy()),
					"Name a consumer whose messages are acknowledged one by one (explicit)");
		}
		List<String> filters = SubjectFilters.of(found);
		for (SubjectPattern subject : this.endpoint.subjects()) {
			if (!SubjectFilters.covers(filters, subject.subject())) {
				throw this.endpoint.invalid(
						"%s delivers %s, which does not cover its subject '%s'".formatted(label, filters, subject),
						"Change the subjects of the listener, or the filter-subjects of the consumer");
			}
		}
		checkDeadLetter(filters);
		if (found.getMaxDeliver() > 0) {
			this.exhausted.follow();
		}
		if (found.getMaxDeliver() > 0 && !this.told) {
			this.told = true;
			logger
				.warn(("Listener '%s': %s has a limit of its own, max_deliver %d. A message that is delivered so often"
						+ " without an answer, because its process died, or that is handed back at a stop, stays in the"
						+ " stream and is not delivered any more. It is a dead letter only if the server's advisory is"
						+ " received. Set max_deliver of the consumer"
						+ " to -1 and declare 'max-deliver' in nats.streams")
					.formatted(this.endpoint.id(), label, found.getMaxDeliver()));
		}
	}

	private void checkDeadLetter(List<String> filters) throws JetStreamApiException {
		String deadLetter = this.endpoint.deadLetter();
		if (deadLetter == null) {
			return;
		}
		if (filters.isEmpty() ? isOfStream(deadLetter)
				: filters.stream().anyMatch((filter) -> Subjects.matches(filter, deadLetter))) {
			throw this.endpoint.invalid(
					"its dead letters go to '%s', which %s delivers, too".formatted(deadLetter, this.declared.label()),
					"Use a subject for dead letters that the consumer's filter does not cover");
		}
	}

	private boolean isOfStream(String subject) throws JetStreamApiException {
		StreamInfo stream = new StreamInfo(this.client.call("STREAM.INFO." + this.declared.stream(), null))
			.throwOnHasError();
		return stream.getConfiguration().getSubjects().stream().anyMatch((filter) -> Subjects.matches(filter, subject));
	}

}
