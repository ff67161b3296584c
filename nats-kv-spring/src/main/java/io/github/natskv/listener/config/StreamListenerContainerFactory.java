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

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.jetstream.AsyncRequests;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.listener.ListenerContainer;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.StreamListenerSettings;
import io.github.natskv.listener.backlog.Backlog;
import io.github.natskv.listener.invocation.ArgumentResolver;
import io.github.natskv.listener.invocation.AttributeResolver;
import io.github.natskv.listener.invocation.BatchArguments;
import io.github.natskv.listener.invocation.DeliveryType;
import io.github.natskv.listener.invocation.ListenerMethod;
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
import io.github.natskv.listener.stream.OrderingText;
import io.github.natskv.listener.stream.ResultSender;
import io.github.natskv.listener.stream.Settlement;
import io.github.natskv.listener.stream.StreamAdapter;
import io.github.natskv.listener.stream.StreamCall;
import io.github.natskv.listener.stream.StreamDeadLetters;
import io.github.natskv.listener.stream.StreamEndpoint;
import io.github.natskv.listener.stream.StreamListenerContainer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * Creates containers of methods annotated with {@link JetStreamListener}.
 */
final class StreamListenerContainerFactory {

	private static final List<SubjectPattern> ALL = List.of(SubjectPattern.parse(">"));

	/** The number of messages read ahead in order. */
	private static final int READ_AHEAD = 200;

	private final ListenerBeans beans;

	private final Map<Connection, Backlog.Source> backlogs = new IdentityHashMap<>();

	StreamListenerContainerFactory(ListenerBeans beans) {
		this.beans = beans;
	}

	void register(ListenerMethod method, JetStreamListener annotation) {
		AttributeResolver resolver = this.beans.attributes(method);
		StreamAttributes attributes = new StreamAttributes(method, resolver, annotation);
		ResultType result = ResultType.of(method);
		List<String> sendTo = SendToSubjects.of(method, result, resolver);
		if (!result.isVoid() && sendTo.isEmpty()) {
			throw method.invalid("it returns a result, which nobody waits for: the reply subject is the server's",
					"Say where the result goes by @SendTo, or return nothing");
		}
		DeclaredListener declared = this.beans.listener(method, resolver, annotation.id(), annotation.connection(),
				annotation.autoStartup(), annotation.errorHandler());
		String label = declared.connectionLabel();
		PayloadConverter converter = this.beans.payloadConverter();
		JetStreamOptions jetStream = this.beans.ofConnection(label, JetStreamOptions.class,
				JetStreamOptions.defaultOptions());
		JetStreamClient client = new JetStreamClient(declared.connection(), jetStream, (failure) -> failure);
		NatsOperations operations = new NatsTemplate(declared.connection(), converter, client.timeout(),
				this.beans.options().replyInterceptors(label), client.timeout(), AsyncRequests.DEFAULT_MAX_IN_FLIGHT);
		Listener listener = new Listener(declared, attributes, client, operations,
				this.beans.ofConnection(label, StreamListenerSettings.class, StreamListenerSettings.defaults()),
				new StreamDeclarations(this.beans, method, declared.id(), label, client, jetStream),
				new ResultSender(operations, result.writer(converter), sendTo));
		this.beans.register(declared, attributes.isOrdered() ? reader(listener) : consumer(listener));
	}

	private ListenerContainer consumer(Listener listener) {
		StreamAttributes attributes = listener.attributes();
		int batch = attributes.batch();
		int concurrency = attributes.concurrency(this.beans.settings().concurrency());
		AckMode ack = attributes.ackMode();
		OrderingText order = attributes.order();
		String deadLetter = attributes.deadLetter();
		Integer prefetch = listener.settings().prefetch();
		StreamDeclarations declarations = listener.declarations();
		String stream = attributes.stream();
		DeclaredConsumer consumer = declarations.consumer(stream, attributes.consumer(), attributes.subjects(),
				Math.max((prefetch != null) ? prefetch : 1, concurrency * batch), listener.settings().backoff());
		boolean manual = ack == AckMode.MANUAL;
		// refuses what is invalid before anything is registered
		BiFunction<StreamEndpoint, Settlement, ListenerContainer> container = attributes.isBatched()
				? batches(listener, batch, manual) : messages(listener, manual);
		if (deadLetter != null) {
			this.beans.beanFactory()
				.getBeanProvider(StreamDeadLetters.class)
				.ifAvailable((letters) -> letters.add(listener.id(), listener.client(), listener.operations(),
						deadLetter, consumer.stream(), consumer.name()));
		}
		measure(listener, declarations.isDeclared(stream, attributes.consumer()) ? null : consumer.name(),
				deadLetter != null);
		Settlement settlement = new Settlement(listener.id(), ack, listener.client(),
				new DeadLetterSender(listener.id(), consumer, deadLetter, listener.client(), listener.operations()),
				listener.recorder());
		StreamEndpoint endpoint = new StreamEndpoint(listener.id(), listener.method(), listener.client(), consumer,
				attributes.subjects(), concurrency, prefetch, batch, order, deadLetter,
				this.beans.settings().taskExecutor(),
				backlogs(listener.client()).add(listener.id(), consumer.stream(), consumer.name(), deadLetter),
				listener.recorder());
		return container.apply(endpoint, settlement);
	}

	private BiFunction<StreamEndpoint, Settlement, ListenerContainer> batches(Listener listener, int batch,
			boolean manual) {
		ListenerMethod method = listener.method();
		BatchArguments arguments = new BatchArguments(method, this.beans.parameters(method),
				this.beans.payloads(method), this.beans.options().argumentResolvers(), manual);
		List<ArgumentResolver<StreamBatch>> resolvers = arguments.resolve();
		requireAcknowledgment(method, manual, arguments.hasAcknowledgment());
		return (endpoint, settlement) -> StreamListenerContainer.ofConsumer(endpoint, new BatchAdapter(
				call(listener, DeliveryType.BATCH, resolvers), arguments.elements(), batch, settlement));
	}

	private BiFunction<StreamEndpoint, Settlement, ListenerContainer> messages(Listener listener, boolean manual) {
		StreamArguments arguments = arguments(listener, manual);
		List<ArgumentResolver<StreamDelivery>> resolvers = arguments.resolve();
		requireAcknowledgment(listener.method(), manual, arguments.hasAcknowledgment());
		return (endpoint, settlement) -> StreamListenerContainer.ofConsumer(endpoint,
				new StreamAdapter(call(listener, DeliveryType.STREAM, resolvers), settlement));
	}

	private ListenerContainer reader(Listener listener) {
		StreamAttributes attributes = listener.attributes();
		Integer prefetch = listener.settings().prefetch();
		StreamCall<StreamDelivery> call = call(listener, DeliveryType.STREAM, arguments(listener, false).resolve());
		StreamDeclarations declarations = listener.declarations();
		measure(listener, listener.id(), false);
		String name = declarations.nameOf(attributes.stream());
		return StreamListenerContainer.ofReader(new OrderedEndpoint(listener.id(), listener.method(), listener.client(),
				name, attributes.subjects(), attributes.start(),
				attributes.position((bucket) -> bucket(listener, bucket)), (prefetch != null) ? prefetch : READ_AHEAD,
				listener.settings().backoff(), call, declarations.ofStream(attributes.stream()),
				backlogs(listener.client()).add(listener.id(), name, null, null), listener.recorder()));
	}

	private static void measure(Listener listener, @Nullable String consumer, boolean deadLetters) {
		ListenerInstrumentation.Recorder recorder = listener.recorder();
		if (recorder != null) {
			recorder.readsStream(listener.declarations().labelOf(listener.attributes().stream()), consumer,
					deadLetters);
		}
	}

	private Backlog.Source backlogs(JetStreamClient client) {
		return this.backlogs.computeIfAbsent(client.connection(), (connection) -> new Backlog.Source(client));
	}

	private Supplier<KeyValue> bucket(Listener listener, String bucket) {
		KeyValueBuckets buckets = this.beans.findOfConnection(listener.connection(), KeyValueBuckets.class);
		if (buckets == null) {
			throw listener.method()
				.invalid("its position is in a bucket, but there is no bean of type " + KeyValueBuckets.class.getName(),
						"Declare one");
		}
		return () -> buckets.keyValue(bucket);
	}

	private StreamArguments arguments(Listener listener, boolean manual) {
		ListenerMethod method = listener.method();
		List<SubjectPattern> subjects = listener.attributes().subjects();
		return new StreamArguments(method, subjects.isEmpty() ? ALL : subjects, this.beans.parameters(method),
				this.beans.headers(method), this.beans.payloads(method), this.beans.options().argumentResolvers(),
				manual);
	}

	private <D> StreamCall<D> call(Listener listener, DeliveryType<D> type, List<ArgumentResolver<D>> arguments) {
		return new StreamCall<>(listener.declared().invoker(type, arguments, null), listener.results(),
				listener.connection(), this.beans.options().observations());
	}

	private static void requireAcknowledgment(ListenerMethod method, boolean manual, boolean present) {
		if (manual && !present) {
			throw method.invalid("it acknowledges messages itself, but takes no Acknowledgment",
					"Add an Acknowledgment parameter, or remove ack = \"manual\"");
		}
	}

	/**
	 * The attributes of listeners of both kinds.
	 */
	private record Listener(DeclaredListener declared, StreamAttributes attributes, JetStreamClient client,
			NatsOperations operations, StreamListenerSettings settings, StreamDeclarations declarations,
			ResultSender results) {

		String id() {
			return this.declared.id();
		}

		ListenerMethod method() {
			return this.declared.method();
		}

		String connection() {
			return this.declared.connectionLabel();
		}

		ListenerInstrumentation.@Nullable Recorder recorder() {
			return this.declared.recorder();
		}

	}

}
