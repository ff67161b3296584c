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

package io.github.natskv.kv.jetstream;

import java.util.List;

import io.github.natskv.jetstream.JetStreamClient;
import io.nats.client.api.External;
import io.nats.client.api.Mirror;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;

/**
 * The subjects on which the keys of a bucket are read and written, and what its stream
 * allows.
 *
 * @param readPrefix what the subjects of keys begin with in the bucket's own stream
 * @param writePrefix what the subjects to publish keys to begin with
 * @param origin the stream that writes go to: the bucket's own, or that of the mirrored
 * bucket
 * @param originApi what the subjects of the API begin with for that stream
 * @param originPrefix what the subjects of keys begin with in that stream
 * @param direct whether the bucket's stream answers direct gets
 * @param messageTtl whether it allows values that expire
 * @param history how many revisions of a key it keeps
 * @param sources the buckets it copies, if it takes no writes because of that
 * @param mirror whether the writes go to another stream than the bucket's own
 * @param batches whether it takes several writes together
 * @param maxValueSize how large a value may be with its headers, less than 1 for any size
 * @param version the version of the server that leads the stream, {@code null} if that
 * does not say
 * @param foreign whether jnats' handle of the bucket looks for the keys in another place
 */
public record BucketLayout(String readPrefix, String writePrefix, String origin, String originApi, String originPrefix,
		boolean direct, boolean messageTtl, long history, List<String> sources, boolean mirror, boolean batches,
		long maxValueSize, @Nullable String version, boolean foreign) {

	/** Metadata of a stream that the server answers with, as of 2.11. */
	private static final String SERVER_VERSION = "_nats.ver";

	static BucketLayout of(String bucket, StreamConfiguration stream, JetStreamClient api) {
		String prefix = NatsKeyValueUtil.toKeyPrefix(bucket);
		Mirror mirror = stream.getMirror();
		if (mirror == null) {
			return new BucketLayout(prefix, api.isDefaultPrefix() ? prefix : api.prefix() + prefix, stream.getName(),
					api.prefix(), prefix, stream.getAllowDirect(), stream.getAllowMessageTtl(),
					stream.getMaxMsgsPerSubject(), sources(stream), false, stream.getAllowAtomicPublish(),
					stream.getMaximumMessageSize(), version(stream), false);
		}
		String originPrefix = NatsKeyValueUtil.toKeyPrefix(NatsKeyValueUtil.trimPrefix(mirror.getName()));
		String external = externalApi(mirror.getExternal());
		String originApi = (external != null) ? external : api.prefix();
		boolean plain = external == null && api.isDefaultPrefix();
		String readPrefix = readPrefix(bucket, stream);
		return new BucketLayout(readPrefix, plain ? originPrefix : originApi + originPrefix, mirror.getName(),
				originApi, originPrefix, stream.getAllowDirect(), stream.getAllowMessageTtl(),
				stream.getMaxMsgsPerSubject(), List.of(), true, false, stream.getMaximumMessageSize(), version(stream),
				!readPrefix.equals((external != null) ? originPrefix : prefix));
	}

	/**
	 * Return what the subjects of keys begin with in a bucket's own stream.
	 * @param bucket the server's name of the bucket
	 * @return the prefix, with a dot at the end
	 */
	public static String readPrefix(String bucket, StreamConfiguration stream) {
		String prefix = NatsKeyValueUtil.toKeyPrefix(bucket);
		Mirror mirror = stream.getMirror();
		return (mirror == null || renames(mirror, prefix)) ? prefix
				: NatsKeyValueUtil.toKeyPrefix(NatsKeyValueUtil.trimPrefix(mirror.getName()));
	}

	private static List<String> sources(StreamConfiguration stream) {
		if (CollectionUtils.isEmpty(stream.getSources()) || !CollectionUtils.isEmpty(stream.getSubjects())) {
			return List.of();
		}
		return stream.getSources().stream().map((source) -> NatsKeyValueUtil.trimPrefix(source.getName())).toList();
	}

	private static @Nullable String version(StreamConfiguration stream) {
		return (stream.getMetadata() != null) ? stream.getMetadata().get(SERVER_VERSION) : null;
	}

	private static boolean renames(Mirror mirror, String prefix) {
		return mirror.getSubjectTransforms() != null && mirror.getSubjectTransforms()
			.stream()
			.anyMatch((transform) -> transform.getDestination().startsWith(prefix));
	}

	private static @Nullable String externalApi(@Nullable External external) {
		return (external != null && external.getApi() != null) ? external.getApi() + "." : null;
	}

}
