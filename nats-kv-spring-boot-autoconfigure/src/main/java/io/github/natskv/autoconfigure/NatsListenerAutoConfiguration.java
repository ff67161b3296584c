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

import io.github.natskv.listener.ListenerSettings;
import io.github.natskv.listener.NatsListenerAnnotationBeanPostProcessor;
import io.github.natskv.listener.NatsListenerLifecycle;
import io.github.natskv.listener.NatsListenerRegistry;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
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
		NatsProperties.Listener listener = properties.getListener();
		return new ListenerSettings(listener.getConcurrency(), listener.isAutoStartup(), listener.getDrainTimeout(),
				listener.getSnapshotTimeout(), taskExecutor(environment), validator.getIfUnique());
	}

	private static @Nullable TaskExecutor taskExecutor(Environment environment) {
		return Threading.VIRTUAL.isActive(environment) ? new VirtualThreadTaskExecutor("nats-listener-") : null;
	}

	@Bean
	@ConditionalOnMissingBean
	NatsListenerRegistry natsListenerRegistry(ListenerSettings settings) {
		return new NatsListenerRegistry(settings.drainTimeout());
	}

	@Bean
	NatsListenerLifecycle natsListenerStartLifecycle(NatsListenerRegistry registry, ListenerSettings settings) {
		return NatsListenerLifecycle.starting(registry, settings.snapshotTimeout());
	}

	@Bean
	NatsListenerLifecycle natsListenerStopLifecycle(NatsListenerRegistry registry) {
		return NatsListenerLifecycle.stopping(registry);
	}

}
