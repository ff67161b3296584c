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

package io.github.natskv.provisioning;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.github.natskv.core.NatsEvent;
import io.nats.client.Connection;
import io.nats.client.api.ConsumerConfiguration;

import org.springframework.util.CollectionUtils;

/**
 * A declared consumer.
 */
final class ConsumerResource
		extends Resource<ConsumerDefinition, ConsumerConfiguration, ConsumerConfiguration.Builder, ConsumerOption> {

	ConsumerResource(ConsumerDefinition definition, ServerRequests requests) {
		super(definition, definition.configuration(), definition.declared(), requests);
	}

	@Override
	Optional<Comparison> find() {
		return requests().findConsumer(definition())
			.map((found) -> compare(compared(found.getConsumerConfiguration()), found.getConsumerConfiguration(),
					Set.of()));
	}

	// servers without metadata have no notes of what the listener keeps
	private Set<ConsumerOption> compared(ConsumerConfiguration found) {
		boolean kept = declared().contains(ConsumerOption.MAX_DELIVER) || declared().contains(ConsumerOption.BACKOFF);
		if (!kept || !CollectionUtils.isEmpty(found.getMetadata()) || requests().level().has("2.10.0")) {
			return declared();
		}
		Set<ConsumerOption> compared = EnumSet.copyOf(declared());
		if (found.getMaxDeliver() < 1) {
			compared.remove(ConsumerOption.MAX_DELIVER);
		}
		if (found.getBackoff().isEmpty()) {
			compared.remove(ConsumerOption.BACKOFF);
		}
		return compared;
	}

	@Override
	boolean create() {
		return requests().createConsumer(definition(), wanted());
	}

	@Override
	List<String> update(Set<ConsumerOption> options, ConsumerConfiguration found) {
		ConsumerConfiguration.Builder builder = ConsumerConfiguration.builder(found);
		options.forEach((option) -> option.apply(builder, wanted()));
		// the server silently ignores the pause in an update
		boolean paused = options.contains(ConsumerOption.PAUSE_UNTIL);
		if (!paused || options.size() > 1) {
			requests().updateConsumer(definition(), builder.build());
		}
		if (paused) {
			requests().pauseConsumer(definition(), wanted().getPauseUntil());
		}
		return List.of();
	}

	@Override
	String unchangeableAction() {
		return "The server cannot change this on an existing consumer: change the declaration to what was found, or declare a new consumer under another name, beginning where this one is, and delete this one when it has nothing pending.";
	}

	@Override
	NatsEvent event(Connection connection, ProvisioningAction action, List<OptionDifference> changes) {
		return new ConsumerProvisionedEvent(connection, definition(), action, changes);
	}

}
