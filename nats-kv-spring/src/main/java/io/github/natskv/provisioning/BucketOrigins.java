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

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import io.github.natskv.jetstream.JetStreamLevel;
import io.nats.client.api.External;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.Mirror;
import io.nats.client.api.Source;
import io.nats.client.api.SourceBase;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.SubjectTransform;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

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
		String from = keyPrefix(source);
		String to = NatsKeyValueUtil.toKeyPrefix(bucket);
		String filter = StringUtils.hasText(source.getFilterSubject()) ? source.getFilterSubject() : from + ">";
		if (renames(source) || from.equals(to) || !filter.startsWith(from)) {
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

	/**
	 * Have sources copied from their first revision on where no other start is given.
	 * <p>
	 * Without a start, the server goes on at the time of the last message of the stream
	 * when it finds none of a source there, and thus leaves out what a source had before
	 * if messages of another one were overwritten meanwhile. Before 2.15 nothing can be
	 * done about that: the server knows how far it got with a source by the messages that
	 * are left only, and would copy old values anew when it restarts (measured with
	 * 2.10.27).
	 * @param stream the stream of a bucket
	 * @param level what JetStream can do
	 * @return the stream to make, or to change one to
	 */
	static StreamConfiguration fromTheStart(StreamConfiguration stream, JetStreamLevel level) {
		if (CollectionUtils.isEmpty(stream.getSources()) || !level.has("2.15.0")) {
			return stream;
		}
		return StreamConfiguration.builder(stream)
			.sources(stream.getSources()
				.stream()
				.map((source) -> hasStart(source) ? source : Source.builder(source).startSeq(1).build())
				.toList())
			.build();
	}

	/**
	 * Whether what a stream copies may lack what its sources had before.
	 * @param stream the stream as it is sent to the server
	 * @return whether a source has no start
	 */
	static boolean mayLackOlderValues(StreamConfiguration stream) {
		return !CollectionUtils.isEmpty(stream.getSources())
				&& !stream.getSources().stream().allMatch(BucketOrigins::hasStart);
	}

	private static boolean hasStart(Source source) {
		return source.getStartSeq() > 0 || source.getStartTime() != null;
	}

	private static String numbered(String filter) {
		StringBuilder numbered = new StringBuilder();
		int wildcards = 0;
		for (char character : filter.toCharArray()) {
			numbered.append((character == '*') ? "{{wildcard(" + ++wildcards + ")}}" : character);
		}
		return numbered.toString();
	}

	private static String keyPrefix(SourceBase source) {
		return NatsKeyValueUtil.toKeyPrefix(bucket(source));
	}

	private static String bucket(SourceBase source) {
		return NatsKeyValueUtil.trimPrefix(source.getName());
	}

	/**
	 * Whether a stream has keys renamed on the way to it, which the server silently does
	 * not do before 2.10.
	 * @param stream the stream
	 * @return whether a mirror or source has subject transforms
	 */
	static boolean renames(StreamConfiguration stream) {
		return all(stream).stream().anyMatch(BucketOrigins::renames);
	}

	private static boolean renames(SourceBase source) {
		return !CollectionUtils.isEmpty(source.getSubjectTransforms());
	}

	/**
	 * Whether a stream mirrors another one next to it, but not all of it as it is.
	 * @param stream the stream
	 * @return whether the origin of the mirror would appear to lack keys
	 */
	static boolean hidesKeysOfItsOrigin(StreamConfiguration stream) {
		Mirror mirror = stream.getMirror();
		return mirror != null && mirror.getExternal() == null
				&& (renames(mirror) || StringUtils.hasText(mirror.getFilterSubject()) || mirror.getStartSeq() > 0
						|| mirror.getStartTime() != null);
	}

	/**
	 * Return the buckets whose values a stream copies from the same JetStream.
	 * @param stream the stream
	 * @return the server's names of the buckets
	 */
	static List<String> names(StreamConfiguration stream) {
		return all(stream).stream()
			.filter((source) -> source.getExternal() == null)
			.map(BucketOrigins::bucket)
			.toList();
	}

	private static List<SourceBase> all(StreamConfiguration stream) {
		List<SourceBase> all = new ArrayList<>();
		if (stream.getMirror() != null) {
			all.add(stream.getMirror());
		}
		if (stream.getSources() != null) {
			all.addAll(stream.getSources());
		}
		return all;
	}

	/**
	 * Describe where the values of a stream come from. Where to start counts only if it
	 * was declared.
	 * @param origins mirror or sources
	 * @param declared those that were declared
	 * @return a text that is equal for the same origins, {@code null} without any
	 */
	static @Nullable String describe(@Nullable List<? extends @Nullable SourceBase> origins,
			@Nullable List<? extends @Nullable SourceBase> declared) {
		if (CollectionUtils.isEmpty(origins)) {
			return null;
		}
		String description = origins.stream()
			.filter(Objects::nonNull)
			.map((origin) -> describe(origin, counterpart(origin, declared)))
			.sorted()
			.collect(Collectors.joining(" and "));
		return description.isEmpty() ? null : description;
	}

	private static @Nullable SourceBase counterpart(SourceBase origin,
			@Nullable List<? extends @Nullable SourceBase> declared) {
		return CollectionUtils.isEmpty(declared) ? null
				: declared.stream()
					.filter((other) -> other != null && other.getName().equals(origin.getName()))
					.findFirst()
					.orElse(null);
	}

	private static String describe(SourceBase origin, @Nullable SourceBase declared) {
		StringBuilder text = new StringBuilder(bucket(origin));
		External external = origin.getExternal();
		if (external != null) {
			append(text, " at ", external.getApi());
			append(text, " delivered to ", external.getDeliver());
		}
		append(text, " filtered by ", origin.getFilterSubject());
		if (declared != null && declared.getStartSeq() > 0) {
			append(text, " from revision ", Long.toString(origin.getStartSeq()));
		}
		if (declared != null && declared.getStartTime() != null) {
			ZonedDateTime start = origin.getStartTime();
			append(text, " from ", (start != null) ? start.toInstant().toString() : "the beginning");
		}
		if (origin.getSubjectTransforms() != null) {
			for (SubjectTransform transform : origin.getSubjectTransforms()) {
				append(text, " with ", transform.getSource() + " as " + transform.getDestination());
			}
		}
		return text.toString();
	}

	private static void append(StringBuilder text, String label, @Nullable String value) {
		if (StringUtils.hasText(value)) {
			text.append(label).append(value);
		}
	}

}
