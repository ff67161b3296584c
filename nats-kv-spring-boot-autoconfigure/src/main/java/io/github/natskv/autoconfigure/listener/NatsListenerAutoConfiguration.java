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

import java.util.List;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsProperties;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.core.NatsReplyException;
import io.github.natskv.listener.DefaultNatsListenerRegistry;
import io.github.natskv.listener.ListenerSettings;
import io.github.natskv.listener.NatsListenerLifecycle;
import io.github.natskv.listener.config.NatsListenerAnnotationBeanPostProcessor;
import io.github.natskv.listener.stream.StreamDeadLetters;
import io.github.natskv.observation.ListenerObservations;
import io.github.natskv.observation.NatsListenerObservationConvention;
import io.github.natskv.observation.NatsTemplateObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.validation.Validator;

/**
 * Auto-configuration of listeners.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = NatsAutoConfiguration.class,
		afterName = "org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration")
@ConditionalOnClass(Connection.class)
public final class NatsListenerAutoConfiguration {

	NatsListenerAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static NatsListenerAnnotationBeanPostProcessor natsListenerAnnotationBeanPostProcessor() {
		return new NatsListenerAnnotationBeanPostProcessor();
	}

	@Bean
	static ListenerLazyInitializationExcludeFilter natsListenerLazyInitializationExcludeFilter() {
		return new ListenerLazyInitializationExcludeFilter();
	}

	@Bean
	@ConditionalOnMissingBean
	ListenerSettings natsListenerSettings(NatsProperties properties, Environment environment,
			ObjectProvider<Validator> validator) {
		NatsProperties.Listener listener = properties.listener();
		return new ListenerSettings(listener.concurrency(), listener.autoStartup(), listener.drainTimeout(),
				listener.snapshotTimeout(), taskExecutor(environment), validator(validator),
				replySubjects(listener.replySubjects()));
	}

	// Of classes of properties, which validate themselves, none is what is wanted.
	private static @Nullable Validator validator(ObjectProvider<Validator> validators) {
		List<Validator> others = validators.stream((type) -> !isProperties(type)).toList();
		if (others.size() == 1) {
			return others.get(0);
		}
		Validator primary = others.isEmpty() ? null : validators.getIfUnique();
		return (primary != null && !isProperties(primary.getClass())) ? primary : null;
	}

	private static boolean isProperties(Class<?> type) {
		return AnnotatedElementUtils.hasAnnotation(type, ConfigurationProperties.class);
	}

	private static List<String> replySubjects(List<String> subjects) {
		for (int i = 0; i < subjects.size(); i++) {
			String problem = ListenerSettings.findProblem(subjects.get(i));
			if (problem != null) {
				throw new InvalidNatsPropertyException("nats.listener.reply-subjects[" + i + "]",
						"is '%s', but %s.".formatted(subjects.get(i), problem),
						"Use subjects such as '_INBOX.>', or remove the property.");
			}
		}
		return subjects;
	}

	@Bean(NatsListenerAnnotationBeanPostProcessor.RETRY_POLICY_BEAN_NAME)
	@ConditionalOnMissingBean(name = NatsListenerAnnotationBeanPostProcessor.RETRY_POLICY_BEAN_NAME)
	@Conditional(OnListenerRetryCondition.class)
	RetryPolicy natsListenerRetryPolicy(NatsProperties properties) {
		NatsProperties.Retry retry = properties.listener().retry();
		if (retry.maxRetries() < 0) {
			throw new InvalidNatsPropertyException("nats.listener.retry.max-retries",
					"is %d, but must be 0 or more.".formatted(retry.maxRetries()), "Correct the value.");
		}
		try {
			return RetryPolicy.builder()
				.maxRetries(retry.maxRetries())
				.delay(retry.delay())
				.multiplier(retry.multiplier())
				.maxDelay(retry.maxDelay())
				.jitter(retry.jitter())
				.includes(Exception.class)
				.excludes(InterruptedException.class)
				.predicate((failure) -> NatsReplyException.chosen(failure) == null)
				.build();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidNatsPropertyException("nats.listener.retry", "does not work: " + ex.getMessage(),
					"Correct the values.", ex);
		}
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty("nats.listener.observation-enabled")
	ListenerObservations natsListenerObservations(NatsProperties properties,
			ObjectProvider<ObservationRegistry> registry, ObjectProvider<NatsListenerObservationConvention> convention,
			ObjectProvider<NatsTemplateObservationConvention> replyConvention) {
		return new ListenerObservations(registry.getIfAvailable(() -> ObservationRegistry.NOOP),
				convention.getIfUnique(), replyConvention.getIfUnique(), properties.observation().propagationEnabled());
	}

	private static @Nullable TaskExecutor taskExecutor(Environment environment) {
		return Threading.VIRTUAL.isActive(environment) ? new VirtualThreadTaskExecutor("nats-listener-") : null;
	}

	// a context owns the listeners of its own beans, whatever its parent has
	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	DefaultNatsListenerRegistry natsListenerRegistry(ListenerSettings settings) {
		return new DefaultNatsListenerRegistry(settings.drainTimeout());
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	StreamDeadLetters natsDeadLetters() {
		return new StreamDeadLetters();
	}

	@Bean
	@ConditionalOnMissingBean(name = "natsListenerStartLifecycle", search = SearchStrategy.CURRENT)
	NatsListenerLifecycle natsListenerStartLifecycle(DefaultNatsListenerRegistry registry, ListenerSettings settings,
			ConfigurableApplicationContext context) {
		return NatsListenerLifecycle.starting(registry, settings.snapshotTimeout(),
				(condition) -> ReadinessHold.until(condition, context));
	}

	@Bean
	@ConditionalOnMissingBean(name = "natsListenerStopLifecycle", search = SearchStrategy.CURRENT)
	NatsListenerLifecycle natsListenerStopLifecycle(DefaultNatsListenerRegistry registry) {
		return NatsListenerLifecycle.stopping(registry);
	}

	/**
	 * Matches where there are to be retries.
	 */
	static class OnListenerRetryCondition implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			// as text, since what is no number is refused with the other properties
			String retries = context.getEnvironment().getProperty("nats.listener.retry.max-retries", "0");
			return !retries.trim().equals("0");
		}

	}

}
