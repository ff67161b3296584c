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

import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.github.natskv.core.NatsEvent;
import io.nats.client.Connection;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamConfiguration.Builder;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;

/**
 * A declared stream.
 *
 * @param <D> the type of the definition
 * @param <O> the options
 */
class StreamResource<D extends Definition, O extends Enum<O> & ServerOption<StreamConfiguration, Builder>>
		extends Resource<D, StreamConfiguration, Builder, O> {

	private volatile @Nullable StreamInfo info;

	StreamResource(D definition, StreamConfiguration wanted, Set<O> declared, ServerRequests requests) {
		super(definition, wanted, declared, requests);
	}

	@Override
	Optional<Comparison> find() {
		return requests().findStream(definition(), wanted().getName()).map((found) -> {
			this.info = found;
			return compare(found.getConfiguration());
		});
	}

	Comparison compare(StreamConfiguration found) {
		return compare(declared(), found, Set.of());
	}

	@Override
	boolean create() {
		return requests().createStream(definition(), complete(wanted()));
	}

	@Override
	List<String> update(Set<O> options, StreamConfiguration found) {
		Builder builder = StreamConfiguration.builder(found);
		options.forEach((option) -> option.apply(builder, wanted()));
		StreamConfiguration updated = complete(builder.build());
		requests().updateStream(definition(), updated);
		StreamInfo before = this.info;
		return (before != null) ? losses(updated, before) : List.of();
	}

	List<String> losses(StreamConfiguration updated, StreamInfo before) {
		return UpdateLosses.ofStream(updated, before);
	}

	// as it is to be sent to this server
	private StreamConfiguration complete(StreamConfiguration stream) {
		return CollectionUtils.isEmpty(stream.getSources()) ? stream
				: StreamOrigins.fromTheStart(stream, requests().level());
	}

	@Override
	void checkCreation() {
		if (wanted().getSealed()) {
			throw new ProvisioningException(definition(),
					"%s cannot be made, as a stream that is sealed takes no messages."
						.formatted(definition().property(StreamOption.SEALED.getProperty())),
					"Seal it when it has its messages.", null);
		}
	}

	@Override
	String unchangeableAction() {
		return "The server cannot change this on an existing stream: change the declaration to what was found, or copy the messages to a new stream, by 'sources'.";
	}

	@Override
	NatsEvent event(Connection connection, ProvisioningAction action, List<OptionDifference> changes) {
		return new StreamProvisionedEvent(connection, definition(), action, changes);
	}

}
