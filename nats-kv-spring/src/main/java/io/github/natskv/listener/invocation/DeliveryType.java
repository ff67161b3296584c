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

package io.github.natskv.listener.invocation;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.natskv.core.NatsHeaders;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.watch.BucketChange;
import io.github.natskv.listener.ListenerDelivery;
import io.github.natskv.listener.ListenerExecutionFailedException;
import io.nats.client.Message;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;

import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Describes what is delivered to handler methods, for interceptors, error handlers and
 * argument resolvers of users.
 *
 * @param <D> what is delivered
 */
public interface DeliveryType<D> {

	/**
	 * Messages on a subject.
	 */
	DeliveryType<Message> MESSAGE = new DeliveryType<>() {

		@Override
		public ListenerDelivery describe(String listenerId, Message message) {
			return new DescribedDelivery(listenerId, message.getSubject(), message);
		}

		@Override
		public ListenerExecutionFailedException failure(String listenerId, Message message, Throwable cause) {
			return new ListenerExecutionFailedException(listenerId, message, cause);
		}

		@Override
		public org.springframework.messaging.Message<?> toMessage(Message message) {
			return MessageBuilder.createMessage(message.getData(), NatsHeaders.toMessageHeaders(message));
		}

	};

	/**
	 * Messages of a stream.
	 */
	DeliveryType<StreamDelivery> STREAM = new DeliveryType<>() {

		@Override
		public ListenerDelivery describe(String listenerId, StreamDelivery delivery) {
			return MESSAGE.describe(listenerId, delivery.message());
		}

		@Override
		public ListenerExecutionFailedException failure(String listenerId, StreamDelivery delivery, Throwable cause) {
			return MESSAGE.failure(listenerId, delivery.message(), cause);
		}

		@Override
		public org.springframework.messaging.Message<?> toMessage(StreamDelivery delivery) {
			return MESSAGE.toMessage(delivery.message());
		}

	};

	/**
	 * Messages of a stream that are handled together, described by the first one.
	 */
	DeliveryType<StreamBatch> BATCH = new DeliveryType<>() {

		@Override
		public ListenerDelivery describe(String listenerId, StreamBatch batch) {
			return new DescribedDelivery(listenerId, batch.messages().get(0).getSubject(), batch.messages());
		}

		@Override
		public ListenerExecutionFailedException failure(String listenerId, StreamBatch batch, Throwable cause) {
			return MESSAGE.failure(listenerId, batch.messages().get(0), cause);
		}

		@Override
		public org.springframework.messaging.Message<?> toMessage(StreamBatch batch) {
			return MessageBuilder.createMessage(batch.values(),
					MESSAGE.toMessage(batch.messages().get(0)).getHeaders());
		}

	};

	/**
	 * Changes of a bucket.
	 */
	DeliveryType<BucketChange<Object>> CHANGE = new DeliveryType<>() {

		@Override
		public ListenerDelivery describe(String listenerId, BucketChange<Object> change) {
			KeyValueEntry raw = change.raw();
			if (raw != null) {
				return new DescribedDelivery(listenerId, "$KV." + raw.getBucket() + "." + raw.getKey(), raw);
			}
			BucketEntry<Object> inferred = change.entry();
			return new DescribedDelivery(listenerId, "$KV." + inferred.bucket() + "." + inferred.key(), inferred);
		}

		@Override
		public ListenerExecutionFailedException failure(String listenerId, BucketChange<Object> change,
				Throwable cause) {
			return new ListenerExecutionFailedException(listenerId, describe(listenerId, change).getSubject(),
					stored(change), cause);
		}

		private static BucketEntry<byte[]> stored(BucketChange<Object> change) {
			KeyValueEntry raw = change.raw();
			if (raw == null) {
				return new BucketEntry<>(change.entry().bucket(), change.key(), null, change.revision(),
						change.operation(), null);
			}
			byte[] value = (change.operation() == KeyValueOperation.PUT)
					? Objects.requireNonNullElseGet(raw.getValue(), () -> new byte[0]) : null;
			ZonedDateTime created = raw.getCreated();
			return new BucketEntry<>(raw.getBucket(), change.key(), value, change.revision(), change.operation(),
					(created != null) ? created.toInstant() : null);
		}

		@Override
		public org.springframework.messaging.Message<?> toMessage(BucketChange<Object> change) {
			BucketEntry<Object> entry = change.entry();
			return MessageBuilder.createMessage(entry,
					new MessageHeaders(Map.of(NatsHeaders.SUBJECT, "$KV." + entry.bucket() + "." + entry.key())));
		}

	};

	/**
	 * Changes of a bucket that were written together, described by the first one.
	 */
	DeliveryType<List<BucketChange<Object>>> CHANGES = new DeliveryType<>() {

		@Override
		public ListenerDelivery describe(String listenerId, List<BucketChange<Object>> changes) {
			return new DescribedDelivery(listenerId, CHANGE.describe(listenerId, changes.get(0)).getSubject(),
					changes.stream().map((change) -> CHANGE.describe(listenerId, change).getSource()).toList());
		}

		@Override
		public ListenerExecutionFailedException failure(String listenerId, List<BucketChange<Object>> changes,
				Throwable cause) {
			return CHANGE.failure(listenerId, changes.get(0), cause);
		}

		@Override
		public org.springframework.messaging.Message<?> toMessage(List<BucketChange<Object>> changes) {
			return MessageBuilder.createMessage(changes.stream().map(BucketChange::entry).toList(),
					CHANGE.toMessage(changes.get(0)).getHeaders());
		}

	};

	ListenerDelivery describe(String listenerId, D delivery);

	ListenerExecutionFailedException failure(String listenerId, D delivery, Throwable cause);

	// As argument resolvers of users are given it.
	org.springframework.messaging.Message<?> toMessage(D delivery);

}
