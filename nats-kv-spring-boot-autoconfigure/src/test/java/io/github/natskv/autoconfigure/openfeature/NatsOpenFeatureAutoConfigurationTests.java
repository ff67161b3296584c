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

package io.github.natskv.autoconfigure.openfeature;

import java.time.Duration;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.NoOpProvider;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.ProviderState;
import io.github.natskv.autoconfigure.FailureAnalyses;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.openfeature.BucketFlagProvider;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.KeyValue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NatsOpenFeatureAutoConfiguration}.
 */
class NatsOpenFeatureAutoConfigurationTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private static final String FLAG = "{\"variants\": {\"on\": true}, \"defaultVariant\": \"on\"}";

	private static final Duration SOON = Duration.ofSeconds(15);

	private final OpenFeatureAPI api = OpenFeatureAPI.createIsolated();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
				NatsOpenFeatureAutoConfiguration.class))
		.withBean(OpenFeatureAPI.class, () -> this.api)
		.withPropertyValues("nats.servers=" + server.url(), "nats.kv.buckets.flags.history=1");

	private final ApplicationContextRunner configured = this.runner.withPropertyValues("nats.openfeature.bucket=flags");

	@Test
	void thereIsNoneUnlessABucketIsNamed() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(BucketFlagProvider.class));
		this.configured.withClassLoader(new FilteredClassLoader(OpenFeatureAPI.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(BucketFlagProvider.class));
	}

	@Test
	void theProviderIsThatOfTheApi() {
		this.configured.run((context) -> {
			Client client = this.api.getClient();
			assertThat(client.getProviderState()).isEqualTo(ProviderState.READY);
			context.getBean("flags", KeyValue.class).put("on", FLAG.getBytes());
			Awaitility.await().atMost(SOON).until(() -> client.getBooleanValue("on", false));
		});
		assertThat(this.api.getProvider()).isInstanceOf(NoOpProvider.class);
	}

	@Test
	void aDomainHasAProviderOfItsOwn() {
		this.configured.withPropertyValues("nats.openfeature.domain=shop").run((context) -> {
			assertThat(this.api.getProvider("shop")).isSameAs(context.getBean(BucketFlagProvider.class));
			assertThat(this.api.getProvider()).isNotInstanceOf(BucketFlagProvider.class);
		});
		assertThat(this.api.getProvider("shop")).isInstanceOf(NoOpProvider.class);
	}

	@Test
	void registeringIsOptional() {
		this.configured.withPropertyValues("nats.openfeature.register=false").run((context) -> {
			assertThat(context).hasSingleBean(BucketFlagProvider.class);
			assertThat(this.api.getProvider()).isNotInstanceOf(BucketFlagProvider.class);
		});
	}

	@Test
	void theBucketMayBeOfANamedConnection() {
		this.runner
			.withPropertyValues("nats.connections.far.servers=" + server.url(),
					"nats.connections.far.kv.buckets.far-flags.history=1", "nats.openfeature.bucket=far-flags",
					"nats.openfeature.connection=far")
			.run((context) -> assertThat(this.api.getClient().getProviderState()).isEqualTo(ProviderState.READY));
	}

	@Test
	void aConnectionThatIsNotThereRefusesTheStart() {
		this.configured.withPropertyValues("nats.openfeature.connection=nowhere")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.contains("'nats.openfeature.connection'", "'nowhere'"));
	}

	@Test
	void aBucketThatIsMissingLeavesTheDefaults() {
		this.runner.withPropertyValues("nats.openfeature.bucket=absent", "nats.openfeature.timeout=200ms")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(this.api.getClient().getProviderState()).isEqualTo(ProviderState.ERROR);
				assertThat(this.api.getClient().getBooleanValue("on", true)).isTrue();
			});
	}

	@Test
	void unknownPropertiesRefuseTheStart() {
		this.configured.withPropertyValues("nats.openfeature.buckets=flags")
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void aLostConnectionMakesFlagsStaleUntilTheyAreKnownAgain() throws Exception {
		try (NatsServer own = NatsServer.start()) {
			this.configured.withPropertyValues("nats.servers=" + own.url()).run((context) -> {
				context.getBean("flags", KeyValue.class).put("on", FLAG.getBytes());
				Client client = this.api.getClient();
				Awaitility.await().atMost(SOON).until(() -> client.getBooleanValue("on", false));
				own.kill();
				Awaitility.await().atMost(SOON).until(() -> client.getProviderState() == ProviderState.STALE);
				assertThat(client.getBooleanValue("on", false)).isTrue();
				own.restart();
				Awaitility.await().atMost(SOON).until(() -> client.getProviderState() == ProviderState.READY);
				assertThat(client.getBooleanValue("on", false)).isTrue();
			});
		}
	}

	@Test
	void aStartWithoutAServerDoesNotWaitForFlags() {
		this.configured
			.withPropertyValues("nats.servers=nats://127.0.0.1:1", "nats.startup=retry", "nats.openfeature.timeout=1m")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(this.api.getClient().getBooleanValue("on", true)).isTrue();
			});
	}

}
