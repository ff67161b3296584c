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

import java.io.IOException;

import io.nats.client.api.KeyValueConfiguration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProvisioningErrorsTests {

	@Test
	void propertiesAreThoseOfTheConnectionOfTheBucket() {
		assertThat(noAnswer("nats", "nats.kv.buckets.audit")).contains("'nats.jetstream.request-timeout'");
		assertThat(noAnswer("nats.connections.archive", "nats.connections.archive.kv.buckets.audit"))
			.contains("'nats.connections.archive.jetstream.request-timeout'");
		assertThat(noAnswer("nats.connections.archive", "bean 'audit'"))
			.contains("'nats.connections.archive.jetstream.request-timeout'");
	}

	private static String noAnswer(String prefix, String origin) {
		BucketDefinition definition = BucketDefinition.of(prefix, origin, ProvisioningPolicy.CREATE,
				KeyValueConfiguration.builder("audit").build());
		return ProvisioningErrors.translate(definition, new IOException("no answer"), null).getAction();
	}

	@Test
	void thePolicyOfABucketInCodeIsThatOfItsConnection() {
		assertThat(BucketDefinition
			.of("nats.connections.archive", "bean 'audit'", ProvisioningPolicy.CREATE,
					KeyValueConfiguration.builder("audit").build())
			.policyProperty()).isEqualTo("nats.connections.archive.kv.provisioning");
	}

}
