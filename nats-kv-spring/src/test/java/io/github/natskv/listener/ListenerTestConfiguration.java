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

import io.github.natskv.annotation.EnableNats;
import io.github.natskv.core.JacksonPayloadFormat;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.PayloadConverter;
import io.nats.client.Connection;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.validation.Validator;

/**
 * What an application without Spring Boot declares for listeners.
 */
@Configuration(proxyBeanMethods = false)
@EnableNats
class ListenerTestConfiguration {

	@Bean
	ListenerSettings listenerSettings(ObjectProvider<Validator> validator) {
		return new ListenerSettings(1, true, Duration.ofSeconds(5), Duration.ofSeconds(5), null,
				validator.getIfUnique());
	}

	@Bean
	PayloadConverter payloadConverter() {
		return new PayloadConverter(new JacksonPayloadFormat(new JsonMapper()));
	}

	@Bean
	NatsTemplate natsTemplate(Connection connection, PayloadConverter payloadConverter) {
		return new NatsTemplate(connection, payloadConverter, Duration.ofSeconds(5));
	}

}
