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

import io.github.natskv.annotation.NatsListener;
import io.nats.client.KeyValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

@Component
class Greeter {

	private static final Logger logger = LoggerFactory.getLogger(Greeter.class);

	@NatsListener("subject")
	String on(String msg, @Qualifier("bucket") KeyValue kv) throws Exception {
		String value = kv.get("key").getValueAsString();
		logger.info("Received '{}' while 'key' is '{}'", msg, value);
		return value + " " + msg;
	}

}
