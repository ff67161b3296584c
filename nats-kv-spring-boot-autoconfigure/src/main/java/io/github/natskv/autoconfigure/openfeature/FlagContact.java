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

package io.github.natskv.autoconfigure.openfeature;

import io.github.natskv.core.NatsConnectionEvent;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.core.NatsEvent;
import io.github.natskv.kv.WatchRecoveredEvent;
import io.github.natskv.openfeature.BucketFlagProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationListener;

/**
 * Tells a provider that contact with its bucket was lost, and that it is back.
 */
class FlagContact implements ApplicationListener<NatsEvent> {

	private final BucketFlagProvider provider;

	private final String bucket;

	private final String connection;

	FlagContact(BucketFlagProvider provider, String bucket, @Nullable String connection) {
		this.provider = provider;
		this.bucket = bucket;
		this.connection = (connection != null && !connection.isEmpty()) ? connection : NatsConnections.DEFAULT;
	}

	@Override
	public void onApplicationEvent(NatsEvent event) {
		if (!event.getConnectionName().equals(this.connection)) {
			return;
		}
		if (event instanceof NatsConnectionEvent change && change.getKind() == NatsConnectionEvent.Kind.DISCONNECTED) {
			this.provider.outOfTouch("The connection was lost, flags are those of before");
		}
		else if (event instanceof WatchRecoveredEvent recovered && recovered.getListenerId() == null
				&& (this.bucket.equals(recovered.getBucketKey()) || this.bucket.equals(recovered.getBucketName()))) {
			this.provider.backInTouch();
		}
	}

}
