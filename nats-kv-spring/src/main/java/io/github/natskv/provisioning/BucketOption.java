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

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiFunction;

import io.nats.client.api.StreamConfiguration;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;

/**
 * Options of a bucket as the server keeps them: those of its stream, by the names they
 * have for buckets. Options may be added.
 *
 * @since 0.1.0
 */
public enum BucketOption implements ServerOption<StreamConfiguration, StreamConfiguration.Builder> {

	/**
	 * Description of the bucket.
	 */
	DESCRIPTION("description", StreamOption.DESCRIPTION),

	/**
	 * Revisions kept per key.
	 */
	HISTORY("history", StreamOption.MAX_MESSAGES_PER_SUBJECT),

	/**
	 * The time to live of values.
	 */
	TTL("ttl", StreamOption.MAX_AGE),

	/**
	 * Largest value.
	 */
	MAX_VALUE_SIZE("max-value-size", StreamOption.MAX_MESSAGE_SIZE),

	/**
	 * Largest size of the bucket.
	 */
	MAX_BYTES("max-bytes", StreamOption.MAX_BYTES),

	/**
	 * The storage of the bucket.
	 */
	STORAGE("storage", StreamOption.STORAGE),

	/**
	 * The number of servers that keep the bucket.
	 */
	REPLICAS("replicas", StreamOption.REPLICAS),

	/**
	 * Whether the store is compressed.
	 */
	COMPRESSION("compression", StreamOption.COMPRESSION),

	/**
	 * Free-form metadata.
	 */
	METADATA("metadata", StreamOption.METADATA),

	/**
	 * The time to live of the markers of expired values.
	 */
	LIMIT_MARKER_TTL("limit-marker-ttl", StreamOption.SUBJECT_DELETE_MARKER_TTL),

	/**
	 * The servers that keep the bucket.
	 */
	PLACEMENT("placement", StreamOption.PLACEMENT),

	/**
	 * Republishing of changes to another subject.
	 */
	REPUBLISH("republish", StreamOption.REPUBLISH),

	/**
	 * Bucket this one is a copy of.
	 */
	MIRROR("mirror", StreamOption.MIRROR,
			(stream, wanted) -> StreamOrigins.describe(Collections.singletonList(stream.getMirror()),
					Collections.singletonList(wanted.getMirror()), NatsKeyValueUtil::trimPrefix)),

	/**
	 * Buckets whose changes are copied.
	 */
	SOURCES("sources", StreamOption.SOURCES,
			(stream, wanted) -> StreamOrigins.describe(stream.getSources(), wanted.getSources(),
					NatsKeyValueUtil::trimPrefix)),

	/**
	 * Whether a purge may replace all revisions of a key.
	 */
	ROLLUP_HEADERS("allow_rollup_hdrs", StreamOption.ALLOW_ROLLUP),

	/**
	 * Whether a full bucket refuses new values, rather than dropping old ones.
	 */
	DISCARD("discard", StreamOption.DISCARD),

	/**
	 * Whether any server that keeps the bucket answers reads.
	 */
	DIRECT_GET("allow_direct", StreamOption.ALLOW_DIRECT),

	/**
	 * Whether several keys may be written together.
	 */
	TRANSACTIONS("transactions", StreamOption.ALLOW_ATOMIC_PUBLISH);

	private static final Set<BucketOption> NEEDED_FOR_WRITES = EnumSet.of(ROLLUP_HEADERS, DISCARD);

	private final StreamOption option;

	private final OptionAccess<StreamConfiguration, StreamConfiguration.Builder> access;

	BucketOption(String property, StreamOption option) {
		this(property, option, option.access().reader());
	}

	BucketOption(String property, StreamOption option,
			BiFunction<StreamConfiguration, StreamConfiguration, @Nullable Object> reader) {
		this.option = option;
		this.access = new OptionAccess<>(property, reader, option.access().writer());
	}

	@Override
	public OptionAccess<StreamConfiguration, StreamConfiguration.Builder> access() {
		return this.access;
	}

	@Override
	public @Nullable String getServerVersion(StreamConfiguration wanted) {
		String version = this.option.getServerVersion(wanted);
		return (this == TRANSACTIONS && version != null) ? "2.12.15" : version;
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

	@Override
	public boolean isChangeable(StreamConfiguration wanted, StreamConfiguration found) {
		return this != DIRECT_GET && this.option.isChangeable(wanted, found);
	}

}
