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
import io.nats.client.KeyValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

@Component
class Demo implements ApplicationRunner {

	private static final Logger logger = LoggerFactory.getLogger(Demo.class);

	private final KeyValue bucket;

	private final NatsOperations nats;

	Demo(KeyValue bucket, NatsOperations nats) {
		this.bucket = bucket;
		this.nats = nats;
	}

	@Override
	public void run(ApplicationArguments args) throws Exception {
		this.bucket.put("key", "Hello!");
		this.nats.publish("subject", "Hi!");
		showOldRevision();
		openAccounts();
	}

	private void openAccounts() throws Exception {
		this.bucket.put("account.ann", "100");
		this.bucket.put("account.bob", "50");
	}

	private void showOldRevision() throws Exception {
		long revision = this.bucket.put("mood", "curious");
		this.bucket.put("mood", "delighted");
		logger.info("'mood' is '{}' now, and was '{}' at revision {}", this.bucket.get("mood").getValueAsString(),
				this.bucket.get("mood", revision).getValueAsString(), revision);
	}

}
