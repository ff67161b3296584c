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

package io.github.natskv.test.shop;

import java.util.List;

import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.embedded.EmbeddedNatsServer;
import io.github.natskv.embedded.NatsServerBinaryNotFoundException;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.test.EmbeddedNats;
import io.github.natskv.test.InMemoryNats;
import io.github.natskv.test.NatsKvTest;
import io.nats.client.Connection;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for which contexts share the server of {@link EmbeddedNats}.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
class EmbeddedNatsSharingTests {

	@Test
	void aContextThatIsThereHasItsServerForItself() throws Exception {
		try (Context first = new Context(First.class); Context second = new Context(Second.class)) {
			assertThat(first.server().getPort()).isNotEqualTo(second.server().getPort());
			first.put("key", "value");
			assertThat(second.get("key")).isNull();
		}
	}

	@Test
	void testsThatShareTheContextShareTheServer() throws Exception {
		try (Context first = new Context(First.class); Context same = new Context(SameAsFirst.class)) {
			assertThat(first.server()).isSameAs(same.server());
		}
	}

	@Test
	void theServerOfAClosedContextIsUsedAgainWithoutWhatItStored() throws Exception {
		EmbeddedNatsServer used;
		try (Context first = new Context(First.class)) {
			used = first.server();
			first.put("key", "value");
			first.context()
				.getBean(Connection.class)
				.jetStreamManagement()
				.addStream(StreamConfiguration.builder().name("another").subjects("another").build());
		}
		try (Context second = new Context(Second.class)) {
			assertThat(second.server()).isSameAs(used);
			assertThat(second.get("key")).isNull();
			assertThat(second.context().getBean(Connection.class).jetStreamManagement().getStreamNames())
				.doesNotContain("another")
				.contains("KV_receipts");
		}
	}

	@Test
	void aServerThatIsDownWhenItsContextClosesIsNotUsedAgain() {
		EmbeddedNatsServer down;
		try (Context first = new Context(First.class)) {
			down = first.server();
			down.kill();
		}
		try (Context second = new Context(Second.class)) {
			assertThat(second.server()).isNotSameAs(down);
		}
		assertThatIllegalStateException().isThrownBy(down::restart);
	}

	@Test
	void theServerGoesBeforeDetailsOfTheApplication() throws Exception {
		try (Context context = new Context(WithDetails.class)) {
			assertThat(context.context().getBean(Connection.class).getConnectedUrl())
				.isEqualTo(context.server().getUrl());
		}
	}

	// DevTools is on the class path here, and registers its scope
	@Test
	void contextsWithTheApplicationsEmbeddedServerHaveOneEach() {
		try (Context first = new Context(FirstOfProperty.class); Context second = new Context(SecondOfProperty.class)) {
			assertThat(first.server().getPort()).isNotEqualTo(second.server().getPort());
			first.put("key", "value");
			assertThat(second.get("key")).isNull();
		}
	}

	@Test
	void aConfiguredServerHasItsConfigurationAndGoesWithItsContext() throws Exception {
		EmbeddedNatsServer server;
		try (Context configured = new Context(Configured.class)) {
			server = configured.server();
			assertThat(configured.context().getBean(Connection.class).getMaxPayload()).isEqualTo(2048);
		}
		assertThat(server.isRunning()).isFalse();
	}

	@Test
	void withoutAProgramTheMessageSaysHowToGetOne() {
		assertThatException().isThrownBy(() -> new Context(WithoutProgram.class))
			.havingRootCause()
			.isInstanceOf(NatsServerBinaryNotFoundException.class)
			.withMessageContaining("/no/such/program")
			.withMessageContaining("Install it");
	}

	@Test
	void aServerAndNoServerAtTheSameTimeAreRefused() {
		assertThatIllegalStateException().isThrownBy(() -> new Context(Contradiction.class))
			.withMessageContaining("@InMemoryNats and @EmbeddedNats");
	}

	@NatsKvTest(useDefaultFilters = false)
	@EmbeddedNats
	static class First {

	}

	@NatsKvTest(useDefaultFilters = false)
	@EmbeddedNats
	static class SameAsFirst {

	}

	@NatsKvTest(useDefaultFilters = false, properties = "another=context")
	@EmbeddedNats
	static class Second {

	}

	@NatsKvTest(useDefaultFilters = false, properties = "nats.embedded.enabled=true")
	static class FirstOfProperty {

	}

	@NatsKvTest(useDefaultFilters = false, properties = { "nats.embedded.enabled=true", "another=context" })
	static class SecondOfProperty {

	}

	@NatsKvTest(useDefaultFilters = false)
	@EmbeddedNats(configuration = "max_payload: 2048")
	static class Configured {

	}

	@NatsKvTest(useDefaultFilters = false)
	@EmbeddedNats
	static class WithDetails {

		@TestConfiguration
		static class Details {

			@Bean
			NatsConnectionDetails natsConnectionDetails() {
				return () -> List.of("nats://127.0.0.1:1");
			}

		}

	}

	@NatsKvTest(useDefaultFilters = false, properties = "nats.embedded.binary=/no/such/program")
	@EmbeddedNats
	static class WithoutProgram {

	}

	@NatsKvTest
	@EmbeddedNats
	@InMemoryNats
	static class Contradiction {

	}

	/**
	 * The context of a test class, closed as by {@code @DirtiesContext}.
	 */
	private static final class Context implements AutoCloseable {

		private final TestContextManager tests;

		private final ApplicationContext context;

		Context(Class<?> testClass) {
			this.tests = new TestContextManager(testClass);
			this.context = this.tests.getTestContext().getApplicationContext();
		}

		ApplicationContext context() {
			return this.context;
		}

		EmbeddedNatsServer server() {
			return this.context.getBean(EmbeddedNatsServer.class);
		}

		void put(String key, String value) {
			this.context.getBean(KeyValueBuckets.class).bucket("receipts", String.class).put(key, value);
		}

		String get(String key) {
			return this.context.getBean(KeyValueBuckets.class).bucket("receipts", String.class).get(key);
		}

		@Override
		public void close() {
			this.tests.getTestContext().markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
		}

	}

}
