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

package io.github.natskv.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

import io.github.natskv.kv.KeyCodec;
import io.github.natskv.kv.LocalCopySettings.WhenStale;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for NATS Key-Value buckets.
 *
 * @param provisioning What to do about buckets the server does not have, or has
 * otherwise.
 * @param observationEnabled Whether to observe operations on buckets, of all connections,
 * and what watches deliver, by Micrometer.
 * @param maxInFlight How many requests of asynchronous and bulk operations may be
 * unanswered on a connection. Beyond that callers wait.
 * @param buckets Buckets by key, which is also the server's name of the bucket and the
 * name of the KeyValue bean unless the bucket says otherwise.
 * @since 0.1.0
 */
@ConfigurationProperties("nats.kv")
public record NatsKeyValueProperties(@DefaultValue("create") ProvisioningPolicy provisioning,
		boolean observationEnabled, @DefaultValue("1000") int maxInFlight, @DefaultValue Map<String, Bucket> buckets) {

	/**
	 * The properties as bound where none is set.
	 */
	public static final NatsKeyValueProperties DEFAULTS = new NatsKeyValueProperties(ProvisioningPolicy.CREATE, false,
			1000, Map.of());

	/**
	 * A bucket. What is not set is left to the server, and not compared with what it has.
	 *
	 * @param name Server's name of the bucket. Default is the bucket key.
	 * @param beanName Name of the KeyValue bean. Default is the bucket key.
	 * @param valueType Type of the values, fully qualified but for those of java.lang,
	 * with type arguments; makes a typed KeyValueBucket bean, too.
	 * @param codec Name of the KeyValueCodec bean that encodes the values. Default is the
	 * application's codec.
	 * @param keyCodec Which characters keys may have.
	 * @param consistentReads Whether reads go to the leader of the bucket, to see one's
	 * own writes on replicated buckets.
	 * @param provisioning What to do if the server does not have the bucket, or has it
	 * otherwise. Default is nats.kv.provisioning.
	 * @param description Description of the bucket.
	 * @param history How many revisions of a key are kept, 1 to 64. Default is 1.
	 * @param ttl How long a value lives. A number without unit is seconds. Default is for
	 * ever.
	 * @param maxValueSize Largest value, headers included. Default is the server's
	 * largest message.
	 * @param maxBytes Largest size of the bucket. Default is unlimited.
	 * @param storage Where the bucket is kept. Default is file.
	 * @param replicas How many servers of the cluster keep the bucket, 1 to 5. Default is
	 * 1.
	 * @param compression Whether the store is compressed. Needs nats-server 2.10.
	 * @param transactions Whether several keys may be written together, in a transaction.
	 * Needs nats-server 2.12.15, or 2.14.5 and up; neither a mirror nor a bucket with
	 * sources can have it.
	 * @param metadata Free-form metadata. Needs nats-server 2.10.
	 * @param limitMarkerTtl How long the markers live that tell of expired values; also
	 * allows values and markers with a time to live of their own. A number without unit
	 * is seconds, at least 1. Needs nats-server 2.11.
	 * @param placement Which servers keep the bucket.
	 * @param republish Subject to publish changes of the bucket on.
	 * @param mirror Bucket this one is a copy of. Writes go to that bucket.
	 * @param sources Buckets whose changes are copied into this one, which then takes no
	 * writes. Needs nats-server 2.10.
	 * @param localCopy Copy in memory that answers reads.
	 */
	@ConfigurationPropertiesSource
	public record Bucket(@Nullable String name, @Nullable String beanName, @Nullable String valueType,
			@Nullable String codec, @DefaultValue("none") KeyCodec keyCodec, boolean consistentReads,
			@Nullable ProvisioningPolicy provisioning, @Nullable String description, @Nullable Integer history,
			@DurationUnit(ChronoUnit.SECONDS) @Nullable Duration ttl, @Nullable DataSize maxValueSize,
			@Nullable DataSize maxBytes, @Nullable StorageType storage, @Nullable Integer replicas,
			@Nullable Boolean compression, @Nullable Boolean transactions, @Nullable Map<String, String> metadata,
			@DurationUnit(ChronoUnit.SECONDS) @Nullable Duration limitMarkerTtl, @Nullable Placement placement,
			@Nullable Republish republish, @Nullable Source mirror, @Nullable List<Source> sources,
			@DefaultValue LocalCopy localCopy) {

	}

	/**
	 * Copy of a bucket in memory.
	 *
	 * @param enabled Whether reads of the typed bucket are answered from memory.
	 * @param keys Filters of the keys that are copied. Reads of others ask the server.
	 * @param maxEntries How many entries are held at most; what is not held is asked for.
	 * Default is unlimited.
	 * @param maxStaleness For how long the copy may be out of touch with the bucket. A
	 * number without unit is seconds. Silence is noticed within two seconds.
	 * @param whenStale What a read does after that.
	 */
	public record LocalCopy(boolean enabled, @DefaultValue(">") List<String> keys, @Nullable Long maxEntries,
			@DurationUnit(ChronoUnit.SECONDS) @DefaultValue("30s") Duration maxStaleness,
			@DefaultValue("fail") WhenStale whenStale) {

	}

	/**
	 * The servers that keep a bucket.
	 *
	 * @param cluster Name of the cluster.
	 * @param tags Tags the servers must have.
	 */
	public record Placement(@Nullable String cluster, @DefaultValue List<String> tags) {

	}

	/**
	 * Republishing of changes to another subject.
	 *
	 * @param source Subject filter of the changes, as $KV.bucket.key. Default is all.
	 * @param destination Subject to publish on, with {{wildcard(n)}} for tokens of the
	 * source.
	 * @param headersOnly Whether to publish the headers only.
	 */
	public record Republish(@DefaultValue(">") String source, @Nullable String destination, boolean headersOnly) {

	}

	/**
	 * Bucket whose changes are copied.
	 *
	 * @param bucket Server's name of the bucket.
	 * @param domain JetStream domain of the bucket.
	 * @param apiPrefix Prefix of the JetStream API subjects where the bucket is, instead
	 * of a domain.
	 * @param deliverPrefix Prefix of the subjects the copies are delivered on, together
	 * with an API prefix.
	 * @param filterSubject Subject filter of the changes, as $KV.bucket.key. Default is
	 * all. Not for a mirror of the same domain.
	 * @param startRevision First revision to copy. Default is the first there is.
	 * @param startTime Time of the first change to copy. Default is the first there is.
	 * @param subjectTransforms Subject transforms, as source and destination. Default for
	 * sources is what makes their keys those of this bucket. Needs nats-server 2.10.
	 */
	@ConfigurationPropertiesSource
	public record Source(@Nullable String bucket, @Nullable String domain, @Nullable String apiPrefix,
			@Nullable String deliverPrefix, @Nullable String filterSubject, @Nullable Long startRevision,
			@Nullable Instant startTime,
			@DefaultValue List<SubjectMapping> subjectTransforms) implements NatsOriginProperties {

		@Override
		public @Nullable String origin() {
			return this.bucket;
		}

		@Override
		public @Nullable Long start() {
			return this.startRevision;
		}

	}

	/**
	 * Subjects that become other subjects.
	 *
	 * @param source Subject filter.
	 * @param destination Subject it becomes.
	 */
	@ConfigurationPropertiesSource
	public record SubjectMapping(@Nullable String source, @Nullable String destination) {

	}

}
