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
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.github.natskv.jetstream.JetStreamLevel;
import io.nats.client.api.External;
import io.nats.client.api.Source;
import io.nats.client.api.SourceBase;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.SubjectTransform;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;
import org.springframework.util.StringUtils;

/**
 * The origins of mirrored and sourced streams.
 */
final class StreamOrigins {

	private StreamOrigins() {
	}

	/**
	 * Have sources copied from their first revision on where no other start is given.
	 * <p>
	 * Without a start, the server goes on at the time of the last message of the stream
	 * when it finds none of a source there, and thus leaves out what a source had before
	 * if messages of another one were overwritten meanwhile. Before 2.15 nothing can be
	 * done about that: the server knows how far it got with a source by the messages that
	 * are left only, and would copy old messages anew when it restarts (measured with
	 * 2.10.27).
	 * @param stream the stream
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
				&& !stream.getSources().stream().allMatch(StreamOrigins::hasStart);
	}

	private static boolean hasStart(Source source) {
		return source.getStartSeq() > 0 || source.getStartTime() != null;
	}

	/**
	 * Whether a stream has subjects renamed on the way to it, which the server silently
	 * does not do before 2.10.
	 * @param stream the stream
	 * @return whether a mirror or source has subject transforms
	 */
	static boolean renames(StreamConfiguration stream) {
		return all(stream).stream().anyMatch(StreamOrigins::renames);
	}

	static boolean renames(SourceBase source) {
		return !CollectionUtils.isEmpty(source.getSubjectTransforms());
	}

	/**
	 * Return the streams whose messages a stream copies from the same JetStream.
	 * @param stream the stream
	 * @return the server's names of the streams
	 */
	static List<String> names(StreamConfiguration stream) {
		return all(stream).stream().filter((source) -> source.getExternal() == null).map(SourceBase::getName).toList();
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
	 * Describe where the messages of a stream come from. Where to start counts only if it
	 * was declared.
	 * @param origins mirror or sources
	 * @param declared those that were declared
	 * @param naming how streams are called
	 * @return a text that is equal for the same origins, {@code null} without any
	 */
	static @Nullable String describe(@Nullable List<? extends @Nullable SourceBase> origins,
			@Nullable List<? extends @Nullable SourceBase> declared, UnaryOperator<String> naming) {
		if (CollectionUtils.isEmpty(origins)) {
			return null;
		}
		String description = origins.stream()
			.filter(Objects::nonNull)
			.map((origin) -> describe(origin, counterpart(origin, declared), naming))
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

	private static String describe(SourceBase origin, @Nullable SourceBase declared, UnaryOperator<String> naming) {
		StringBuilder text = new StringBuilder(naming.apply(origin.getName()));
		External external = origin.getExternal();
		if (external != null) {
			append(text, " at ", external.getApi());
			append(text, " delivered to ", external.getDeliver());
		}
		append(text, " filtered by ", origin.getFilterSubject());
		if (declared != null && declared.getStartSeq() > 0) {
			append(text, " from sequence ", Long.toString(origin.getStartSeq()));
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
