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

package io.github.natskv.autoconfigure.connection;

import java.util.List;

import io.github.natskv.autoconfigure.NamedConnectionProperties;
import io.github.natskv.autoconfigure.NatsCacheProperties;
import io.github.natskv.autoconfigure.NatsKeyValueProperties;
import io.github.natskv.autoconfigure.NatsLeadershipProperties;
import io.github.natskv.autoconfigure.NatsLocksProperties;
import io.github.natskv.autoconfigure.NatsStreamsProperties;
import io.github.natskv.connection.ConnectionFailures;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.context.properties.bind.BindableRuntimeHintsRegistrar;

/**
 * Hints for native images that nothing else registers.
 */
class NatsRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		// jnats tells the server its version
		hints.resources().registerPattern("io/nats/jnats/version.properties");
		// all for nats.startup=retry, handles of buckets always
		for (Class<?> type : List.of(Connection.class, JetStream.class, JetStreamManagement.class,
				KeyValueManagement.class, KeyValue.class)) {
			hints.proxies().registerJdkProxy(type);
		}
		hints.proxies().registerJdkProxy(ErrorListener.class, ConnectionFailures.Source.class);
		// bound by hand, see StrictBinder
		BindableRuntimeHintsRegistrar
			.forTypes(NatsKeyValueProperties.class, NatsStreamsProperties.class, NamedConnectionProperties.class,
					NatsCacheProperties.class, NatsLocksProperties.class, NatsLeadershipProperties.class)
			.registerHints(hints, classLoader);
	}

}
