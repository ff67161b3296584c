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

package io.github.natskv.listener.config;

import io.github.natskv.listener.DefaultNatsListenerRegistry;
import io.github.natskv.listener.ListenerSettings;
import io.github.natskv.listener.NatsListenerLifecycle;
import io.github.natskv.listener.ReadinessGate;
import io.github.natskv.listener.stream.StreamDeadLetters;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Beans that listener methods of a context need, imported by {@code @EnableNats}.
 */
@Configuration(proxyBeanMethods = false)
class NatsListenerConfiguration {

	@Bean
	static NatsListenerAnnotationBeanPostProcessor natsListenerAnnotationBeanPostProcessor() {
		return new NatsListenerAnnotationBeanPostProcessor();
	}

	@Bean
	DefaultNatsListenerRegistry natsListenerRegistry(ObjectProvider<ListenerSettings> settings) {
		return new DefaultNatsListenerRegistry(settings.getIfAvailable(ListenerSettings::defaults).drainTimeout());
	}

	@Bean
	StreamDeadLetters natsDeadLetters() {
		return new StreamDeadLetters();
	}

	@Bean
	NatsListenerLifecycle natsListenerStartLifecycle(DefaultNatsListenerRegistry registry,
			ObjectProvider<ListenerSettings> settings) {
		return NatsListenerLifecycle.starting(registry,
				settings.getIfAvailable(ListenerSettings::defaults).snapshotTimeout(), ReadinessGate.OPEN);
	}

	@Bean
	NatsListenerLifecycle natsListenerStopLifecycle(DefaultNatsListenerRegistry registry) {
		return NatsListenerLifecycle.stopping(registry);
	}

}
