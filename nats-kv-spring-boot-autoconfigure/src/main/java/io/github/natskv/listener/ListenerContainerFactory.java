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

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.Subjects;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.messaging.handler.annotation.SendTo;

/**
 * Makes containers of annotated methods, and refuses those that cannot work.
 */
final class ListenerContainerFactory {

	private final ConfigurableListableBeanFactory beanFactory;

	private final NatsListenerRegistry registry;

	private final ListenerSettings settings;

	private final PayloadConverter payloadConverter;

	private final HandlingOptions options;

	ListenerContainerFactory(ConfigurableListableBeanFactory beanFactory, NatsListenerRegistry registry) {
		this.beanFactory = beanFactory;
		this.registry = registry;
		this.settings = beanFactory.getBeanProvider(ListenerSettings.class).getIfAvailable(ListenerSettings::defaults);
		this.payloadConverter = beanFactory.getBean(PayloadConverter.class);
		this.options = HandlingOptions.of(beanFactory);
	}

	void register(HandlerMethod method, List<NatsListener> annotations) {
		for (NatsListener annotation : annotations) {
			ListenerEndpoint endpoint = create(method, annotation);
			ListenerContainer container = new SubjectListenerContainer(endpoint);
			ListenerContainer existing = this.registry.register(container, endpoint.autoStartup());
			if (existing != container) {
				throw method.invalid(
						"its id '" + endpoint.id() + "' is that of listener method " + existing.description() + " too",
						"Give each listener an id of its own");
			}
		}
	}

	private ListenerEndpoint create(HandlerMethod method, NatsListener annotation) {
		AttributeResolver attributes = new AttributeResolver(this.beanFactory, method);
		List<SubjectPattern> subjects = subjects(method, attributes.strings("subjects", annotation.subjects()));
		String queue = queue(method, attributes.string("queue", annotation.queue()));
		int concurrency = attributes.integer("concurrency", annotation.concurrency(), this.settings.concurrency());
		boolean autoStartup = attributes.bool("autoStartup", annotation.autoStartup(), this.settings.autoStartup());
		Connection connection = connection(method, attributes.string("connection", annotation.connection()));
		ListenerErrorHandler errorHandler = errorHandler(method,
				attributes.string("errorHandler", annotation.errorHandler()));
		ResultType result = ResultType.of(method);
		ReplySender replies = new ReplySender(connection, this.payloadConverter, result.writer(this.payloadConverter),
				sendTo(method, result, attributes), this.options.replyInterceptors());
		String id = id(method, attributes.string("id", annotation.id()));
		MessageListener listener = new MessageListener(id, method, arguments(method, subjects), !result.isVoid(),
				replies, errorHandler, this.options);
		return new ListenerEndpoint(id, method.description(), subjects, queue, concurrency, autoStartup, connection,
				this.settings.taskExecutor(), listener);
	}

	private String id(HandlerMethod method, String explicit) {
		boolean singleton = !this.beanFactory.containsBean(method.beanName())
				|| this.beanFactory.isSingleton(method.beanName());
		if (!explicit.isEmpty() && singleton) {
			return explicit;
		}
		String id = (explicit.isEmpty()) ? method.beanName() + "." + method.getMethod().getName() : explicit;
		String candidate = id;
		for (int n = 2; this.registry.contains(candidate); n++) {
			candidate = id + "#" + n;
		}
		return candidate;
	}

	private static List<SubjectPattern> subjects(HandlerMethod method, List<String> values) {
		if (values.isEmpty()) {
			throw method.invalid("it has no subject", "Name at least one: @NatsListener(\"orders.created\")");
		}
		List<SubjectPattern> subjects = new ArrayList<>();
		Set<String> seen = new LinkedHashSet<>();
		for (String value : values) {
			SubjectPattern subject;
			try {
				subject = SubjectPattern.parse(value);
			}
			catch (IllegalArgumentException ex) {
				throw method.invalid("'" + value + "' is not a subject: " + ex.getMessage(), "Correct the subject", ex);
			}
			if (!seen.add(subject.subject())) {
				throw method.invalid("it subscribes '" + subject.subject() + "' twice", "Remove one of the subjects");
			}
			subjects.add(subject);
		}
		return subjects;
	}

	private static @Nullable String queue(HandlerMethod method, String queue) {
		if (queue.isEmpty()) {
			return null;
		}
		try {
			Subjects.checkPublishable(queue);
			return queue;
		}
		catch (IllegalArgumentException ex) {
			throw method.invalid("'" + queue + "' is not the name of a queue group",
					"Use a name without white space, wildcards and empty tokens", ex);
		}
	}

	private Connection connection(HandlerMethod method, String name) {
		try {
			return (name.isEmpty()) ? this.beanFactory.getBean(Connection.class)
					: this.beanFactory.getBean(name, Connection.class);
		}
		catch (NoSuchBeanDefinitionException ex) {
			throw method.invalid(
					"there is no " + ((name.isEmpty()) ? "single connection" : "connection '" + name + "'")
							+ "; the connections are " + names(Connection.class),
					"Name one of them in the attribute 'connection', or declare it", ex);
		}
		catch (BeansException ex) {
			throw (name.isEmpty()) ? ex
					: method.invalid("bean '" + name + "' cannot be its connection: " + ex.getMessage(),
							"Name a bean of type " + Connection.class.getName(), ex);
		}
	}

	private @Nullable ListenerErrorHandler errorHandler(HandlerMethod method, String name) {
		if (name.isEmpty()) {
			return this.beanFactory.getBeanProvider(ListenerErrorHandler.class).getIfUnique();
		}
		try {
			return this.beanFactory.getBean(name, ListenerErrorHandler.class);
		}
		catch (BeansException ex) {
			throw method.invalid("there is no error handler '" + name + "'; the error handlers are "
					+ names(ListenerErrorHandler.class), "Name one of them, or declare it", ex);
		}
	}

	private List<String> names(Class<?> type) {
		return List.of(this.beanFactory.getBeanNamesForType(type));
	}

	private static List<String> sendTo(HandlerMethod method, ResultType result, AttributeResolver attributes) {
		SendTo annotation = AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), SendTo.class);
		if (annotation == null) {
			return List.of();
		}
		List<String> subjects = attributes.strings("@SendTo", annotation.value());
		if (subjects.isEmpty()) {
			throw method.invalid("its @SendTo has no subject", "Name one: @SendTo(\"orders.processed\")");
		}
		if (result.isVoid()) {
			throw method.invalid("it has @SendTo and returns nothing", "Return what is to be sent, or remove @SendTo");
		}
		for (String subject : subjects) {
			try {
				Subjects.checkPublishable(subject);
			}
			catch (IllegalArgumentException ex) {
				throw method.invalid("its @SendTo cannot be sent to: " + ex.getMessage(), "Correct the subject", ex);
			}
		}
		return subjects;
	}

	private ArgumentResolver[] arguments(HandlerMethod method, List<SubjectPattern> subjects) {
		ConversionService conversionService = this.beanFactory.getConversionService();
		HeaderArguments headers = new HeaderArguments(method,
				(conversionService != null) ? conversionService : DefaultConversionService.getSharedInstance(),
				this.beanFactory::resolveEmbeddedValue);
		BeanParameters beans = new BeanParameters(this.beanFactory, method.beanName(), method.beanType());
		PayloadArguments payloads = new PayloadArguments(method, this.payloadConverter, this.settings.validator());
		return new MethodArguments(method, subjects, beans, headers, payloads).resolve();
	}

}
