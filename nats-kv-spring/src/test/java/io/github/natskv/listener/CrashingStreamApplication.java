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

package io.github.natskv.listener;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.provisioning.ConsumerDefinition;
import io.github.natskv.provisioning.DeclaredStreams;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;

import org.springframework.beans.factory.annotation.Autowired;

/**
 * An application with a message that ends its process at once.
 */
public final class CrashingStreamApplication {

	static final long MAX_DELIVER = 2;

	private CrashingStreamApplication() {
	}

	public static void main(String[] args) throws Exception {
		Connection connection = Nats.connect(args[0]);
		ListenerTestContext.start(connection, (context) -> {
			context.registerBean(DeclaredStreams.class,
					() -> new DeclaredStreams(ProvisioningPolicy.CREATE, List.of(), List.of(consumer())));
			context.register(Listener.class);
		});
		Thread.currentThread().join();
	}

	private static ConsumerDefinition consumer() {
		ConsumerConfiguration configuration = ConsumerConfiguration.builder()
			.durable("c")
			.ackPolicy(AckPolicy.Explicit)
			.ackWait(Duration.ofMillis(500))
			.build();
		return new ConsumerDefinition("nats", "s", "c", "test", ProvisioningPolicy.CREATE, configuration, Set.of(),
				MAX_DELIVER, List.of(Duration.ofMillis(10)));
	}

	static class Listener {

		@Autowired
		private NatsTemplate template;

		@JetStreamListener(stream = "s", consumer = "c", concurrency = "4", deadLetter = "dead")
		void on(String text) {
			if (text.equals("crash")) {
				Runtime.getRuntime().halt(1);
			}
			this.template.send("handled", text);
		}

	}

}
