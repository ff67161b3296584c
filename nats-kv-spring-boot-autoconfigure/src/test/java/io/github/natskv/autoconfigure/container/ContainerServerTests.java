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

package io.github.natskv.autoconfigure.container;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ContainerServer}.
 */
class ContainerServerTests {

	@Test
	void readsUserAndPasswordFromTheCommandLine() {
		ContainerServer server = of("-js", "--user", "app", "-pass=s3cret=x");
		assertThat(server.username()).isEqualTo("app");
		assertThat(server.password()).isEqualTo("s3cret=x");
		assertThat(server.token()).isNull();
		assertThat(server.url("localhost", 4222)).isEqualTo("nats://localhost:4222");
	}

	@Test
	void readsAPasswordThatBeginsLikeAnOption() {
		assertThat(of("--user", "app", "--pass", "-x1", "-js").password()).isEqualTo("-x1");
	}

	@Test
	void readsTheTokenFromTheCommandLine() {
		assertThat(of("--auth", "s3cret", "--jetstream").token()).isEqualTo("s3cret");
	}

	@Test
	void readsCredentialsFromTheEnvironment() {
		ContainerServer server = ContainerServer.of(new String[0],
				Map.of("NATS_USERNAME", "app", "NATS_PASSWORD", "s3cret", "NATS_TOKEN", ""));
		assertThat(server.username()).isEqualTo("app");
		assertThat(server.password()).isEqualTo("s3cret");
		assertThat(server.token()).isNull();
	}

	@Test
	void usesTlsWhereTheServerAsksForIt() {
		assertThat(of("--tlscert", "cert.pem", "--tlskey", "key.pem").url("host", 1)).isEqualTo("tls://host:1");
		assertThat(of("--tls=false").url("host", 1)).isEqualTo("nats://host:1");
	}

	@Test
	void doesNotShowSecrets() {
		assertThat(of("--user", "app", "--pass", "s3cret", "--auth", "t0ken").toString()).contains("app")
			.doesNotContain("s3cret", "t0ken");
	}

	private static ContainerServer of(String... command) {
		return ContainerServer.of(command, Map.of());
	}

}
