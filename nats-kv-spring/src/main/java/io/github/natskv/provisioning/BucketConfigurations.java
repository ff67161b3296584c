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

import java.nio.charset.StandardCharsets;

import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.NatsMessage;

/**
 * Options of buckets the builder of jnats does not know.
 *
 * @since 0.1.0
 */
public final class BucketConfigurations {

	private BucketConfigurations() {
	}

	/**
	 * Allow transactions in a bucket, for a bean of type {@code KeyValueConfiguration};
	 * in the properties this is {@code nats.kv.buckets.<key>.transactions}. The builder
	 * of jnats keeps it, but cannot set it. Note that {@code KeyValueManagement.update}
	 * of jnats switches it off again if it is given a configuration without it.
	 * @param configuration the bucket
	 * @return the same bucket with transactions
	 */
	public static KeyValueConfiguration withTransactions(KeyValueConfiguration configuration) {
		StreamConfiguration stream = StreamConfiguration.builder(configuration.getBackingConfig())
			.allowAtomicPublish()
			.build();
		// only the status of a bucket makes a configuration of any stream
		String info = "{\"config\":%s,\"created\":\"1970-01-01T00:00:00Z\"}".formatted(stream.toJson());
		return new KeyValueStatus(
				new StreamInfo(NatsMessage.builder().subject("info").data(info, StandardCharsets.UTF_8).build()))
			.getConfiguration();
	}

}
