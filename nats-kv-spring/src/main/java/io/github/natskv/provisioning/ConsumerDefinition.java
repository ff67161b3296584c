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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.nats.client.api.ConsumerConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A declared durable consumer.
 * <p>
 * {@code max-deliver} and {@code backoff} are kept by the listener. On the server the
 * consumer has no limit of deliveries and no backoff, which would replace its ack wait;
 * its metadata notes what is declared, and that is what is compared.
 *
 * @param prefix the beginning of the properties of its connection: {@code nats}, or
 * {@code nats.connections.archive}
 * @param stream the server's name of the stream
 * @param key the key of the consumer, else its name
 * @param declaredBy where the consumer is declared, such as
 * {@code nats.streams.definitions.orders.consumers.billing}
 * @param policy what to do if the server does not have it like this
 * @param configuration the configuration the consumer is made with, without
 * {@code max-deliver} and {@code backoff}
 * @param declared the options that are declared; others are neither compared nor changed
 * @param maxDeliver how often a message is delivered at most, {@code null} if that is not
 * declared, and less than 1 if it is without limit
 * @param backoff how long to wait before the deliveries of a message after the first, the
 * last one for all others; empty if that is not declared
 * @since 0.1.0
 */
public record ConsumerDefinition(String prefix, String stream, String key, String declaredBy, ProvisioningPolicy policy,
		ConsumerConfiguration configuration, Set<ConsumerOption> declared, @Nullable Long maxDeliver,
		List<Duration> backoff) implements Definition {

	/** The metadata that notes {@code max-deliver}. */
	static final String MAX_DELIVER = "natskv.max-deliver";

	/** The metadata that notes {@code backoff}. */
	static final String BACKOFF = "natskv.backoff";

	public ConsumerDefinition {
		Assert.hasText(configuration.getDurable(), "The consumer must be durable");
		Assert.isTrue(configuration.getMaxDeliver() < 1 && configuration.getBackoff().isEmpty(),
				"'max-deliver' and 'backoff' are kept by the listener");
		declared = Set.copyOf(declared);
		backoff = List.copyOf(backoff);
		configuration = ConsumerConfiguration.builder(configuration)
			.metadata(noted(configuration, maxDeliver, backoff))
			.build();
	}

	private static Map<String, String> noted(ConsumerConfiguration configuration, @Nullable Long maxDeliver,
			List<Duration> backoff) {
		Map<String, String> metadata = new TreeMap<>(
				(configuration.getMetadata() != null) ? configuration.getMetadata() : Map.of());
		if (maxDeliver != null) {
			metadata.put(MAX_DELIVER, maxDeliver.toString());
		}
		if (!backoff.isEmpty()) {
			metadata.put(BACKOFF, backoff.stream().map(Duration::toString).collect(Collectors.joining(",")));
		}
		return metadata;
	}

	@Override
	public String name() {
		return this.configuration.getDurable();
	}

	@Override
	public String label() {
		return "consumer '%s' of stream '%s'".formatted(name(), this.stream);
	}

	@Override
	public String defaultPolicyProperty() {
		return this.prefix + ".streams.provisioning";
	}

}
