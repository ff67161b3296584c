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
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.Subjects;
import io.github.natskv.jetstream.AsyncRequests;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.listener.ListenerContainer;
import io.github.natskv.listener.ListenerErrorHandler;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.StreamListenerSettings;
import io.github.natskv.listener.backlog.Backlog;
import io.github.natskv.listener.invocation.ArgumentResolver;
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
import io.github.natskv.listener.stream.OrderedEndpoint;
import io.github.natskv.listener.stream.OrderedPosition;
import io.github.natskv.listener.stream.OrderedStart;
import io.github.natskv.listener.stream.OrderingText;
import io.github.natskv.listener.stream.ResultSender;
import io.github.natskv.listener.stream.Settlement;
import io.github.natskv.listener.stream.StreamAdapter;
import io.github.natskv.listener.stream.StreamCall;
import io.github.natskv.listener.stream.StreamDeadLetters;
import io.github.natskv.listener.stream.StreamEndpoint;
import io.github.natskv.listener.stream.StreamListenerContainer;
import io.github.natskv.listener.stream.SubjectFilters;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import org.jspecify.annotations.Nullable;

/**
 * Creates containers of methods annotated with {@link JetStreamListener}, and refuses
 * those that cannot work.
 */
final class StreamListenerContainerFactory {

	private static final List<SubjectPattern> ALL = List.of(SubjectPattern.parse(">"));

	/** How many messages are read ahead in order. */
	private static final int READ_AHEAD = 200;

	private final ListenerBeans beans;

	private final PayloadConverter payloadConverter;

	private final HandlingOptions options;

	private final Map<Connection, Backlog.Source> backlogs = new IdentityHashMap<>();

	StreamListenerContainerFactory(ListenerBeans beans) {
		this.beans = beans;
		this.payloadConverter = beans.beanFactory()
			.getBeanProvider(PayloadConverter.class)
			.getIfAvailable(PayloadConverter::withDefaultFormat);
		this.options = HandlingOptions.of(beans.beanFactory());
	}

	void register(ListenerMethod method, JetStreamListener annotation) {
		AttributeResolver attributes = this.beans.attributes(method);
		boolean ordered = attributes.bool("ordered", annotation.ordered(), false);
		String connectionName = attributes.string("connection", annotation.connection());
		Connection connection = this.beans.connection(method, connectionName);
		String label = this.beans.connectionLabel(connectionName);
		List<SubjectPattern> subjects = subjects(method, attributes.strings("subjects", annotation.subjects()));
		boolean autoStartup = attributes.bool("autoStartup", annotation.autoStartup(),
				this.beans.settings().autoStartup());
		ListenerErrorHandler errorHandler = this.beans.errorHandler(method,
				attributes.string("errorHandler", annotation.errorHandler()));
		StreamListenerSettings settings = this.beans.ofConnection(label, StreamListenerSettings.class,
				StreamListenerSettings.defaults());
		ResultType result = ResultType.of(method);
		List<String> sendTo = SendToSubjects.of(method, result, attributes);
		if (!result.isVoid() && sendTo.isEmpty()) {
			throw method.invalid("it returns a result, which nobody waits for: the reply subject is the server's",
					"Say where the result goes by @SendTo, or return nothing");
		}
		checkNames(method, attributes, annotation, ordered);
		String id = this.beans.id(method, attributes.string("id", annotation.id()));
		JetStreamOptions jetStream = this.beans.ofConnection(label, JetStreamOptions.class,
				JetStreamOptions.defaultOptions());
		JetStreamClient client = new JetStreamClient(connection, jetStream, (failure) -> failure);
		NatsOperations operations = new NatsTemplate(connection, this.payloadConverter, client.timeout(),
				this.options.replyInterceptors(label), client.timeout(), AsyncRequests.DEFAULT_MAX_IN_FLIGHT);
		Listener listener = new Listener(id, method, attributes, annotation, label, subjects, jetStream, client,
				operations, settings, errorHandler, this.beans.recorder(id, label),
				new ResultSender(operations, result.writer(this.payloadConverter), sendTo));
		this.beans.register(method, ordered ? reader(listener) : consumer(listener), autoStartup);
	}

	private static void checkNames(ListenerMethod method, AttributeResolver attributes, JetStreamListener annotation,
			boolean ordered) {
		String stream = attributes.string("stream", annotation.stream());
		String consumer = attributes.string("consumer", annotation.consumer());
		if (stream.isEmpty()) {
			throw method.invalid("it has no stream", "Name one: @JetStreamListener(stream = \"orders\")");
		}
		requireName(method, "stream", stream);
		if (!ordered) {
			if (consumer.isEmpty()) {
				throw method.invalid("it has no consumer", "Name one: @JetStreamListener(consumer = \"billing\"),"
						+ " or read the stream in order, by ordered = \"true\"");
			}
			requireName(method, "consumer", consumer);
			refuse(method, attributes, "from", annotation.from(), "needs ordered = \"true\"");
			refuse(method, attributes, "position", annotation.position(), "needs ordered = \"true\"");
			return;
		}
		String why = "is of no use where the stream is read in order, one message after the other";
		refuse(method, attributes, "consumer", consumer, why);
		refuse(method, attributes, "concurrency", annotation.concurrency(), why);
		refuse(method, attributes, "orderedBy", annotation.orderedBy(), why);
		refuse(method, attributes, "batch", annotation.batch(), why);
		refuse(method, attributes, "ack", annotation.ack(), why);
		refuse(method, attributes, "deadLetter", annotation.deadLetter(), why);
	}

	private static void refuse(ListenerMethod method, AttributeResolver attributes, String name, String value,
			String why) {
		String text = attributes.string(name, value);
		if (!text.isEmpty()) {
			throw method.invalid("attribute '%s' is '%s', which %s".formatted(name, text, why),
					"Remove one of the attributes '" + name + "' and 'ordered', or change it");
		}
	}

	private ListenerContainer consumer(Listener listener) {
		ListenerMethod method = listener.method();
		AttributeResolver attributes = listener.attributes();
		JetStreamListener annotation = listener.annotation();
		int batch = attributes.integer("batch", annotation.batch(), 1);
		boolean batched = !attributes.string("batch", annotation.batch()).isEmpty();
		int concurrency = attributes.integer("concurrency", annotation.concurrency(),
				this.beans.settings().concurrency());
		AckMode ack = ackMode(method, attributes.string("ack", annotation.ack()));
		OrderingText order = order(method, attributes.string("orderedBy", annotation.orderedBy()), listener.subjects(),
				batched);
		String deadLetter = deadLetter(method, attributes.string("deadLetter", annotation.deadLetter()),
				listener.subjects());
		Integer prefetch = listener.settings().prefetch();
		StreamDeclarations declarations = declarations(listener);
		String stream = attributes.string("stream", annotation.stream());
		String consumerKey = attributes.string("consumer", annotation.consumer());
		DeclaredConsumer consumer = declarations.consumer(stream, consumerKey, listener.subjects(),
				Math.max((prefetch != null) ? prefetch : 1, concurrency * batch), listener.settings().backoff());
		if (deadLetter != null) {
			this.beans.beanFactory()
				.getBeanProvider(StreamDeadLetters.class)
				.ifAvailable((letters) -> letters.add(listener.id(), listener.client(), listener.operations(),
						deadLetter, consumer.stream(), consumer.name()));
		}
		measure(listener, declarations.labelOf(stream),
				declarations.isDeclared(stream, consumerKey) ? null : consumer.name(), deadLetter != null);
		Settlement settlement = new Settlement(listener.id(), ack, listener.client(),
				new DeadLetterSender(listener.id(), consumer, deadLetter, listener.client(), listener.operations()),
				listener.recorder());
		StreamEndpoint endpoint = new StreamEndpoint(listener.id(), method, listener.client(), consumer,
				listener.subjects(), concurrency, prefetch, batch, order, deadLetter,
				this.beans.settings().taskExecutor(),
				backlogs(listener.client()).add(listener.id(), consumer.stream(), consumer.name(), deadLetter),
				listener.recorder());
		boolean manual = ack == AckMode.MANUAL;
		if (batched) {
			BatchArguments arguments = new BatchArguments(method, this.beans.parameters(method), payloads(method),
					this.options.argumentResolvers(), manual);
			StreamCall<StreamBatch> call = call(listener, DeliveryType.BATCH, arguments.resolve());
			requireAcknowledgment(method, manual, arguments.hasAcknowledgment());
			return StreamListenerContainer.ofConsumer(endpoint,
					new BatchAdapter(call, arguments.elements(), batch, settlement));
		}
		StreamArguments arguments = arguments(listener, manual);
		StreamCall<StreamDelivery> call = call(listener, DeliveryType.STREAM, arguments.resolve());
		requireAcknowledgment(method, manual, arguments.hasAcknowledgment());
		return StreamListenerContainer.ofConsumer(endpoint, new StreamAdapter(call, settlement));
	}

	private ListenerContainer reader(Listener listener) {
		ListenerMethod method = listener.method();
		Integer prefetch = listener.settings().prefetch();
		StreamCall<StreamDelivery> call = call(listener, DeliveryType.STREAM, arguments(listener, false).resolve());
		StreamDeclarations declarations = declarations(listener);
		String stream = listener.attributes().string("stream", listener.annotation().stream());
		measure(listener, declarations.labelOf(stream), listener.id(), false);
		String name = declarations.nameOf(stream);
		return StreamListenerContainer.ofReader(new OrderedEndpoint(listener.id(), method, listener.client(), name,
				listener.subjects(), start(listener), position(listener), (prefetch != null) ? prefetch : READ_AHEAD,
				listener.settings().backoff(), call, declarations.ofStream(stream),
				backlogs(listener.client()).add(listener.id(), name, null, null), listener.recorder()));
	}

	private static void measure(Listener listener, String stream, @Nullable String consumer, boolean deadLetters) {
		ListenerInstrumentation.Recorder recorder = listener.recorder();
		if (recorder != null) {
			recorder.readsStream(stream, consumer, deadLetters);
		}
	}

	private Backlog.Source backlogs(JetStreamClient client) {
		return this.backlogs.computeIfAbsent(client.connection(), (connection) -> new Backlog.Source(client));
	}

	private static OrderedStart start(Listener listener) {
		String from = listener.attributes().string("from", listener.annotation().from());
		try {
			return OrderedStart.of(from);
		}
		catch (IllegalArgumentException ex) {
			throw listener.method()
				.invalid("attribute 'from' is '" + from + "'",
						"Make it first, new, last-per-subject, a sequence or a time such as 2026-01-31T12:00:00Z", ex);
		}
	}

	private @Nullable OrderedPosition position(Listener listener) {
		String position = listener.attributes().string("position", listener.annotation().position());
		if (position.isEmpty()) {
			return null;
		}
		int slash = position.indexOf('/');
		if (slash < 1 || slash == position.length() - 1) {
			throw listener.method()
				.invalid("attribute 'position' is '" + position + "'",
						"Make it a bucket and a key with a slash between: position = \"positions/orders\"");
		}
		KeyValueBuckets buckets = this.beans.findOfConnection(listener.connection(), KeyValueBuckets.class);
		if (buckets == null) {
			throw listener.method()
				.invalid("its position is in a bucket, but there is no bean of type " + KeyValueBuckets.class.getName(),
						"Declare one");
		}
		String bucket = position.substring(0, slash);
		return new OrderedPosition(position.substring(slash + 1), () -> buckets.keyValue(bucket));
	}

	private StreamArguments arguments(Listener listener, boolean manual) {
		ListenerMethod method = listener.method();
		return new StreamArguments(method, listener.subjects().isEmpty() ? ALL : listener.subjects(),
				this.beans.parameters(method), this.beans.headers(method), payloads(method),
				this.options.argumentResolvers(), manual);
	}

	private <D> StreamCall<D> call(Listener listener, DeliveryType<D> type, List<ArgumentResolver<D>> arguments) {
		return new StreamCall<>(
				new HandlerInvoker<>(listener.id(), type, listener.method(), arguments, null,
						this.options.interceptors(), listener.errorHandler(), listener.recorder()),
				listener.results(), listener.connection(), this.options.observations());
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

	private StreamDeclarations declarations(Listener listener) {
		return new StreamDeclarations(this.beans, listener.method(), listener.id(), listener.connection(),
				listener.client(), listener.jetStream());
	}

	private static void requireName(ListenerMethod method, String attribute, String value) {
		if (!value.matches("[^\\s.*>/\\\\]+")) {
			throw method.invalid("attribute '%s' is '%s', which cannot be a name".formatted(attribute, value),
					"Use a name without white space, dots, wildcards and slashes");
		}
	}

	/**
	 * What listeners of both kinds have.
	 */
	private record Listener(String id, ListenerMethod method, AttributeResolver attributes,
			JetStreamListener annotation, String connection, List<SubjectPattern> subjects, JetStreamOptions jetStream,
			JetStreamClient client, NatsOperations operations, StreamListenerSettings settings,
			@Nullable ListenerErrorHandler errorHandler, ListenerInstrumentation.@Nullable Recorder recorder,
			ResultSender results) {

	}

}
