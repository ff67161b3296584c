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

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * What is observed. Subjects and keys are high cardinality key values, since they carry
 * ids in their tokens.
 *
 * @since 0.1.0
 */
public enum NatsObservation implements ObservationDocumentation {

	/**
	 * A message is published, or a request sent and its reply awaited.
	 */
	TEMPLATE {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultNatsTemplateObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { LowCardinalityKeys.MESSAGING_SYSTEM, LowCardinalityKeys.OPERATION };
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinalityKeys.values();
		}

	},

	/**
	 * A listener handles a message and sends its reply.
	 */
	LISTENER {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultNatsListenerObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinalityKeys.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinalityKeys.values();
		}

	},

	/**
	 * Something is done with a bucket.
	 */
	BUCKET {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultNatsBucketObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return BucketLowCardinalityKeys.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return BucketHighCardinalityKeys.values();
		}

	},

	/**
	 * A watch delivers a change to its handler, of a listener for example.
	 */
	WATCH {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultNatsWatchObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return WatchLowCardinalityKeys.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return WatchHighCardinalityKeys.values();
		}

	};

	/**
	 * Low cardinality keys.
	 */
	public enum LowCardinalityKeys implements KeyName {

		/**
		 * {@code nats}.
		 */
		MESSAGING_SYSTEM {

			@Override
			public String asString() {
				return "messaging.system";
			}

		},

		/**
		 * {@code publish}, {@code request} or {@code reply}; {@code process} for a
		 * listener.
		 */
		OPERATION {

			@Override
			public String asString() {
				return "messaging.operation.name";
			}

		},

		/**
		 * The subject a listener subscribes, with its wildcards.
		 */
		SUBSCRIPTION {

			@Override
			public String asString() {
				return "messaging.destination.template";
			}

		},

		/**
		 * The id of the listener.
		 */
		LISTENER_ID {

			@Override
			public String asString() {
				return "nats.listener.id";
			}

		}

	}

	/**
	 * High cardinality keys.
	 */
	public enum HighCardinalityKeys implements KeyName {

		/**
		 * The subject of the message.
		 */
		SUBJECT {

			@Override
			public String asString() {
				return "messaging.destination.name";
			}

		}

	}

	/**
	 * Low cardinality keys of operations on buckets.
	 */
	public enum BucketLowCardinalityKeys implements KeyName {

		/**
		 * The bucket key.
		 */
		BUCKET {

			@Override
			public String asString() {
				return "nats.bucket";
			}

		},

		/**
		 * What is done: {@code get}, {@code put}, {@code create}, and so on.
		 */
		OPERATION {

			@Override
			public String asString() {
				return "nats.operation";
			}

		},

		/**
		 * How it ended: {@code ok}, {@code absent}, {@code conflict}, {@code timeout} or
		 * {@code error}; {@code unknown} as long as it has not.
		 */
		OUTCOME {

			@Override
			public String asString() {
				return "nats.outcome";
			}

		}

	}

	/**
	 * High cardinality keys of operations on buckets.
	 */
	public enum BucketHighCardinalityKeys implements KeyName {

		/**
		 * The key, where there is a single one.
		 */
		KEY {

			@Override
			public String asString() {
				return "nats.key";
			}

		}

	}

	/**
	 * Low cardinality keys of changes that watches deliver.
	 */
	public enum WatchLowCardinalityKeys implements KeyName {

		/**
		 * The bucket key.
		 */
		BUCKET {

			@Override
			public String asString() {
				return "nats.bucket";
			}

		},

		/**
		 * What happened to the key: {@code put}, {@code delete} or {@code purge}.
		 */
		OPERATION {

			@Override
			public String asString() {
				return "nats.operation";
			}

		},

		/**
		 * The id of the listener, {@code none} for a watch opened in code.
		 */
		LISTENER_ID {

			@Override
			public String asString() {
				return "nats.listener.id";
			}

		}

	}

	/**
	 * High cardinality keys of changes that watches deliver.
	 */
	public enum WatchHighCardinalityKeys implements KeyName {

		/**
		 * The key.
		 */
		KEY {

			@Override
			public String asString() {
				return "nats.key";
			}

		},

		/**
		 * The revision, 0 for an inferred deletion.
		 */
		REVISION {

			@Override
			public String asString() {
				return "nats.revision";
			}

		}

	}

}
