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
import io.github.natskv.core.NatsReplyException;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.test.ClearBuckets;
import io.github.natskv.test.InMemoryKeyValueBucket;
import io.github.natskv.test.InMemoryNats;
import io.github.natskv.test.NatsKvTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The listener without a server, and the handler without anything.
 */
@NatsKvTest
@InMemoryNats
@ClearBuckets
class GreeterTests {

	@MockitoBean
	private Browsers browsers; // of the board, another listener

	@Autowired
	private NatsOperations nats;

	@Autowired
	private KeyValueBucket<String> bucket;

	@Test
	void theListenerAnswersWithTheValueAndTheMessage() {
		this.bucket.put("key", "Hello,");
		assertThat(this.nats.request("subject", "World", String.class)).isEqualTo("Hello, World");
	}

	@Test
	void withoutAValueTheRequestFails() {
		assertThatExceptionOfType(NatsReplyException.class)
			.isThrownBy(() -> this.nats.request("subject", "World", String.class))
			.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(500));
	}

	@Test
	void theHandlerIsAPlainMethod() throws Exception {
		KeyValueBucket<String> own = InMemoryKeyValueBucket.of("bucket", String.class);
		own.put("key", "Good morning,");
		assertThat(new Greeter().on("World", own.getKeyValue())).isEqualTo("Good morning, World");
	}

}
