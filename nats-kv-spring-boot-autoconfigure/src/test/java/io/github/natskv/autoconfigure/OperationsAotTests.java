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

import java.util.Map;

import dev.openfeature.sdk.ImmutableContext;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.endpoint.NatsEndpointAutoConfiguration;
import io.github.natskv.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.autoconfigure.metrics.NatsMetricsAutoConfiguration;
import io.github.natskv.autoconfigure.openfeature.NatsOpenFeatureAutoConfiguration;
import io.github.natskv.endpoint.NatsEndpoint;
import io.github.natskv.endpoint.NatsKvEndpoint;
import io.github.natskv.endpoint.NatsKvEndpointWebExtension;
import io.github.natskv.health.NatsHealthIndicator;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.openfeature.BucketFlagProvider;
import io.github.natskv.testsupport.NatsServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Health, metrics, endpoints and feature flags of an application that is processed ahead
 * of time, then run with a bucket it did not have.
 */
class OperationsAotTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include";

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@Test
	@CompileWithForkedClassLoader
	void tellHowTheApplicationIsThatIsRun() {
		TestGenerationContext generation = new TestGenerationContext();
		ClassName initializer = processAheadOfTime(generation);
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			GenericApplicationContext context = new GenericApplicationContext();
			properties(context,
					Map.of("nats.servers", server.url(), "nats.kv.buckets.added.history", 2, EXPOSED, "nats,natskv",
							"nats.kv.observation-enabled", true, "nats.openfeature.bucket", "added",
							"nats.openfeature.register", false, "nats.kv.buckets.added.local-copy.enabled", true));
			initializer(compiled.getInstance(ApplicationContextInitializer.class, initializer.canonicalName()))
				.initialize(context);
			context.refresh();
			try (context) {
				verify(context);
				verifyFlags(context);
			}
		});
	}

	private static void verify(GenericApplicationContext context) {
		context.getBean(KeyValueBuckets.class).bucket("added", String.class).put("a", "1");
		Health health = context.getBean(NatsHealthIndicator.class).health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsKeys("buckets", "listeners");
		assertThat(context.getBean(PrometheusMeterRegistry.class).scrape()).contains("nats_connection_connected")
			.contains(
					"nats_listener_handling_seconds_count{connection=\"default\",listener_id=\"echo\",outcome=\"ok\"}")
			.contains("nats_kv_bucket_entries{bucket=\"added\",connection=\"default\"} 1.0")
			.contains(
					"nats_kv_operations_seconds_count{bucket=\"added\",connection=\"default\",operation=\"put\",outcome=\"ok\"} 1");
		NatsEndpoint.NatsDescriptor descriptor = context.getBean(NatsEndpoint.class).nats();
		assertThat(descriptor.buckets()).containsOnlyKeys("added");
		assertThat(descriptor.listeners()).containsOnlyKeys("echo");
		assertThat(context.getBean(NatsKvEndpoint.class).keys("added", null, null, null, null)).isNotNull();
		assertThat(context.getBean(NatsKvEndpointWebExtension.class).keys("added", null, null, null, null).getStatus())
			.isEqualTo(200);
	}

	private static void verifyFlags(GenericApplicationContext context) {
		KeyValueBucket<String> bucket = context.getBean(KeyValueBuckets.class).bucket("added", String.class);
		bucket.put("on", "{\"variants\": {\"a\": true}, \"defaultVariant\": \"a\"}");
		assertThat(bucket.exists("on")).isTrue();
		assertThat(bucket.getLocalCopyStatus()).isNotNull();
		BucketFlagProvider flags = context.getBean(BucketFlagProvider.class);
		assertThatNoException().isThrownBy(() -> flags.initialize(new ImmutableContext()));
		assertThat(flags.getBooleanEvaluation("on", false, null).getValue()).isTrue();
	}

	private static ClassName processAheadOfTime(TestGenerationContext generation) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		properties(context, Map.of("nats.servers", "nats://127.0.0.1:1", EXPOSED, "nats,natskv",
				"nats.openfeature.bucket", "flags"));
		context.register(Application.class);
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		generation.writeGeneratedContent();
		return initializer;
	}

	private static void properties(GenericApplicationContext context, Map<String, Object> properties) {
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
		ConfigurationPropertySources.attach(context.getEnvironment());
	}

	@SuppressWarnings("unchecked")
	private static ApplicationContextInitializer<GenericApplicationContext> initializer(Object instance) {
		return (ApplicationContextInitializer<GenericApplicationContext>) instance;
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
			NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class,
			NatsHealthContributorAutoConfiguration.class, NatsMetricsAutoConfiguration.class,
			NatsEndpointAutoConfiguration.class, NatsOpenFeatureAutoConfiguration.class, MetricsAutoConfiguration.class,
			CompositeMeterRegistryAutoConfiguration.class, PrometheusMetricsExportAutoConfiguration.class })
	static class Application {

		@Bean
		Listeners listeners() {
			return new Listeners();
		}

	}

	static class Listeners {

		@NatsListener(value = "echo", id = "echo")
		String echo(String text) {
			return text;
		}

	}

}
