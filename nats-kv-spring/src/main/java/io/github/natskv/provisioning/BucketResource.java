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
import java.util.Set;

import io.github.natskv.core.NatsEvent;
import io.nats.client.Connection;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;

/**
 * A declared bucket.
 */
final class BucketResource extends StreamResource<BucketDefinition, BucketOption> {

	BucketResource(BucketDefinition definition, ServerRequests requests) {
		super(definition, definition.stream(), definition.declared(), requests);
	}

	@Override
	Comparison compare(StreamConfiguration found) {
		Set<BucketOption> compared = EnumSet.allOf(BucketOption.class);
		compared.removeIf((option) -> !declared().contains(option) && !option.isNeeded(wanted()));
		// reads without it are slower, and their owner may want that
		return compare(compared, found, Set.of(BucketOption.DIRECT_GET));
	}

	@Override
	List<String> losses(StreamConfiguration updated, StreamInfo before) {
		return UpdateLosses.ofBucket(updated, before);
	}

	@Override
	void checkCreation() {
		if (BucketOrigins.hidesKeysOfItsOrigin(wanted())) {
			String origin = BucketOrigins.name(wanted());
			throw new ProvisioningException(definition(),
					("%s is a part of bucket '%s', or has other subjects. The server would answer some of the reads of"
							+ " '%s' from it, and keys would seem to be missing there.")
						.formatted(definition().property(BucketOption.MIRROR.getProperty()), origin, origin),
					"Mirror the whole bucket, or use 'sources' instead of 'mirror': it may have filter, start and subject transforms.",
					null);
		}
	}

	@Override
	String unchangeableAction() {
		return "The server cannot change this on an existing bucket: change the declaration to what was found, or copy the values to a new bucket.";
	}

	@Override
	NatsEvent event(Connection connection, ProvisioningAction action, List<OptionDifference> changes) {
		return new BucketProvisionedEvent(connection, definition(), action, changes);
	}

}
