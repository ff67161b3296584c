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

package io.github.natskv.listener;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

import io.github.natskv.core.NatsTemplate;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;

import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * An application context with listeners on a real server.
 */
final class ListenerTestContext implements AutoCloseable {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private ListenerTestContext() {
	}

	static ListenerTestContext start(NatsServer server, Class<?>... components) {
		return start(server, (context) -> context.register(components));
	}

	static ListenerTestContext start(NatsServer server, Consumer<AnnotationConfigApplicationContext> customizer) {
		return start((context) -> {
			context.registerBean(Connection.class, () -> connect(server));
			customizer.accept(context);
		});
	}

	static ListenerTestContext start(Connection connection, Consumer<AnnotationConfigApplicationContext> customizer) {
		return start((context) -> {
			context.registerBean(Connection.class, () -> connection,
					(definition) -> definition.setDestroyMethodName(""));
			customizer.accept(context);
		});
	}

	private static ListenerTestContext start(Consumer<AnnotationConfigApplicationContext> customizer) {
		ListenerTestContext test = new ListenerTestContext();
		AnnotationConfigApplicationContext context = test.context;
		context.register(ListenerTestConfiguration.class);
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("region", "eu", "two", "2", "no", "false")));
		customizer.accept(context);
		try {
			context.refresh();
		}
		catch (RuntimeException ex) {
			context.close();
			throw ex;
		}
		return test;
	}

	static Connection connect(NatsServer server) {
		try {
			return Nats.connect(Options.builder()
				.server(server.url())
				.advancedRequestBehavior()
				.subjectValidationType(Options.SubjectValidationType.Strict)
				.reconnectBufferSize(0)
				.reconnectWait(Duration.ofMillis(50))
				.maxReconnects(-1)
				.build());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	static RootBeanDefinition prototype(Class<?> type) {
		RootBeanDefinition definition = new RootBeanDefinition(type);
		definition.setScope(RootBeanDefinition.SCOPE_PROTOTYPE);
		return definition;
	}

	AnnotationConfigApplicationContext context() {
		return this.context;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	NatsTemplate template() {
		return bean(NatsTemplate.class);
	}

	DefaultNatsListenerRegistry registry() {
		return bean(DefaultNatsListenerRegistry.class);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
