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

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.Subjects;
import io.github.natskv.listener.invocation.ArgumentResolver;
import io.github.natskv.listener.invocation.AttributeResolver;
import io.github.natskv.listener.invocation.DeliveryType;
import io.github.natskv.listener.invocation.HandlerRetry;
import io.github.natskv.listener.invocation.HandlingOptions;
import io.github.natskv.listener.invocation.ListenerMethod;
import io.github.natskv.listener.invocation.MessageArguments;
import io.github.natskv.listener.invocation.ResultType;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.github.natskv.listener.subject.ListenerEndpoint;
import io.github.natskv.listener.subject.MessageAdapter;
import io.github.natskv.listener.subject.ReplySender;
import io.github.natskv.listener.subject.ReplySubjects;
import io.github.natskv.listener.subject.SubjectListenerContainer;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Creates containers of methods annotated with {@link NatsListener}, and refuses those
 * that cannot work.
 */
final class ListenerContainerFactory {

	private final ListenerBeans beans;

	ListenerContainerFactory(ListenerBeans beans) {
		this.beans = beans;
	}

	void register(ListenerMethod method, NatsListener annotation) {
		AttributeResolver attributes = this.beans.attributes(method);
		List<SubjectPattern> subjects = attributes.subjects("subjects", annotation.subjects());
		checkSubjects(method, subjects);
		String queue = queue(method, attributes.string("queue", annotation.queue()));
		int concurrency = attributes.integer("concurrency", annotation.concurrency(),
				this.beans.settings().concurrency());
		ResultType result = ResultType.of(method);
		List<String> sendTo = SendToSubjects.of(method, result, attributes);
		DeclaredListener listener = this.beans.listener(method, attributes, annotation.id(), annotation.connection(),
				annotation.autoStartup(), annotation.errorHandler());
		this.beans.register(listener,
				new SubjectListenerContainer(new ListenerEndpoint(listener.id(), method.description(), subjects, queue,
						concurrency, listener.connection(), this.beans.settings().taskExecutor(),
						adapter(listener, subjects, result, sendTo), listener.recorder())));
	}

	private MessageAdapter adapter(DeclaredListener listener, List<SubjectPattern> subjects, ResultType result,
			List<String> sendTo) {
		ListenerMethod method = listener.method();
		HandlingOptions options = this.beans.options();
		PayloadConverter converter = this.beans.payloadConverter();
		List<ArgumentResolver<Message>> arguments = new MessageArguments(method, subjects,
				this.beans.parameters(method), this.beans.headers(method), this.beans.payloads(method),
				options.argumentResolvers())
			.resolve();
		ReplySender replies = new ReplySender(listener.connection(), converter, result.writer(converter), sendTo,
				new ReplySubjects(listener.id(), this.beans.settings().replySubjects(), listener.recorder()),
				options.replyInterceptors(listener.connectionLabel()));
		HandlerRetry retry = (options.retryPolicy() != null) ? new HandlerRetry(options.retryPolicy()) : null;
		return new MessageAdapter(listener.invoker(DeliveryType.MESSAGE, arguments, retry), listener.connectionLabel(),
				!result.isVoid(), replies, options.observations());
	}

	private static void checkSubjects(ListenerMethod method, List<SubjectPattern> subjects) {
		if (subjects.isEmpty()) {
			throw method.invalid("it has no subject", "Name at least one: @NatsListener(\"orders.created\")");
		}
		Set<String> seen = new HashSet<>();
		for (SubjectPattern subject : subjects) {
			if (!seen.add(subject.subject())) {
				throw method.invalid("it subscribes '" + subject.subject() + "' twice", "Remove one of the subjects");
			}
		}
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

}
