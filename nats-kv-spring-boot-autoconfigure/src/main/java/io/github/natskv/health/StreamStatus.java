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

package io.github.natskv.health;

import java.util.List;

import io.github.natskv.provisioning.StreamDefinition;
import io.nats.client.api.ClusterInfo;
import io.nats.client.api.Replica;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * The status of a declared stream. One that cannot be used has a problem, and the numbers
 * are 0.
 *
 * @param definition how it is declared
 * @param messages how many messages it holds
 * @param bytes how many bytes they take
 * @param firstSequence the sequence of the first message
 * @param lastSequence the sequence of the last message
 * @param currentReplicas how many copies are there and up to date
 * @param configuration its configuration on the server, if any
 * @param problem why it cannot be used, if it cannot
 * @param consumers its declared consumers
 * @since 0.1.0
 */
public record StreamStatus(StreamDefinition definition, long messages, long bytes, long firstSequence,
		long lastSequence, int currentReplicas, @Nullable StreamConfiguration configuration, @Nullable String problem,
		List<ConsumerStatus> consumers) {

	static StreamStatus of(StreamDefinition definition, StreamInfo info) {
		int replicas = info.getConfiguration().getReplicas();
		return new StreamStatus(definition, info.getStreamState().getMsgCount(), info.getStreamState().getByteCount(),
				info.getStreamState().getFirstSequence(), info.getStreamState().getLastSequence(),
				(replicas > 1) ? current(info.getClusterInfo()) : replicas, info.getConfiguration(), null, List.of());
	}

	static StreamStatus unusable(StreamDefinition definition, String problem) {
		return new StreamStatus(definition, 0, 0, 0, 0, 0, null, problem, List.of());
	}

	StreamStatus withConsumers(List<ConsumerStatus> others) {
		return new StreamStatus(this.definition, this.messages, this.bytes, this.firstSequence, this.lastSequence,
				this.currentReplicas, this.configuration, this.problem, others);
	}

	private static int current(@Nullable ClusterInfo cluster) {
		if (cluster == null) {
			return 0;
		}
		int leaders = (cluster.getLeader() != null) ? 1 : 0;
		return (cluster.getReplicas() == null) ? leaders
				: leaders + (int) cluster.getReplicas().stream().filter(StreamStatus::isCurrent).count();
	}

	private static boolean isCurrent(Replica replica) {
		return replica.isCurrent() && !replica.isOffline();
	}

}
