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

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.Subjects;
import io.github.natskv.listener.ListenerErrorHandler;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.invocation.ArgumentResolver;
import io.github.natskv.listener.invocation.AttributeResolver;
import io.github.natskv.listener.invocation.DeliveryType;
import io.github.natskv.listener.invocation.HandlerInvoker;
import io.github.natskv.listener.invocation.HandlerRetry;
import io.github.natskv.listener.invocation.HandlingOptions;
import io.github.natskv.listener.invocation.ListenerMethod;
import io.github.natskv.listener.invocation.MessageArguments;
import io.github.natskv.listener.invocation.PayloadArguments;
import io.github.natskv.listener.invocation.ResultType;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.github.natskv.listener.subject.ListenerEndpoint;
import io.github.natskv.listener.subject.MessageAdapter;
import io.github.natskv.listener.subject.ReplySender;
import io.github.natskv.listener.subject.ReplySubjects;
import io.github.natskv.listener.subject.SubjectListenerContainer;
import io.nats.client.Connection;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Creates containers of methods annotated with {@link NatsListener}, and refuses those
 * that cannot work.
 */
final class ListenerContainerFactory {

	private final ListenerBeans beans;

	private final PayloadConverter payloadConverter;

	private final HandlingOptions options;

	ListenerContainerFactory(ListenerBeans beans) {
		this.beans = beans;
		this.payloadConverter = beans.beanFactory()
			.getBeanProvider(PayloadConverter.class)
			.getIfAvailable(PayloadConverter::withDefaultFormat);
		this.options = HandlingOptions.of(beans.beanFactory());
	}

	void register(ListenerMethod method, NatsListener annotation) {
		ListenerEndpoint endpoint = create(method, annotation);
		this.beans.register(method, new SubjectListenerContainer(endpoint), endpoint.autoStartup());
	}

	private ListenerEndpoint create(ListenerMethod method, NatsListener annotation) {
		AttributeResolver attributes = this.beans.attributes(method);
		List<SubjectPattern> subjects = subjects(method, attributes.strings("subjects", annotation.subjects()));
		String queue = queue(method, attributes.string("queue", annotation.queue()));
		int concurrency = attributes.integer("concurrency", annotation.concurrency(),
				this.beans.settings().concurrency());
		boolean autoStartup = attributes.bool("autoStartup", annotation.autoStartup(),
				this.beans.settings().autoStartup());
		String connectionName = attributes.string("connection", annotation.connection());
		Connection connection = this.beans.connection(method, connectionName);
		String connectionLabel = this.beans.connectionLabel(connectionName);
		ListenerErrorHandler errorHandler = this.beans.errorHandler(method,
				attributes.string("errorHandler", annotation.errorHandler()));
		ResultType result = ResultType.of(method);
		List<String> sendTo = SendToSubjects.of(method, result, attributes);
		String id = this.beans.id(method, attributes.string("id", annotation.id()));
		HandlerRetry retry = (this.options.retryPolicy() != null) ? new HandlerRetry(this.options.retryPolicy()) : null;
		List<ArgumentResolver<Message>> arguments = arguments(method, subjects);
		ListenerInstrumentation.Recorder recorder = this.beans.recorder(id, connectionLabel);
		ReplySender replies = new ReplySender(connection, this.payloadConverter, result.writer(this.payloadConverter),
				sendTo, new ReplySubjects(id, this.beans.settings().replySubjects(), recorder),
				this.options.replyInterceptors(connectionLabel));
		HandlerInvoker<Message> invoker = new HandlerInvoker<>(id, DeliveryType.MESSAGE, method, arguments, retry,
				this.options.interceptors(), errorHandler, recorder);
		MessageAdapter listener = new MessageAdapter(invoker, connectionLabel, !result.isVoid(), replies,
				this.options.observations());
		return new ListenerEndpoint(id, method.description(), subjects, queue, concurrency, autoStartup, connection,
				this.beans.settings().taskExecutor(), listener, recorder);
	}

	private static List<SubjectPattern> subjects(ListenerMethod method, List<String> values) {
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

	private static @Nullable String queue(ListenerMethod method, String queue) {
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

	private List<ArgumentResolver<Message>> arguments(ListenerMethod method, List<SubjectPattern> subjects) {
		PayloadArguments payloads = new PayloadArguments(method, this.payloadConverter, this.beans.validation());
		return new MessageArguments(method, subjects, this.beans.parameters(method), this.beans.headers(method),
				payloads, this.options.argumentResolvers())
			.resolve();
	}

}
