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
 * What is observed. Subjects are high cardinality key values, since they carry ids in
 * their tokens.
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

}
