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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.nats.client.api.CompressionOption;
import io.nats.client.api.External;
import io.nats.client.api.Placement;
import io.nats.client.api.SourceBase;
import io.nats.client.api.StreamConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;

/**
 * Options of a bucket as the server keeps them: how to read one from a stream's
 * configuration, how to write it there, and which server knows it.
 *
 * @since 0.1.0
 */
public enum BucketOption {

	/**
	 * Description of the bucket.
	 */
	DESCRIPTION("description", StreamConfiguration::getDescription,
			(builder, wanted) -> builder.description(wanted.getDescription())),

	/**
	 * Revisions kept per key.
	 */
	HISTORY("history", StreamConfiguration::getMaxMsgsPerSubject,
			(builder, wanted) -> builder.maxMessagesPerSubject(wanted.getMaxMsgsPerSubject())),

	/**
	 * How long a value lives.
	 */
	TTL("ttl", (stream) -> duration(stream.getMaxAge()), BucketOption::applyTtl),

	/**
	 * Largest value.
	 */
	MAX_VALUE_SIZE("max-value-size", (stream) -> limit(stream.getMaximumMessageSize()),
			(builder, wanted) -> builder.maximumMessageSize(wanted.getMaximumMessageSize())),

	/**
	 * Largest size of the bucket.
	 */
	MAX_BYTES("max-bytes", (stream) -> limit(stream.getMaxBytes()),
			(builder, wanted) -> builder.maxBytes(wanted.getMaxBytes())),

	/**
	 * Where the bucket is kept.
	 */
	STORAGE("storage", StreamConfiguration::getStorageType, null),

	/**
	 * How many servers keep the bucket.
	 */
	REPLICAS("replicas", StreamConfiguration::getReplicas, (builder, wanted) -> builder.replicas(wanted.getReplicas())),

	/**
	 * Whether the store is compressed.
	 */
	COMPRESSION("compression", "2.10.0", (stream) -> stream.getCompressionOption() == CompressionOption.S2,
			(builder, wanted) -> builder.compressionOption(wanted.getCompressionOption())),

	/**
	 * Free-form metadata.
	 */
	METADATA("metadata", "2.10.0", (stream) -> metadata(stream.getMetadata()), BucketOption::applyMetadata),

	/**
	 * How long the markers of expired values live.
	 */
	LIMIT_MARKER_TTL("limit-marker-ttl", "2.11.0", (stream) -> duration(stream.getSubjectDeleteMarkerTtl()),
			(builder, wanted) -> builder.subjectDeleteMarkerTtl(wanted.getSubjectDeleteMarkerTtl()).allowMessageTtl()),

	/**
	 * Which servers keep the bucket.
	 */
	PLACEMENT("placement", (stream) -> placement(stream.getPlacement()),
			(builder, wanted) -> builder.placement(wanted.getPlacement())),

	/**
	 * Where changes are published.
	 */
	REPUBLISH("republish", StreamConfiguration::getRepublish,
			(builder, wanted) -> builder.republish(wanted.getRepublish())),

	/**
	 * Bucket this one is a copy of.
	 */
	MIRROR("mirror", (stream) -> source(stream.getMirror()), null),

	/**
	 * Buckets whose changes are copied.
	 */
	SOURCES("sources", (stream) -> sources(stream.getSources()),
			(builder, wanted) -> builder.sources(wanted.getSources()));

	private final String property;

	private final @Nullable String serverVersion;

	private final Function<StreamConfiguration, @Nullable Object> reader;

	private final @Nullable BiConsumer<StreamConfiguration.Builder, StreamConfiguration> writer;

	BucketOption(String property, Function<StreamConfiguration, @Nullable Object> reader,
			@Nullable BiConsumer<StreamConfiguration.Builder, StreamConfiguration> writer) {
		this(property, null, reader, writer);
	}

	BucketOption(String property, @Nullable String serverVersion,
			Function<StreamConfiguration, @Nullable Object> reader,
			@Nullable BiConsumer<StreamConfiguration.Builder, StreamConfiguration> writer) {
		this.property = property;
		this.serverVersion = serverVersion;
		this.reader = reader;
		this.writer = writer;
	}

	/**
	 * Return the name of the option in the configuration.
	 * @return the name, such as {@code max-bytes}
	 */
	public String getProperty() {
		return this.property;
	}

	@Nullable String getServerVersion() {
		return this.serverVersion;
	}

	boolean isChangeable(StreamConfiguration wanted) {
		return this.writer != null && !(this == LIMIT_MARKER_TTL && wanted.getSubjectDeleteMarkerTtl() == null);
	}

	void apply(StreamConfiguration.Builder builder, StreamConfiguration wanted) {
		if (this.writer != null) {
			this.writer.accept(builder, wanted);
		}
	}

	@Nullable BucketDifference compare(StreamConfiguration wanted, StreamConfiguration found) {
		Object wantedValue = this.reader.apply(wanted);
		Object foundValue = this.reader.apply(found);
		if (this == METADATA && wantedValue instanceof Map<?, ?> entries && foundValue instanceof Map<?, ?> existing) {
			existing.keySet().retainAll(entries.keySet());
		}
		return Objects.equals(wantedValue, foundValue) ? null : new BucketDifference(this,
				Objects.toString(wantedValue, "unset"), Objects.toString(foundValue, "unset"));
	}

	private static void applyTtl(StreamConfiguration.Builder builder, StreamConfiguration wanted) {
		builder.maxAge(wanted.getMaxAge());
		// the server refuses a duplicates window longer than the values live
		builder.duplicateWindow(0);
	}

	private static void applyMetadata(StreamConfiguration.Builder builder, StreamConfiguration wanted) {
		Map<String, String> merged = new TreeMap<>(metadata(builder.build().getMetadata()));
		merged.putAll(metadata(wanted.getMetadata()));
		builder.metadata(merged);
	}

	private static Map<String, String> metadata(@Nullable Map<String, String> metadata) {
		return (metadata != null) ? new TreeMap<>(metadata) : new TreeMap<>();
	}

	private static @Nullable Duration duration(@Nullable Duration duration) {
		return (duration == null || duration.isZero()) ? null : duration;
	}

	private static Object limit(long limit) {
		return (limit < 0) ? "unlimited" : limit;
	}

	private static @Nullable String placement(@Nullable Placement placement) {
		if (placement == null || !placement.hasData()) {
			return null;
		}
		return "cluster " + placement.getCluster() + ", tags " + placement.getTags();
	}

	private static List<String> sources(@Nullable List<? extends SourceBase> sources) {
		return CollectionUtils.isEmpty(sources) ? List.of()
				: sources.stream().map(BucketOption::source).filter(Objects::nonNull).sorted().toList();
	}

	private static @Nullable String source(@Nullable SourceBase source) {
		if (source == null) {
			return null;
		}
		External external = source.getExternal();
		return source.getName() + ((external != null) ? " at " + external.getApi() : "");
	}

}
