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

package io.github.natskv.autoconfigure.listener;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.FailureAnalyses;
import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.NatsReplyException;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.NoRespondersException;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.KeyValue;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class NatsListenerAutoConfigurationTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url(), "nats.kv.buckets.bucket.history=5",
				"nats.kv.buckets.ages.value-type=java.lang.Integer");

	@Test
	void aChildContextStartsAndStopsItsOwnListenersOnly() {
		this.runner.withBean(Greeter.class).run((parent) -> {
			NatsOperations nats = parent.getBean(NatsOperations.class);
			new ApplicationContextRunner().withParent(parent)
				.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
						NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class))
				.withBean(Failing.class)
				.run((child) -> {
					assertThat(child.getBean(NatsListenerRegistry.class).ids()).hasSize(1);
					assertThatExceptionOfType(NatsReplyException.class)
						.isThrownBy(() -> nats.request("failing", "", String.class));
				});
			assertThat(nats.request("age.ann", new Person("Ann"), Person.class)).isEqualTo(new Person("Ann is null"));
			assertThatExceptionOfType(NoRespondersException.class)
				.isThrownBy(() -> nats.request("failing", "", String.class));
		});
	}

	@Test
	void aListenerReadsBucketsAndAnswers() {
		this.runner.withBean(Greeter.class).run((context) -> {
			context.getBean("bucket", KeyValue.class).put("key", "Hello!");
			NatsOperations nats = context.getBean(NatsOperations.class);
			assertThat(nats.request("subject", "Hi!", String.class)).isEqualTo("Hello! Hi!");
			context.getBean("agesBucket", KeyValueBucket.class);
			assertThat(nats.request("age.ann", new Person("Ann"), Person.class)).isEqualTo(new Person("Ann is null"));
			assertThat(context.getBean(NatsListenerRegistry.class).ids()).hasSize(2);
		});
	}

	@Test
	void listenersAreThereWithLazyInitialization() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withBean(Greeter.class)
			.run((context) -> {
				context.getBean("bucket", KeyValue.class).put("key", "Hello");
				assertThat(context.getBean(NatsOperations.class).request("subject", "you", String.class))
					.isEqualTo("Hello you");
			});
	}

	@Test
	void theConnectionIsClosedAfterListenersHaveStopped() {
		this.runner.withBean(Greeter.class).run((context) -> {
			Connection connection = context.getBean(Connection.class);
			((ConfigurableApplicationContext) context.getSourceApplicationContext()).close();
			assertThat(connection.getStatus()).isEqualTo(Connection.Status.CLOSED);
		});
	}

	@Test
	void aHandlerThatClosesTheApplicationIsNotInterrupted(CapturedOutput output) {
		this.runner.withBean(Closer.class).run((context) -> {
			Closer closer = context.getBean(Closer.class);
			context.getBean(Connection.class).publish("close", new byte[0]);
			assertThat(closer.interrupted).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(false);
		});
		assertThat(output).doesNotContain("destroy method failed", "could not be drained");
	}

	@Test
	void manyListenersStopWithoutLosingTheConnection() {
		List<Events> events = new CopyOnWriteArrayList<>();
		this.runner.withUserConfiguration(ManyListeners.class).run((context) -> {
			assertThat(context.getBean(NatsListenerRegistry.class).ids()).hasSize(20);
			context.getBean(Connection.class).addConnectionListener(new RecordingListener(events));
		});
		assertThat(events).contains(Events.CLOSED).doesNotContain(Events.DISCONNECTED);
	}

	@Test
	void withoutJacksonTextWorksAndJsonNamesWhatIsMissing() {
		ApplicationContextRunner bare = new ApplicationContextRunner()
			.withClassLoader(new FilteredClassLoader("tools.jackson"))
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsKeyValueAutoConfiguration.class,
					NatsListenerAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "nats.kv.buckets.bucket.history=5");
		bare.withBean(TextListener.class)
			.run((context) -> assertThat(context.getBean(NatsOperations.class).request("text", "a", String.class))
				.isEqualTo("aa"));
		bare.withBean(JsonListener.class).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("JsonListener.on");
			assertThat(analysis.getDescription() + analysis.getAction()).contains("spring-boot-starter-jackson");
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void concurrentHandlersRunOnVirtualThreadsWhereTheApplicationDoes() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true")
			.withBean(ThreadListener.class)
			.run((context) -> {
				NatsOperations nats = context.getBean(NatsOperations.class);
				assertThat(nats.request("thread.concurrent", "", String.class)).startsWith("VirtualThread")
					.contains("nats-side-by-side-1");
				assertThat(nats.request("thread.ordered", "", String.class)).startsWith("Thread");
			});
	}

	@Test
	void aListenerThatCannotWorkIsExplained() {
		this.runner.withBean(BadSubject.class).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("BadSubject.on", "a..b");
			assertThat(analysis.getAction()).isNotEmpty();
		});
	}

	@Test
	void aParameterThatMayBeABeanOrThePayloadIsRefused() {
		this.runner.withBean(BeanOnly.class)
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("BeanOnly.on",
					"ApplicationContext"));
	}

	@Test
	void aParameterThatSeveralBucketsFitIsExplainedWithItsListener() {
		this.runner.withBean(AnyBucket.class).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("AnyBucket.on(String, KeyValue)", "parameter 2 'kv'");
			assertThat(analysis.getAction()).contains("@Qualifier", "bucket", "ages");
		});
	}

	@Test
	void aParameterWithoutABeanIsExplainedWithItsListener() {
		this.runner.withBean(UnknownBucket.class).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("UnknownBucket.on(String, KeyValue)", "parameter 2 'kv'");
			assertThat(analysis.getAction()).contains("@Qualifier");
		});
	}

	@Test
	void aPropertyThatAParameterLacksIsExplainedWithItsListener() {
		this.runner.withBean(PropertySourcesPlaceholderConfigurer.class)
			.withBean(UnknownProperty.class)
			.run((context) -> {
				FailureAnalysis analysis = FailureAnalyses.of(context);
				assertThat(analysis.getDescription()).contains("UnknownProperty.on(String, String)",
						"parameter 2 'region'", "${no.such.region}");
				assertThat(analysis.getAction()).contains("@Value");
			});
	}

	@Test
	void anErrorHandlerThatIsMissingIsExplainedWithItsListener() {
		this.runner.withBean(UnknownErrorHandler.class).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("UnknownErrorHandler.on(String)", "error handler 'nobody'");
			assertThat(analysis.getAction()).isNotEmpty().isNotEqualTo(analysis.getDescription());
			assertThat(analysis.getDescription()).doesNotContain(analysis.getAction());
		});
	}

	@Test
	void aBeanThatFailsIsExplainedByWhatItFailsOf() {
		this.runner.withBean("broken", RuntimeException.class, () -> {
			throw new InvalidNatsPropertyException("nats.some", "is wrong.", "Correct it.");
		}, (definition) -> definition.setLazyInit(true)).withBean(BrokenBean.class).run((context) -> {
			assertThat(context).getFailure().hasMessageContaining("method 'on' parameter 1");
			assertThat(FailureAnalyses.of(context).getDescription()).contains("'nats.some': is wrong");
		});
	}

	@Test
	void classesOfPropertiesAreNotTakenForTheValidator() {
		this.runner.withBean(Validating.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("there is no validator. Add the dependency"));
		this.runner.withBean(Validating.class).withBean(LocalValidatorFactoryBean.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(NatsReplyException.class)
				.isThrownBy(() -> context.getBean(NatsTemplate.class).request("validating", Map.of(), String.class))
				.withMessageContaining("must not be null");
		});
	}

	@Test
	void beansBackOffToTheUsersOwn() throws Exception {
		try (Connection connection = server.connect()) {
			PayloadConverter converter = new PayloadConverter();
			NatsTemplate template = new NatsTemplate(connection, converter, Duration.ofSeconds(1));
			this.runner.withBean(PayloadConverter.class, () -> converter)
				.withBean(NatsTemplate.class, () -> template)
				.run((context) -> {
					assertThat(context.getBean(NatsOperations.class)).isSameAs(template);
					assertThat(context.getBean(PayloadConverter.class)).isSameAs(converter);
				});
		}
	}

	@Test
	void aFailedHandlerAnswersAtOnce() {
		this.runner.withBean(Failing.class)
			.run((context) -> assertThatExceptionOfType(NatsReplyException.class)
				.isThrownBy(() -> context.getBean(NatsOperations.class).request("failing", "x", String.class))
				.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(500)));
	}

	record Person(String name) {
	}

	record RecordingListener(List<Events> events) implements ConnectionListener {

		@Override
		@Deprecated
		public void connectionEvent(Connection connection, Events event) {
			this.events.add(event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ManyListeners {

		@Bean
		static BeanDefinitionRegistryPostProcessor listeners() {
			return (registry) -> IntStream.range(0, 20)
				.forEach((i) -> registry.registerBeanDefinition("listener" + i,
						new RootBeanDefinition(TextListener.class, TextListener::new)));
		}

	}

	static class Closer {

		final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();

		private final ConfigurableApplicationContext context;

		Closer(ConfigurableApplicationContext context) {
			this.context = context;
		}

		@NatsListener("close")
		void close() {
			this.context.close();
			this.interrupted.complete(Thread.currentThread().isInterrupted());
		}

	}

	static class Greeter {

		@NatsListener("subject")
		String on(String msg, @Qualifier("bucket") KeyValue kv) throws Exception {
			return kv.get("key").getValueAsString() + " " + msg;
		}

		@NatsListener("age.*")
		Person age(Person person, KeyValueBucket<Integer> ages) {
			return new Person(person.name() + " is " + ages.get(person.name()));
		}

	}

	static class TextListener {

		@NatsListener("text")
		String on(String text) {
			return text + text;
		}

	}

	static class JsonListener {

		@NatsListener("json")
		void on(Person person) {
		}

	}

	static class ThreadListener {

		@NatsListener(subjects = "thread.concurrent", id = "side-by-side", concurrency = "2")
		String concurrent() {
			return Thread.currentThread().toString();
		}

		@NatsListener("thread.ordered")
		String ordered() {
			return Thread.currentThread().toString();
		}

	}

	static class BadSubject {

		@NatsListener("a..b")
		void on(String text) {
		}

	}

	static class BeanOnly {

		@NatsListener("bean")
		void on(ApplicationContext context) {
		}

	}

	static class AnyBucket {

		@NatsListener("any")
		void on(String text, KeyValue kv) {
		}

	}

	static class UnknownBucket {

		@NatsListener("unknown")
		void on(String text, @Qualifier("nowhere") KeyValue kv) {
		}

	}

	static class UnknownProperty {

		@NatsListener("unknown")
		void on(String text, @Value("${no.such.region}") String region) {
		}

	}

	static class UnknownErrorHandler {

		@NatsListener(subjects = "unknown", errorHandler = "nobody")
		void on(String text) {
		}

	}

	static class BrokenBean {

		@NatsListener("broken")
		void on(String text, @Qualifier("broken") RuntimeException broken) {
		}

	}

	static class Failing {

		@NatsListener("failing")
		String on(String text) {
			throw new IllegalStateException("broken");
		}

	}

	record Named(@NotNull String name) {

	}

	static class Validating {

		@NatsListener("validating")
		String on(@Valid Named named) {
			return named.name();
		}

	}

}
