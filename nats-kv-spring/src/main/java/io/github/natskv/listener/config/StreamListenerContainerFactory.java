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

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.Subjects;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.listener.ListenerContainer;
import io.github.natskv.listener.ListenerErrorHandler;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.StreamListenerSettings;
import io.github.natskv.listener.invocation.AttributeResolver;
import io.github.natskv.listener.invocation.BatchArguments;
import io.github.natskv.listener.invocation.DeliveryType;
import io.github.natskv.listener.invocation.HandlerInvoker;
import io.github.natskv.listener.invocation.HandlingOptions;
import io.github.natskv.listener.invocation.ListenerMethod;
import io.github.natskv.listener.invocation.PayloadArguments;
import io.github.natskv.listener.invocation.ResultType;
import io.github.natskv.listener.invocation.StreamArguments;
import io.github.natskv.listener.invocation.StreamBatch;
import io.github.natskv.listener.invocation.StreamDelivery;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.github.natskv.listener.stream.AckMode;
import io.github.natskv.listener.stream.BatchAdapter;
import io.github.natskv.listener.stream.DeadLetterSender;
import io.github.natskv.listener.stream.DeclaredConsumer;
import io.github.natskv.listener.stream.OrderingText;
import io.github.natskv.listener.stream.ResultSender;
import io.github.natskv.listener.stream.Settlement;
import io.github.natskv.listener.stream.StoredPublisher;
import io.github.natskv.listener.stream.StreamAdapter;
import io.github.natskv.listener.stream.StreamEndpoint;
import io.github.natskv.listener.stream.StreamListenerContainer;
import io.github.natskv.listener.stream.SubjectFilters;
import io.github.natskv.provisioning.ConsumerDefinition;
import io.github.natskv.provisioning.DeclaredStreams;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Creates containers of methods annotated with {@link JetStreamListener}, and refuses
 * those that cannot work.
 */
final class StreamListenerContainerFactory {

	private static final List<SubjectPattern> ALL = List.of(SubjectPattern.parse(">"));

	/** How many messages may be unacknowledged unless a consumer says otherwise. */
	private static final int MAX_ACK_PENDING = 1000;

	private final ListenerBeans beans;

	private final PayloadConverter payloadConverter;

	private final HandlingOptions options;

	StreamListenerContainerFactory(ListenerBeans beans) {
		this.beans = beans;
		this.payloadConverter = beans.beanFactory()
			.getBeanProvider(PayloadConverter.class)
			.getIfAvailable(PayloadConverter::withDefaultFormat);
		this.options = HandlingOptions.of(beans.beanFactory());
	}

	void register(ListenerMethod method, JetStreamListener annotation) {
		AttributeResolver attributes = this.beans.attributes(method);
		String connectionName = attributes.string("connection", annotation.connection());
		Connection connection = this.beans.connection(method, connectionName);
		String label = this.beans.connectionLabel(connectionName);
		List<SubjectPattern> subjects = subjects(method, attributes.strings("subjects", annotation.subjects()));
		int batch = attributes.integer("batch", annotation.batch(), 1);
		boolean batched = !attributes.string("batch", annotation.batch()).isEmpty();
		int concurrency = attributes.integer("concurrency", annotation.concurrency(),
				this.beans.settings().concurrency());
		AckMode ack = ackMode(method, attributes.string("ack", annotation.ack()));
		OrderingText order = order(method, attributes.string("orderedBy", annotation.orderedBy()), subjects, batched);
		String deadLetter = deadLetter(method, attributes.string("deadLetter", annotation.deadLetter()), subjects);
		boolean autoStartup = attributes.bool("autoStartup", annotation.autoStartup(),
				this.beans.settings().autoStartup());
		ListenerErrorHandler errorHandler = this.beans.errorHandler(method,
				attributes.string("errorHandler", annotation.errorHandler()));
		StreamListenerSettings settings = ofConnection(label, StreamListenerSettings.class,
				StreamListenerSettings.defaults());
		int window = Math.max((settings.prefetch() != null) ? settings.prefetch() : 1, concurrency * batch);
		DeclaredConsumer consumer = consumer(method, label, attributes.string("stream", annotation.stream()),
				attributes.string("consumer", annotation.consumer()), subjects, window, settings);
		ResultType result = ResultType.of(method);
		List<String> sendTo = SendToSubjects.of(method, result, attributes);
		if (!result.isVoid() && sendTo.isEmpty()) {
			throw method.invalid("it returns a result, which nobody waits for: the reply subject is the server's",
					"Say where the result goes by @SendTo, or return nothing");
		}
		String id = this.beans.id(method, attributes.string("id", annotation.id()));
		ListenerInstrumentation.Recorder recorder = this.beans.recorder(id, label);
		JetStreamClient client = new JetStreamClient(connection,
				ofConnection(label, JetStreamOptions.class, JetStreamOptions.defaultOptions()), (failure) -> failure);
		StoredPublisher publisher = new StoredPublisher(client);
		Settlement settlement = new Settlement(id, ack, client,
				new DeadLetterSender(id, consumer, deadLetter, publisher), recorder);
		ResultSender results = new ResultSender(publisher, result.writer(this.payloadConverter), sendTo,
				this.options.replyInterceptors(label));
		StreamEndpoint endpoint = new StreamEndpoint(id, method, client, consumer, subjects, concurrency,
				settings.prefetch(), batch, order, deadLetter, this.beans.settings().taskExecutor());
		Invoking invoking = new Invoking(id, method, subjects.isEmpty() ? ALL : subjects, ack == AckMode.MANUAL,
				errorHandler, recorder);
		ListenerContainer container;
		if (batched) {
			BatchArguments arguments = new BatchArguments(method, this.beans.parameters(method), payloads(method),
					this.options.argumentResolvers(), invoking.manual());
			HandlerInvoker<StreamBatch> invoker = invoking.invoker(DeliveryType.BATCH, arguments.resolve());
			requireAcknowledgment(method, invoking.manual(), arguments.hasAcknowledgment());
			container = new StreamListenerContainer(endpoint, new BatchAdapter(invoker, arguments.elements(), batch,
					settlement, results, label, this.options.observations()));
		}
		else {
			StreamArguments arguments = new StreamArguments(method, invoking.subjects(), this.beans.parameters(method),
					this.beans.headers(method), payloads(method), this.options.argumentResolvers(), invoking.manual());
			HandlerInvoker<StreamDelivery> invoker = invoking.invoker(DeliveryType.STREAM, arguments.resolve());
			requireAcknowledgment(method, invoking.manual(), arguments.hasAcknowledgment());
			container = new StreamListenerContainer(endpoint,
					new StreamAdapter(invoker, settlement, results, label, this.options.observations()));
		}
		this.beans.register(method, container, autoStartup);
	}

	private PayloadArguments payloads(ListenerMethod method) {
		return new PayloadArguments(method, this.payloadConverter, this.beans.validation());
	}

	private static List<SubjectPattern> subjects(ListenerMethod method, List<String> values) {
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
			for (String other : seen) {
				if (SubjectFilters.covers(other, subject.subject())
						|| SubjectFilters.covers(subject.subject(), other)) {
					throw method.invalid("its subjects '%s' and '%s' overlap".formatted(other, subject),
							"Remove one of them");
				}
			}
			seen.add(subject.subject());
			subjects.add(subject);
		}
		return subjects;
	}

	private static AckMode ackMode(ListenerMethod method, String value) {
		try {
			return AckMode.of(value);
		}
		catch (IllegalArgumentException ex) {
			throw method.invalid("attribute 'ack' is '" + value + "'", "Make it auto, confirmed or manual", ex);
		}
	}

	private static void requireAcknowledgment(ListenerMethod method, boolean manual, boolean present) {
		if (manual && !present) {
			throw method.invalid("it acknowledges messages itself, but takes no Acknowledgment",
					"Add an Acknowledgment parameter, or remove ack = \"manual\"");
		}
	}

	private static @Nullable OrderingText order(ListenerMethod method, String text, List<SubjectPattern> subjects,
			boolean batched) {
		if (text.isEmpty()) {
			return null;
		}
		if (batched) {
			throw method.invalid("it takes batches, of which the messages cannot be in order by '" + text + "'",
					"Remove one of the attributes 'batch' and 'orderedBy'");
		}
		try {
			return new OrderingText(text, subjects);
		}
		catch (IllegalArgumentException ex) {
			throw method.invalid("attribute 'orderedBy' is '" + text + "', but " + ex.getMessage(),
					"Put the variable into all subjects, or correct its name", ex);
		}
	}

	private static @Nullable String deadLetter(ListenerMethod method, String subject, List<SubjectPattern> subjects) {
		if (subject.isEmpty()) {
			return null;
		}
		try {
			Subjects.checkPublishable(subject);
		}
		catch (IllegalArgumentException ex) {
			throw method.invalid("its dead letters cannot be sent: " + ex.getMessage(), "Correct the subject", ex);
		}
		for (SubjectPattern own : subjects) {
			if (Subjects.matches(own.subject(), subject)) {
				throw method.invalid(
						"its dead letters go to '%s', which its own subject '%s' covers".formatted(subject, own),
						"Use a subject for dead letters that the listener does not receive");
			}
		}
		return subject;
	}

	private DeclaredConsumer consumer(ListenerMethod method, String connection, String stream, String name,
			List<SubjectPattern> subjects, int window, StreamListenerSettings settings) {
		if (stream.isEmpty()) {
			throw method.invalid("it has no stream", "Name one: @JetStreamListener(stream = \"orders\")");
		}
		if (name.isEmpty()) {
			throw method.invalid("it has no consumer", "Name one: @JetStreamListener(consumer = \"billing\")");
		}
		requireName(method, "stream", stream);
		requireName(method, "consumer", name);
		DeclaredStreams declared = ofConnection(connection, DeclaredStreams.class,
				new DeclaredStreams(ProvisioningPolicy.CREATE, List.of(), List.of()));
		ConsumerDefinition definition = declared.consumer(stream, name);
		if (definition != null) {
			return new DeclaredConsumer(declared.nameOf(stream), definition.name(), definition.configuration(),
					isCreating(definition.policy()), definition.maxDeliver(), definition.backoff(), settings.backoff());
		}
		ConsumerConfiguration.Builder configuration = ConsumerConfiguration.builder()
			.durable(name)
			.ackPolicy(AckPolicy.Explicit)
			.maxDeliver(-1);
		if (!subjects.isEmpty()) {
			configuration.filterSubjects(subjects.stream().map(SubjectPattern::subject).toList());
		}
		if (window > MAX_ACK_PENDING) {
			configuration.maxAckPending(window);
		}
		return new DeclaredConsumer(declared.nameOf(stream), name, configuration.build(),
				isCreating(declared.policyOf(stream)), null, List.of(), settings.backoff());
	}

	private static void requireName(ListenerMethod method, String attribute, String value) {
		if (!value.matches("[^\\s.*>/\\\\]+")) {
			throw method.invalid("attribute '%s' is '%s', which cannot be a name".formatted(attribute, value),
					"Use a name without white space, dots, wildcards and slashes");
		}
	}

	private static boolean isCreating(ProvisioningPolicy policy) {
		return policy == ProvisioningPolicy.CREATE || policy == ProvisioningPolicy.UPDATE;
	}

	private <T> T ofConnection(String label, Class<T> type, T otherwise) {
		boolean named = !label.equals(NatsConnections.DEFAULT);
		String beanName = NatsConnections.beanName(named ? label : null, type);
		if (this.beans.beanFactory().containsBean(beanName)) {
			return this.beans.beanFactory().getBean(beanName, type);
		}
		return named ? otherwise : this.beans.beanFactory().getBeanProvider(type).getIfUnique(() -> otherwise);
	}

	/**
	 * Parts of the invoker that do not depend on the kind of delivery.
	 */
	private final class Invoking {

		private final String id;

		private final ListenerMethod method;

		private final List<SubjectPattern> subjects;

		private final boolean manual;

		private final @Nullable ListenerErrorHandler errorHandler;

		private final ListenerInstrumentation.@Nullable Recorder recorder;

		Invoking(String id, ListenerMethod method, List<SubjectPattern> subjects, boolean manual,
				@Nullable ListenerErrorHandler errorHandler, ListenerInstrumentation.@Nullable Recorder recorder) {
			this.id = id;
			this.method = method;
			this.subjects = subjects;
			this.manual = manual;
			this.errorHandler = errorHandler;
			this.recorder = recorder;
		}

		List<SubjectPattern> subjects() {
			return this.subjects;
		}

		boolean manual() {
			return this.manual;
		}

		<D> HandlerInvoker<D> invoker(DeliveryType<D> type,
				List<io.github.natskv.listener.invocation.ArgumentResolver<D>> arguments) {
			return new HandlerInvoker<>(this.id, type, this.method, arguments, null,
					StreamListenerContainerFactory.this.options.interceptors(), this.errorHandler, this.recorder);
		}

	}

}
