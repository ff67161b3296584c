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

package io.github.natskv.connection;

import java.util.List;

import io.nats.client.Options;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NamedServerPoolTests {

	// the greeting of a server comes unencrypted, so anybody on the way can change it
	@Test
	void aGreetingCannotTurnEncryptionOff() {
		Options options = NamedServerPool.install(Options.builder().server("tls://localhost:4222").build(), true, null);
		options.getServerPool().initialize(options);
		options.getServerPool().acceptDiscoveredUrls(List.of(" WS://evil:80", "ws://evil", "10.0.0.1:4222"));
		assertThat(options.getServerPool().getServerList()).containsExactlyInAnyOrder("tls://localhost:4222",
				"tls://10.0.0.1:4222");
	}

	@Test
	void withoutEncryptionAllServersAreTaken() {
		Options options = NamedServerPool.install(Options.builder().server("ws://localhost:80").build(), true, null);
		options.getServerPool().initialize(options);
		options.getServerPool().acceptDiscoveredUrls(List.of("ws://other:80"));
		assertThat(options.getServerPool().getServerList()).contains("ws://other:80");
	}

}
