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
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.nats.client.api.CompressionOption;
import io.nats.client.api.Placement;
import io.nats.client.api.Republish;
import io.nats.client.api.StreamConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;
import org.springframework.util.StringUtils;

/**
 * Options of a bucket as the server keeps them: how to read one from a stream's
 * configuration, how to write it there, and which server knows it. Options may be added.
 *
 * @since 0.1.0
 */
public enum BucketOption {

	/**
	 * Description of the bucket.
	 */
	DESCRIPTION("description", (stream) -> text(stream.getDescription()),
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
	COMPRESSION("compression", (stream) -> stream.getCompressionOption() == CompressionOption.S2,
			(builder, wanted) -> builder.compressionOption(wanted.getCompressionOption())),

	/**
	 * Free-form metadata.
	 */
	METADATA("metadata", (stream) -> metadata(stream.getMetadata()), BucketOption::applyMetadata),

	/**
	 * How long the markers of expired values live.
	 */
	LIMIT_MARKER_TTL("limit-marker-ttl", (stream) -> duration(stream.getSubjectDeleteMarkerTtl()),
			(builder, wanted) -> builder.subjectDeleteMarkerTtl(wanted.getSubjectDeleteMarkerTtl()).allowMessageTtl()),

	/**
	 * Which servers keep the bucket.
	 */
	PLACEMENT("placement", (stream) -> placement(stream.getPlacement(), stream.getPlacement()),
			BucketOption::applyPlacement),

	/**
	 * Republishing of changes to another subject.
	 */
	REPUBLISH("republish", (stream) -> republish(stream.getRepublish()),
			(builder, wanted) -> builder.republish(wanted.getRepublish())),

	/**
	 * Bucket this one is a copy of.
	 */
	MIRROR("mirror", (stream) -> mirror(stream, stream), null),

	/**
	 * Buckets whose changes are copied.
	 */
	SOURCES("sources", (stream) -> BucketOrigins.describe(stream.getSources(), stream.getSources()),
			(builder, wanted) -> builder.sources(wanted.getSources())),

	/**
	 * Whether a purge may replace all revisions of a key.
	 */
	ROLLUP_HEADERS("allow_rollup_hdrs", StreamConfiguration::getAllowRollup,
			(builder, wanted) -> builder.allowRollup(wanted.getAllowRollup())),

	/**
	 * Whether a full bucket refuses new values, rather than dropping old ones.
	 */
	DISCARD("discard", StreamConfiguration::getDiscardPolicy,
			(builder, wanted) -> builder.discardPolicy(wanted.getDiscardPolicy())),

	/**
	 * Whether any server that keeps the bucket answers reads.
	 */
	DIRECT_GET("allow_direct", StreamConfiguration::getAllowDirect, null),

	/**
	 * Whether several keys may be written together.
	 */
	TRANSACTIONS("transactions", StreamConfiguration::getAllowAtomicPublish,
			(builder, wanted) -> builder.allowAtomicPublish(wanted.getAllowAtomicPublish()));

	private static final Set<BucketOption> NEEDED_FOR_WRITES = EnumSet.of(ROLLUP_HEADERS, DISCARD);

	private final String property;

	private final Function<StreamConfiguration, @Nullable Object> reader;

	private final @Nullable BiConsumer<StreamConfiguration.Builder, StreamConfiguration> writer;

	BucketOption(String property, Function<StreamConfiguration, @Nullable Object> reader,
			@Nullable BiConsumer<StreamConfiguration.Builder, StreamConfiguration> writer) {
		this.property = property;
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

	// servers before that one ignore the option silently
	@Nullable String getServerVersion(StreamConfiguration wanted) {
		return switch (this) {
			case COMPRESSION -> (wanted.getCompressionOption() == CompressionOption.S2) ? "2.10.0" : null;
			case METADATA -> "2.10.0";
			case LIMIT_MARKER_TTL -> "2.11.0";
			case TRANSACTIONS -> wanted.getAllowAtomicPublish() ? "2.12.15" : null;
			case MIRROR, SOURCES -> BucketOrigins.renames(wanted) ? "2.10.0" : null;
			default -> null;
		};
	}

	/**
	 * Whether any bucket of a kind needs the option, declared or not.
	 * @param wanted the stream of such a bucket
	 * @return whether it is always compared
	 */
	boolean isNeeded(StreamConfiguration wanted) {
		boolean copy = wanted.getMirror() != null || !CollectionUtils.isEmpty(wanted.getSources());
		return this == DIRECT_GET || (NEEDED_FOR_WRITES.contains(this) && !copy);
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
		Object foundValue = readFound(wanted, found);
		return Objects.equals(wantedValue, foundValue) ? null : new BucketDifference(this,
				Objects.toString(wantedValue, "unset"), Objects.toString(foundValue, "unset"));
	}

	// of what is found, only what is wanted in some way counts
	private @Nullable Object readFound(StreamConfiguration wanted, StreamConfiguration found) {
		return switch (this) {
			case METADATA -> {
				Map<String, String> existing = metadata(found.getMetadata());
				existing.keySet().retainAll(metadata(wanted.getMetadata()).keySet());
				yield existing;
			}
			case PLACEMENT -> placement(found.getPlacement(), wanted.getPlacement());
			case MIRROR -> mirror(found, wanted);
			case SOURCES -> BucketOrigins.describe(found.getSources(), wanted.getSources());
			default -> this.reader.apply(found);
		};
	}

	private static void applyTtl(StreamConfiguration.Builder builder, StreamConfiguration wanted) {
		Duration ttl = duration(wanted.getMaxAge());
		Duration window = duration(builder.build().getDuplicateWindow());
		builder.maxAge(wanted.getMaxAge());
		if (ttl != null && window != null && window.compareTo(ttl) > 0) {
			// the server refuses a duplicates window longer than the values live
			builder.duplicateWindow(ttl);
		}
	}

	private static void applyPlacement(StreamConfiguration.Builder builder, StreamConfiguration wanted) {
		Placement placement = wanted.getPlacement();
		Placement existing = builder.build().getPlacement();
		if (placement == null || existing == null) {
			builder.placement(placement);
			return;
		}
		builder.placement(Placement.builder()
			.cluster(StringUtils.hasText(placement.getCluster()) ? placement.getCluster() : existing.getCluster())
			.tags(CollectionUtils.isEmpty(placement.getTags()) ? existing.getTags() : placement.getTags())
			.build());
	}

	private static void applyMetadata(StreamConfiguration.Builder builder, StreamConfiguration wanted) {
		Map<String, String> merged = new TreeMap<>(metadata(builder.build().getMetadata()));
		merged.putAll(metadata(wanted.getMetadata()));
		builder.metadata(merged);
	}

	private static Map<String, String> metadata(@Nullable Map<String, String> metadata) {
		return (metadata != null) ? new TreeMap<>(metadata) : new TreeMap<>();
	}

	private static @Nullable String text(@Nullable String text) {
		return StringUtils.hasText(text) ? text : null;
	}

	private static @Nullable Duration duration(@Nullable Duration duration) {
		return (duration == null || duration.isZero()) ? null : duration;
	}

	private static Object limit(long limit) {
		return (limit < 0) ? "unlimited" : limit;
	}

	private static @Nullable String placement(@Nullable Placement placement, @Nullable Placement declared) {
		if (placement == null || !placement.hasData()) {
			return null;
		}
		boolean cluster = declared != null && StringUtils.hasText(declared.getCluster());
		boolean tags = declared != null && !CollectionUtils.isEmpty(declared.getTags());
		return (cluster ? "cluster " + placement.getCluster() : "") + ((cluster && tags) ? ", " : "")
				+ (tags ? "tags " + ((placement.getTags() != null) ? placement.getTags() : List.of()) : "");
	}

	private static @Nullable String republish(@Nullable Republish republish) {
		if (republish == null) {
			return null;
		}
		return republish.getSource() + " to " + republish.getDestination()
				+ (republish.isHeadersOnly() ? " without values" : "");
	}

	private static @Nullable String mirror(StreamConfiguration stream, StreamConfiguration declared) {
		return BucketOrigins.describe(Collections.singletonList(stream.getMirror()),
				Collections.singletonList(declared.getMirror()));
	}

}
