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

package io.github.natskv.autoconfigure;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * An application of its own JVM, for {@link TrainingRunTests}.
 */
@EnableAutoConfiguration
public class TrainingApplication {

	public static void main(String[] args) {
		SpringApplication.run(TrainingApplication.class, args);
	}

	@Bean
	Handlers handlers() {
		return new Handlers();
	}

	@Bean
	KeyValueConfiguration auditLog() {
		return KeyValueConfiguration.builder("audit-log").build();
	}

	static class Handlers {

		@NatsListener("subject")
		void on(String text, @Qualifier("profiles") KeyValue profiles) {
		}

		@KeyValueListener("flags")
		void changed(String flag) {
		}

	}

}
