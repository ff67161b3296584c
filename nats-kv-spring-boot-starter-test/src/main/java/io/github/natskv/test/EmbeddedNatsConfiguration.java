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

package io.github.natskv.test;

import java.util.List;

import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.embedded.EmbeddedNatsServer;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

/**
 * The beans of {@link EmbeddedNats}.
 */
@Configuration(proxyBeanMethods = false)
class EmbeddedNatsConfiguration {

	private final String configuration;

	EmbeddedNatsConfiguration(String configuration) {
		this.configuration = configuration;
	}

	@Bean
	ServerPool.Lease natsTestServerLease(Environment environment) {
		return ServerPool.lease(environment.getProperty("nats.embedded.binary", ""), this.configuration);
	}

	// the lease decides what becomes of it
	@Bean(destroyMethod = "")
	EmbeddedNatsServer natsTestServer(ServerPool.Lease lease) {
		return lease.server();
	}

	// the test's server is meant, wherever the application's own details lead to
	@Bean
	@Primary
	NatsConnectionDetails natsTestServerConnectionDetails(EmbeddedNatsServer server) {
		return () -> List.of(server.getUrl());
	}

}
