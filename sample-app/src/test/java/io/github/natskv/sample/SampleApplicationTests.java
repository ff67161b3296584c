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

package io.github.natskv.sample;

import io.github.natskv.core.NatsOperations;
import io.github.natskv.test.EmbeddedNats;
import io.nats.client.KeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@SpringBootTest
@EmbeddedNats
@ExtendWith(OutputCaptureExtension.class)
class SampleApplicationTests {

	@Autowired
	private NatsOperations nats;

	@Autowired
	private KeyValue bucket;

	@Test
	void theListenerAnswersWithTheValueAndTheMessage() throws Exception {
		this.bucket.put("key", "Hello again,");
		assertThat(this.nats.request("subject", "World", String.class)).isEqualTo("Hello again, World");
	}

	@Test
	void anOldRevisionCanBeRead() throws Exception {
		assertThat(this.bucket.history("mood")).extracting((entry) -> entry.getValueAsString())
			.containsExactly("curious", "delighted");
	}

	@Test
	void aChangeIsLoggedWithTheOldRevisionBesideTheNew(CapturedOutput output) throws Exception {
		long old = this.bucket.put("color", "red");
		long now = this.bucket.put("color", "blue");
		await().untilAsserted(() -> assertThat(output)
			.contains("'color' changed from 'red' (revision %d) to 'blue' (revision %d)".formatted(old, now)));
	}

	@Test
	void aPublishedMessageIsLoggedWithTheValue(CapturedOutput output) throws Exception {
		this.bucket.put("key", "Hello,");
		this.nats.publish("subject", "log");
		await().untilAsserted(() -> assertThat(output).contains("Received 'log' while 'key' is 'Hello,'"));
	}

}
