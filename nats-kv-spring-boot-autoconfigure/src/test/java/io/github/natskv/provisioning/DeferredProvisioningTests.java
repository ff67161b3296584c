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

import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.UnannouncedConnection;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeferredProvisioningTests {

	@Test
	void aConnectionThatComesMeanwhileIsNotMissed() throws Exception {
		BucketDefinition definition = BucketDefinition.of("nats", "late", ProvisioningPolicy.CREATE,
				KeyValueConfiguration.builder("late").build());
		try (NatsServer server = NatsServer.start();
				Connection connection = server.connect();
				BucketProvisioner provisioner = new BucketProvisioner(UnannouncedConnection.of(connection),
						connection.jetStreamManagement(), List.of(definition))) {
			provisioner.provision();
			assertThat(connection.keyValueManagement().getBucketNames()).containsExactly("late");
			assertThat(provisioner.getFailures()).isEmpty();
		}
	}

}
