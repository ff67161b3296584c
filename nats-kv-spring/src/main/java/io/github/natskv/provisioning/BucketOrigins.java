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

package io.github.natskv.provisioning;

import java.util.List;

import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.Mirror;
import io.nats.client.api.Source;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.SubjectTransform;
import io.nats.client.support.NatsKeyValueUtil;

import org.springframework.util.CollectionUtils;
import org.springframework.util.StringUtils;

/**
 * The origins of mirrored and sourced buckets.
 * <p>
 * The keys of a sourced bucket are renamed on the way, from {@code $KV.<origin>.} to
 * {@code $KV.<bucket>.}, or clients would not find them. Those of a mirror keep the
 * subjects they have in the origin: the server lets mirrors answer direct gets of their
 * origin, and one that has renamed the keys, or lacks some, says that they do not exist
 * (measured with nats-server 2.10.27 and 2.15.1).
 */
final class BucketOrigins {

	private BucketOrigins() {
	}

	// Return the stream of a bucket, with the subject transforms its sources need.
	static StreamConfiguration stream(KeyValueConfiguration configuration) {
		StreamConfiguration stream = configuration.getBackingConfig();
		if (stream.getMirror() != null && stream.getMirror().getExternal() != null) {
			// or it would answer direct gets of a bucket here that has the origin's name
			return StreamConfiguration.builder(stream).mirrorDirect(false).build();
		}
		if (CollectionUtils.isEmpty(stream.getSources())) {
			return stream;
		}
		List<Source> sources = stream.getSources()
			.stream()
			.map((source) -> renaming(source, configuration.getBucketName()))
			.toList();
		return StreamConfiguration.builder(stream).sources(sources).build();
	}

	private static Source renaming(Source source, String bucket) {
		String from = NatsKeyValueUtil.toKeyPrefix(NatsKeyValueUtil.trimPrefix(source.getName()));
		String to = NatsKeyValueUtil.toKeyPrefix(bucket);
		String filter = StringUtils.hasText(source.getFilterSubject()) ? source.getFilterSubject() : from + ">";
		if (StreamOrigins.renames(source) || from.equals(to) || !filter.startsWith(from)) {
			return source;
		}
		// the server does not take a filter beside a transform, which is a filter as well
		return Source.builder(source)
			.filterSubject(null)
			.subjectTransforms(SubjectTransform.builder()
				.source(filter)
				.destination(to + numbered(filter.substring(from.length())))
				.build())
			.build();
	}

	private static String numbered(String filter) {
		StringBuilder numbered = new StringBuilder();
		int wildcards = 0;
		for (char character : filter.toCharArray()) {
			numbered.append((character == '*') ? "{{wildcard(" + ++wildcards + ")}}" : character);
		}
		return numbered.toString();
	}

	/**
	 * Whether a stream mirrors another one next to it, but not all of it as it is.
	 * @param stream the stream
	 * @return whether the origin of the mirror would appear to lack keys
	 */
	static boolean hidesKeysOfItsOrigin(StreamConfiguration stream) {
		Mirror mirror = stream.getMirror();
		return mirror != null && mirror.getExternal() == null
				&& (StreamOrigins.renames(mirror) || StringUtils.hasText(mirror.getFilterSubject())
						|| mirror.getStartSeq() > 0 || mirror.getStartTime() != null);
	}

	// the bucket a mirror is a copy of
	static String name(StreamConfiguration mirror) {
		return NatsKeyValueUtil.trimPrefix(mirror.getMirror().getName());
	}

}
