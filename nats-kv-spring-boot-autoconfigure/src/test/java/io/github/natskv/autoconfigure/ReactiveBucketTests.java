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

import java.time.Duration;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.reactive.ReactiveKeyValueBucket;
import io.github.natskv.testsupport.NatsServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * The beans of reactive buckets.
 */
class ReactiveBucketTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private static final Duration SOON = Duration.ofSeconds(15);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url());

	@Test
	void eachBucketHasAReactiveBean() {
		this.runner
			.withPropertyValues("nats.kv.buckets.profiles.value-type=" + Profile.class.getName(),
					"nats.kv.buckets.profiles.bean-name=profilesHandle", "nats.kv.buckets.words.value-type=String",
					"nats.kv.buckets.names.value-type=String", "nats.kv.buckets.counters.history=1",
					"nats.connections.archive.servers=" + server.url(),
					"nats.connections.archive.kv.buckets.audit.value-type=String")
			.withUserConfiguration(Injected.class)
			.run((context) -> {
				assertThat(context.getBeansOfType(ReactiveKeyValueBucket.class)).containsOnlyKeys(
						"profilesReactiveBucket", "wordsReactiveBucket", "namesReactiveBucket",
						"countersReactiveBucket", "auditReactiveBucket");
				Injected beans = context.getBean(Injected.class);
				Profile ann = new Profile("Ann");
				StepVerifier.create(beans.byType.put("a", ann).then(beans.byType.get("a")))
					.expectNext(ann)
					.expectComplete()
					.verify(SOON);
				assertThat(beans.byQualifier.getName()).isEqualTo("words");
				assertThat(beans.names.getName()).isEqualTo("names");
				StepVerifier.create(beans.counters.put("a", 1).then(beans.counters.get("a")))
					.expectNext(1)
					.expectComplete()
					.verify(SOON);
				assertThat(beans.parameter).isEqualTo("words");
				assertThat(beans.audit.getName()).isEqualTo("audit");
				assertThat(beans.byType.getBucket()).isSameAs(context.getBean("profilesBucket", KeyValueBucket.class));
			});
	}

	@Test
	void thereAreNoneWithoutReactor() {
		this.runner.withClassLoader(new FilteredClassLoader("reactor"))
			.withPropertyValues("nats.kv.buckets.words.value-type=String", "nats.kv.buckets.raw.history=1")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("wordsBucket")
				.doesNotHaveBean("wordsReactiveBucket")
				.doesNotHaveBean("rawReactiveBucket"));
	}

	@Test
	void aBeanOfTheApplicationReplacesOne() {
		ReactiveKeyValueBucket<?> own = mock(ReactiveKeyValueBucket.class);
		this.runner.withPropertyValues("nats.kv.buckets.raw.history=1")
			.withBean("rawReactiveBucket", ReactiveKeyValueBucket.class, () -> own)
			.run((context) -> assertThat(context.getBean("rawReactiveBucket")).isSameAs(own));
	}

	@Test
	void aBeanOfThatNameRefusesTheStart() {
		this.runner.withPropertyValues("nats.kv.buckets.words.value-type=String")
			.withBean("wordsReactiveBucket", String.class, () -> "taken")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.contains("the bean name 'wordsReactiveBucket' of its ReactiveKeyValueBucket is taken"));
	}

	@Test
	void aHandlerTakesOne() {
		this.runner.withConfiguration(AutoConfigurations.of(NatsListenerAutoConfiguration.class))
			.withPropertyValues("nats.kv.buckets.words.history=1")
			.withBean(Listener.class)
			.run((context) -> assertThat(
					context.getBean(NatsTemplate.class).request("reactive.bucket", "a", String.class))
				.isEqualTo("words"));
	}

	@Test
	void anObservationOfTheSubscribersContextIsTheParent() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.runner.withBean(ObservationRegistry.class, () -> registry)
			.withPropertyValues("nats.kv.observation-enabled=true", "nats.kv.buckets.words.value-type=String")
			.run((context) -> {
				@SuppressWarnings("unchecked")
				ReactiveKeyValueBucket<String> words = context.getBean("wordsReactiveBucket",
						ReactiveKeyValueBucket.class);
				Observation outer = Observation.start("outer", registry);
				StepVerifier
					.create(words.put("a", "1")
						.then(words.exists("a"))
						.subscribeOn(Schedulers.parallel())
						.contextWrite((values) -> values.put(ObservationThreadLocalAccessor.KEY, outer)))
					.expectNext(true)
					.expectComplete()
					.verify(SOON);
				TestObservationRegistryAssert.assertThat(registry)
					.hasObservationWithNameEqualTo("nats.kv.operation")
					.that()
					.hasParentObservationEqualTo(outer);
				TestObservationRegistryAssert.assertThat(registry)
					.forAllObservationsWithNameEqualTo("nats.kv.operation",
							(observation) -> observation.hasParentObservationEqualTo(outer));
				outer.stop();
			});
	}

	record Profile(String name) {
	}

	static class Listener {

		@NatsListener("reactive.bucket")
		String on(String payload, ReactiveKeyValueBucket<String> words) {
			return words.getName();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Injected {

		@Autowired
		private ReactiveKeyValueBucket<Profile> byType;

		@Autowired
		@Qualifier("words")
		private ReactiveKeyValueBucket<String> byQualifier;

		@Autowired
		private ReactiveKeyValueBucket<String> names;

		@Autowired
		@Qualifier("counters")
		private ReactiveKeyValueBucket<Integer> counters;

		@Autowired
		@Qualifier("audit")
		private ReactiveKeyValueBucket<String> audit;

		private String parameter;

		@Bean
		Object user(ReactiveKeyValueBucket<String> words) {
			this.parameter = words.getName();
			return new Object();
		}

	}

}
