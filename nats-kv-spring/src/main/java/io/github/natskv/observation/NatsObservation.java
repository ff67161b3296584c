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

package io.github.natskv.observation;

import java.util.concurrent.CompletionException;

import io.micrometer.common.KeyValue;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations. Subjects and keys are high cardinality key values, since they carry
 * ids in their tokens.
 *
 * @since 0.1.0
 */
public enum NatsObservation implements ObservationDocumentation {

	/**
	 * A message is published, or a request sent and its reply awaited.
	 */
	TEMPLATE(DefaultNatsTemplateObservationConvention.class,
			new KeyName[] { LowCardinalityKeys.CONNECTION, LowCardinalityKeys.MESSAGING_SYSTEM,
					LowCardinalityKeys.OPERATION, LowCardinalityKeys.OPERATION_TYPE, LowCardinalityKeys.ERROR_TYPE },
			HighCardinalityKeys.SUBJECT),

	/**
	 * A listener handles a message and sends its reply.
	 */
	LISTENER(DefaultNatsListenerObservationConvention.class,
			new KeyName[] { LowCardinalityKeys.CONNECTION, LowCardinalityKeys.MESSAGING_SYSTEM,
					LowCardinalityKeys.OPERATION, LowCardinalityKeys.OPERATION_TYPE, LowCardinalityKeys.ERROR_TYPE,
					LowCardinalityKeys.CONSUMER_GROUP, LowCardinalityKeys.SUBSCRIPTION,
					LowCardinalityKeys.LISTENER_ID },
			HighCardinalityKeys.SUBJECT),

	/**
	 * Something is done with a bucket.
	 */
	BUCKET(DefaultNatsBucketObservationConvention.class,
			new KeyName[] { LowCardinalityKeys.CONNECTION, LowCardinalityKeys.DATABASE_SYSTEM,
					LowCardinalityKeys.BUCKET, LowCardinalityKeys.BUCKET_OPERATION, LowCardinalityKeys.OUTCOME,
					LowCardinalityKeys.ERROR_TYPE },
			HighCardinalityKeys.KEY, HighCardinalityKeys.BUCKET_NAME, HighCardinalityKeys.RETRIES),

	/**
	 * A watch delivers a change to its handler, of a listener for example.
	 */
	WATCH(DefaultNatsWatchObservationConvention.class,
			new KeyName[] { LowCardinalityKeys.CONNECTION, LowCardinalityKeys.DATABASE_SYSTEM,
					LowCardinalityKeys.BUCKET, LowCardinalityKeys.CHANGE, LowCardinalityKeys.LISTENER_ID,
					LowCardinalityKeys.ERROR_TYPE },
			HighCardinalityKeys.KEY, HighCardinalityKeys.REVISION, HighCardinalityKeys.BUCKET_NAME);

	private final Class<? extends ObservationConvention<? extends Observation.Context>> defaultConvention;

	private final KeyName[] lowCardinality;

	private final KeyName[] highCardinality;

	NatsObservation(Class<? extends ObservationConvention<? extends Observation.Context>> defaultConvention,
			KeyName[] lowCardinality, KeyName... highCardinality) {
		this.defaultConvention = defaultConvention;
		this.lowCardinality = lowCardinality;
		this.highCardinality = highCardinality;
	}

	static String errorType(Observation.Context context) {
		Throwable error = context.getError();
		if (error == null) {
			return KeyValue.NONE_VALUE;
		}
		Throwable cause = (error instanceof CompletionException && error.getCause() != null) ? error.getCause() : error;
		return cause.getClass().getName();
	}

	@Override
	public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
		return this.defaultConvention;
	}

	@Override
	public KeyName[] getLowCardinalityKeyNames() {
		return this.lowCardinality.clone();
	}

	@Override
	public KeyName[] getHighCardinalityKeyNames() {
		return this.highCardinality.clone();
	}

	/**
	 * Low cardinality keys.
	 */
	public enum LowCardinalityKeys implements KeyName {

		/**
		 * The name of the connection, {@code default} for the default one.
		 */
		CONNECTION("connection"),

		/**
		 * {@code nats}.
		 */
		MESSAGING_SYSTEM("messaging.system"),

		/**
		 * {@code publish}, {@code request} or {@code reply}; {@code process} for a
		 * listener.
		 */
		OPERATION("messaging.operation.name"),

		/**
		 * {@code send}; {@code process} for a listener.
		 */
		OPERATION_TYPE("messaging.operation.type"),

		/**
		 * The class of the exception it failed with, {@code none} if it did not.
		 */
		ERROR_TYPE("error.type"),

		/**
		 * The queue group of a listener, {@code none} without one.
		 */
		CONSUMER_GROUP("messaging.consumer.group.name"),

		/**
		 * The subject a listener subscribes, with its wildcards.
		 */
		SUBSCRIPTION("messaging.destination.template"),

		/**
		 * The id of the listener, {@code none} for a watch opened in code.
		 */
		LISTENER_ID("nats.listener.id"),

		/**
		 * {@code nats}.
		 */
		DATABASE_SYSTEM("db.system.name"),

		/**
		 * The bucket key, {@code other} for a bucket that is not configured.
		 */
		BUCKET("db.collection.name"),

		/**
		 * The operation on a bucket: {@code get}, {@code put}, {@code create}, and so on.
		 */
		BUCKET_OPERATION("db.operation.name"),

		/**
		 * The outcome: {@code ok}, {@code absent}, {@code conflict}, {@code timeout} or
		 * {@code error}; {@code unknown} as long as it has not.
		 */
		OUTCOME("nats.outcome"),

		/**
		 * The change of a key: {@code put}, {@code delete} or {@code purge}.
		 */
		CHANGE("nats.operation");

		private final String key;

		LowCardinalityKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * High cardinality keys.
	 */
	public enum HighCardinalityKeys implements KeyName {

		/**
		 * The subject of the message.
		 */
		SUBJECT("messaging.destination.name"),

		/**
		 * The key, where there is a single one.
		 */
		KEY("nats.key"),

		/**
		 * The revision, 0 for an inferred deletion.
		 */
		REVISION("nats.revision"),

		/**
		 * The server's name of a bucket that is not configured.
		 */
		BUCKET_NAME("nats.bucket.name"),

		/**
		 * The number of times that a transaction was begun anew.
		 */
		RETRIES("nats.transaction.retries");

		private final String key;

		HighCardinalityKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}
