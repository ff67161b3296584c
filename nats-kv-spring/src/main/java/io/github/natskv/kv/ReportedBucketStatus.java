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

package io.github.natskv.kv;

import io.nats.client.api.ClusterInfo;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.Replica;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * The status of a bucket as its stream reports it.
 *
 * @param bucketKey the bucket key
 * @param bucketName the server's name of the bucket
 * @param entries how many revisions it holds
 * @param bytes how many bytes they take
 * @param maxBytes how many they may take
 * @param replicas how many copies there should be
 * @param currentReplicas how many are there and up to date
 * @param configuration the configuration on the server, if any
 * @param problem why the bucket cannot be used, if it cannot
 */
record ReportedBucketStatus(String bucketKey, String bucketName, long entries, long bytes, long maxBytes, int replicas,
		int currentReplicas, @Nullable KeyValueConfiguration configuration,
		@Nullable String problem) implements BucketStatus {

	static BucketStatus of(BucketSettings bucket, StreamInfo stream) {
		int replicas = stream.getConfiguration().getReplicas();
		return new ReportedBucketStatus(bucket.key(), bucket.name(), stream.getStreamState().getMsgCount(),
				stream.getStreamState().getByteCount(), stream.getConfiguration().getMaxBytes(), replicas,
				(replicas > 1) ? current(stream.getClusterInfo()) : replicas,
				new KeyValueStatus(stream).getConfiguration(), null);
	}

	static BucketStatus unusable(BucketSettings bucket, String problem) {
		return new ReportedBucketStatus(bucket.key(), bucket.name(), 0, 0, -1, 0, 0, null, problem);
	}

	@Override
	public BucketStatus withProblem(String problem) {
		return new ReportedBucketStatus(this.bucketKey, this.bucketName, this.entries, this.bytes, this.maxBytes,
				this.replicas, this.currentReplicas, this.configuration, problem);
	}

	private static int current(@Nullable ClusterInfo cluster) {
		if (cluster == null) {
			return 0;
		}
		int leaders = (cluster.getLeader() != null) ? 1 : 0;
		if (cluster.getReplicas() == null) {
			return leaders;
		}
		return leaders + (int) cluster.getReplicas().stream().filter(ReportedBucketStatus::isCurrent).count();
	}

	private static boolean isCurrent(Replica replica) {
		return replica.isCurrent() && !replica.isOffline();
	}

}
