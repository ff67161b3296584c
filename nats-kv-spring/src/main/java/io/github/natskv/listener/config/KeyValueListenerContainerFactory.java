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

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.kv.BucketMonitor;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.kv.support.MissingBucket;
import io.github.natskv.kv.support.Suggestion;
import io.github.natskv.kv.watch.BucketWatchFactory;
import io.github.natskv.listener.BucketSnapshotCompletedEvent;
import io.github.natskv.listener.ListenerContainer;
import io.github.natskv.listener.invocation.AsyncResults;
import io.github.natskv.listener.invocation.AttributeResolver;
import io.github.natskv.listener.invocation.ChangeArguments;
import io.github.natskv.listener.invocation.DeliveryType;
import io.github.natskv.listener.invocation.HandlingOptions;
import io.github.natskv.listener.invocation.ListenerMethod;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.github.natskv.listener.invocation.TransactionArguments;
import io.github.natskv.listener.keyvalue.ChangeAdapter;
import io.github.natskv.listener.keyvalue.KeyValueListenerContainer;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Creates containers of methods annotated with {@link KeyValueListener}, and refuses
 * those that cannot work.
 */
final class KeyValueListenerContainerFactory {

	private final ListenerBeans beans;

	private final ApplicationEventPublisher events;

	KeyValueListenerContainerFactory(ListenerBeans beans, ApplicationEventPublisher events) {
		this.beans = beans;
		this.events = events;
	}

	void register(ListenerMethod method, KeyValueListener annotation) {
		AttributeResolver attributes = this.beans.attributes(method);
		String bucket = attributes.string("bucket", annotation.bucket());
		if (bucket.isEmpty()) {
			throw method.invalid("it has no bucket", "Name one: @KeyValueListener(\"profiles\")");
		}
		List<SubjectPattern> keys = attributes.keys("keys", annotation.keys());
		if (keys.isEmpty()) {
			throw method.invalid("it has no keys", "Name some, or leave the attribute out to watch all");
		}
		requireNoResult(method);
		WatchOptions options = WatchOptions.of()
			.filters(keys.stream().map(SubjectPattern::subject).toList())
			.initialValues(annotation.initialValues())
			.includeHistory(annotation.includeHistory())
			.ignoreDeletes(annotation.ignoreDeletes());
		DeclaredListener listener = this.beans.listener(method, attributes, annotation.id(), annotation.connection(),
				annotation.autoStartup(), annotation.errorHandler());
		Recipient recipient = recipient(listener, keys, annotation);
		Connection connection = listener.connection();
		BucketWatchFactory watches = watches(method, connection);
		ListenerContainer container = create(method,
				() -> new KeyValueListenerContainer(listener.id(), method.description(), connection, options.filters(),
						recipient.listener(), this.events,
						(name) -> new BucketSnapshotCompletedEvent(connection, listener.connectionLabel(), bucket, name,
								listener.id()),
						mistaken(watches, bucket),
						(handler) -> watches.createWatch(connection, bucket, recipient.valueType(), options, handler)));
		this.beans.register(listener, container);
	}

	private Recipient recipient(DeclaredListener listener, List<SubjectPattern> keys, KeyValueListener annotation) {
		ListenerMethod method = listener.method();
		HandlingOptions options = this.beans.options();
		if (TransactionArguments.isWanted(method)) {
			TransactionArguments arguments = new TransactionArguments(method, this.beans.parameters(method),
					this.beans.validation(), options.argumentResolvers());
			return new Recipient(
					ChangeAdapter.ofTransactions(listener.invoker(DeliveryType.CHANGES, arguments.resolve(), null),
							keys, options.retryPolicy()),
					arguments.valueType());
		}
		ChangeArguments arguments = new ChangeArguments(method, keys, !annotation.ignoreDeletes(),
				this.beans.parameters(method), this.beans.headers(method), this.beans.validation(),
				options.argumentResolvers());
		return new Recipient(ChangeAdapter.ofChanges(listener.invoker(DeliveryType.CHANGE, arguments.resolve(), null),
				keys, options.retryPolicy()), arguments.valueType());
	}

	private static ListenerContainer create(ListenerMethod method, Supplier<ListenerContainer> container) {
		try {
			return container.get();
		}
		catch (RuntimeException ex) {
			throw method.invalid("its bucket cannot be watched so: " + ex.getMessage(),
					"Correct the bucket, the keys or the type of the value", ex);
		}
	}

	// What to say of a bucket that is probably a declared one with another name. Others
	// may be made by somebody else.
	private static @Nullable String mistaken(BucketWatchFactory watches, String bucket) {
		if (!(watches instanceof BucketMonitor monitor)) {
			return null;
		}
		Map<String, String> declared = monitor.serverNames();
		boolean known = declared.containsKey(bucket) || declared.containsValue(bucket);
		return (known || Suggestion.closest(bucket, declared.keySet()) == null) ? null
				: MissingBucket.undeclared(bucket, declared.keySet());
	}

	private static void requireNoResult(ListenerMethod method) {
		Class<?> type = method.resultType().toClass();
		boolean none = type == void.class || type == Void.class || type.getName().equals("kotlin.Unit");
		if (!none && !AsyncResults.isAsync(type)) {
			throw method.invalid("it returns a " + type.getName() + ", which nobody takes",
					"Make it void, or return a CompletableFuture or Mono to be waited for");
		}
	}

	private BucketWatchFactory watches(ListenerMethod method, Connection connection) {
		ObjectProvider<BucketWatchFactory> all = this.beans.beanFactory().getBeanProvider(BucketWatchFactory.class);
		BucketWatchFactory watches = all.stream(ObjectProvider.UNFILTERED)
			.filter((candidate) -> candidate.isOf(connection))
			.findFirst()
			.orElseGet(all::getIfUnique);
		if (watches == null) {
			throw method.invalid("there is no single bean of type " + BucketWatchFactory.class.getName(),
					"Declare one, such as " + DefaultKeyValueBuckets.class.getName());
		}
		return watches;
	}

	/**
	 * The adapter that calls a method, and the type of the values it takes.
	 */
	private record Recipient(ChangeAdapter<?> listener, @Nullable Type valueType) {

	}

}
