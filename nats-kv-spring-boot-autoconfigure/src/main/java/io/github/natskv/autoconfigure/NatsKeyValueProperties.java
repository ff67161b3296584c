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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.natskv.kv.KeyCodec;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.nats.client.api.StorageType;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for NATS Key-Value buckets.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("nats.kv")
public class NatsKeyValueProperties {

	/**
	 * What to do about buckets the server does not have, or has otherwise.
	 */
	private ProvisioningPolicy provisioning = ProvisioningPolicy.CREATE;

	/**
	 * Whether to observe operations on buckets, of all connections, and what watches
	 * deliver, by Micrometer.
	 */
	private boolean observationEnabled;

	/**
	 * Buckets by key, which is also the server's name of the bucket and the name of the
	 * KeyValue bean unless the bucket says otherwise.
	 */
	private Map<String, Bucket> buckets = new LinkedHashMap<>();

	public ProvisioningPolicy getProvisioning() {
		return this.provisioning;
	}

	public void setProvisioning(ProvisioningPolicy provisioning) {
		this.provisioning = provisioning;
	}

	public boolean isObservationEnabled() {
		return this.observationEnabled;
	}

	public void setObservationEnabled(boolean observationEnabled) {
		this.observationEnabled = observationEnabled;
	}

	public Map<String, Bucket> getBuckets() {
		return this.buckets;
	}

	public void setBuckets(Map<String, Bucket> buckets) {
		this.buckets = buckets;
	}

	/**
	 * A bucket. What is not set is left to the server, and not compared with what it has.
	 */
	@ConfigurationPropertiesSource
	public static class Bucket {

		/**
		 * Server's name of the bucket. Default is the bucket key.
		 */
		private @Nullable String name;

		/**
		 * Name of the KeyValue bean. Default is the bucket key.
		 */
		private @Nullable String beanName;

		/**
		 * Type of the values; makes a typed KeyValueBucket bean, too.
		 */
		private @Nullable Class<?> valueType;

		/**
		 * Name of the KeyValueCodec bean that encodes the values. Default is the
		 * application's codec.
		 */
		private @Nullable String codec;

		/**
		 * Which characters keys may have.
		 */
		private KeyCodec keyCodec = KeyCodec.NONE;

		/**
		 * Whether reads go to the leader of the bucket, to see one's own writes on
		 * replicated buckets.
		 */
		private boolean consistentReads;

		/**
		 * What to do if the server does not have the bucket, or has it otherwise. Default
		 * is nats.kv.provisioning.
		 */
		private @Nullable ProvisioningPolicy provisioning;

		/**
		 * Description of the bucket.
		 */
		private @Nullable String description;

		/**
		 * How many revisions of a key are kept, 1 to 64. Default is 1.
		 */
		private @Nullable Integer history;

		/**
		 * How long a value lives. A number without unit is seconds. Default is for ever.
		 */
		@DurationUnit(ChronoUnit.SECONDS)
		private @Nullable Duration ttl;

		/**
		 * Largest value, headers included. Default is the server's largest message.
		 */
		private @Nullable DataSize maxValueSize;

		/**
		 * Largest size of the bucket. Default is unlimited.
		 */
		private @Nullable DataSize maxBytes;

		/**
		 * Where the bucket is kept. Default is file.
		 */
		private @Nullable StorageType storage;

		/**
		 * How many servers of the cluster keep the bucket, 1 to 5. Default is 1.
		 */
		private @Nullable Integer replicas;

		/**
		 * Whether the store is compressed. Needs nats-server 2.10.
		 */
		private @Nullable Boolean compression;

		/**
		 * Free-form metadata. Needs nats-server 2.10.
		 */
		private @Nullable Map<String, String> metadata;

		/**
		 * How long the markers live that tell of expired values; also allows values and
		 * markers with a time to live of their own. A number without unit is seconds, at
		 * least 1. Needs nats-server 2.11.
		 */
		@DurationUnit(ChronoUnit.SECONDS)
		private @Nullable Duration limitMarkerTtl;

		/**
		 * Which servers keep the bucket.
		 */
		private @Nullable Placement placement;

		/**
		 * Subject to publish changes of the bucket on.
		 */
		private @Nullable Republish republish;

		/**
		 * Bucket this one is a copy of. Writes go to that bucket.
		 */
		private @Nullable Source mirror;

		/**
		 * Buckets whose changes are copied into this one, which then takes no writes.
		 * Needs nats-server 2.10.
		 */
		private @Nullable List<Source> sources;

		public @Nullable String getName() {
			return this.name;
		}

		public void setName(@Nullable String name) {
			this.name = name;
		}

		public @Nullable String getBeanName() {
			return this.beanName;
		}

		public void setBeanName(@Nullable String beanName) {
			this.beanName = beanName;
		}

		public @Nullable Class<?> getValueType() {
			return this.valueType;
		}

		public void setValueType(@Nullable Class<?> valueType) {
			this.valueType = valueType;
		}

		public @Nullable String getCodec() {
			return this.codec;
		}

		public void setCodec(@Nullable String codec) {
			this.codec = codec;
		}

		public KeyCodec getKeyCodec() {
			return this.keyCodec;
		}

		public void setKeyCodec(KeyCodec keyCodec) {
			this.keyCodec = keyCodec;
		}

		public boolean isConsistentReads() {
			return this.consistentReads;
		}

		public void setConsistentReads(boolean consistentReads) {
			this.consistentReads = consistentReads;
		}

		public @Nullable ProvisioningPolicy getProvisioning() {
			return this.provisioning;
		}

		public void setProvisioning(@Nullable ProvisioningPolicy provisioning) {
			this.provisioning = provisioning;
		}

		public @Nullable String getDescription() {
			return this.description;
		}

		public void setDescription(@Nullable String description) {
			this.description = description;
		}

		public @Nullable Integer getHistory() {
			return this.history;
		}

		public void setHistory(@Nullable Integer history) {
			this.history = history;
		}

		public @Nullable Duration getTtl() {
			return this.ttl;
		}

		public void setTtl(@Nullable Duration ttl) {
			this.ttl = ttl;
		}

		public @Nullable DataSize getMaxValueSize() {
			return this.maxValueSize;
		}

		public void setMaxValueSize(@Nullable DataSize maxValueSize) {
			this.maxValueSize = maxValueSize;
		}

		public @Nullable DataSize getMaxBytes() {
			return this.maxBytes;
		}

		public void setMaxBytes(@Nullable DataSize maxBytes) {
			this.maxBytes = maxBytes;
		}

		public @Nullable StorageType getStorage() {
			return this.storage;
		}

		public void setStorage(@Nullable StorageType storage) {
			this.storage = storage;
		}

		public @Nullable Integer getReplicas() {
			return this.replicas;
		}

		public void setReplicas(@Nullable Integer replicas) {
			this.replicas = replicas;
		}

		public @Nullable Boolean getCompression() {
			return this.compression;
		}

		public void setCompression(@Nullable Boolean compression) {
			this.compression = compression;
		}

		public @Nullable Map<String, String> getMetadata() {
			return this.metadata;
		}

		public void setMetadata(@Nullable Map<String, String> metadata) {
			this.metadata = metadata;
		}

		public @Nullable Duration getLimitMarkerTtl() {
			return this.limitMarkerTtl;
		}

		public void setLimitMarkerTtl(@Nullable Duration limitMarkerTtl) {
			this.limitMarkerTtl = limitMarkerTtl;
		}

		public @Nullable Placement getPlacement() {
			return this.placement;
		}

		public void setPlacement(@Nullable Placement placement) {
			this.placement = placement;
		}

		public @Nullable Republish getRepublish() {
			return this.republish;
		}

		public void setRepublish(@Nullable Republish republish) {
			this.republish = republish;
		}

		public @Nullable Source getMirror() {
			return this.mirror;
		}

		public void setMirror(@Nullable Source mirror) {
			this.mirror = mirror;
		}

		public @Nullable List<Source> getSources() {
			return this.sources;
		}

		public void setSources(@Nullable List<Source> sources) {
			this.sources = sources;
		}

	}

	/**
	 * Which servers keep a bucket.
	 */
	public static class Placement {

		/**
		 * Name of the cluster.
		 */
		private @Nullable String cluster;

		/**
		 * Tags the servers must have.
		 */
		private List<String> tags = new ArrayList<>();

		public @Nullable String getCluster() {
			return this.cluster;
		}

		public void setCluster(@Nullable String cluster) {
			this.cluster = cluster;
		}

		public List<String> getTags() {
			return this.tags;
		}

		public void setTags(List<String> tags) {
			this.tags = tags;
		}

	}

	/**
	 * Republishing of changes to another subject.
	 */
	public static class Republish {

		/**
		 * Subject filter of the changes, as $KV.bucket.key. Default is all.
		 */
		private String source = ">";

		/**
		 * Subject to publish on, with {{wildcard(n)}} for tokens of the source.
		 */
		private @Nullable String destination;

		/**
		 * Whether to publish the headers only.
		 */
		private boolean headersOnly;

		public String getSource() {
			return this.source;
		}

		public void setSource(String source) {
			this.source = source;
		}

		public @Nullable String getDestination() {
			return this.destination;
		}

		public void setDestination(@Nullable String destination) {
			this.destination = destination;
		}

		public boolean isHeadersOnly() {
			return this.headersOnly;
		}

		public void setHeadersOnly(boolean headersOnly) {
			this.headersOnly = headersOnly;
		}

	}

	/**
	 * Bucket whose changes are copied.
	 */
	@ConfigurationPropertiesSource
	public static class Source {

		/**
		 * Server's name of the bucket.
		 */
		private @Nullable String bucket;

		/**
		 * JetStream domain of the bucket.
		 */
		private @Nullable String domain;

		/**
		 * Prefix of the JetStream API subjects where the bucket is, instead of a domain.
		 */
		private @Nullable String apiPrefix;

		/**
		 * Prefix of the subjects the copies are delivered on, together with an API
		 * prefix.
		 */
		private @Nullable String deliverPrefix;

		/**
		 * Subject filter of the changes, as $KV.bucket.key. Default is all. Not for a
		 * mirror of the same domain.
		 */
		private @Nullable String filterSubject;

		/**
		 * First revision to copy. Default is the first there is.
		 */
		private @Nullable Long startRevision;

		/**
		 * Time of the first change to copy. Default is the first there is.
		 */
		private @Nullable Instant startTime;

		/**
		 * Subject transforms, as source and destination. Default for sources is what
		 * makes their keys those of this bucket. Needs nats-server 2.10.
		 */
		private List<SubjectMapping> subjectTransforms = new ArrayList<>();

		public @Nullable String getBucket() {
			return this.bucket;
		}

		public void setBucket(@Nullable String bucket) {
			this.bucket = bucket;
		}

		public @Nullable String getDomain() {
			return this.domain;
		}

		public void setDomain(@Nullable String domain) {
			this.domain = domain;
		}

		public @Nullable String getApiPrefix() {
			return this.apiPrefix;
		}

		public void setApiPrefix(@Nullable String apiPrefix) {
			this.apiPrefix = apiPrefix;
		}

		public @Nullable String getDeliverPrefix() {
			return this.deliverPrefix;
		}

		public void setDeliverPrefix(@Nullable String deliverPrefix) {
			this.deliverPrefix = deliverPrefix;
		}

		public @Nullable String getFilterSubject() {
			return this.filterSubject;
		}

		public void setFilterSubject(@Nullable String filterSubject) {
			this.filterSubject = filterSubject;
		}

		public @Nullable Long getStartRevision() {
			return this.startRevision;
		}

		public void setStartRevision(@Nullable Long startRevision) {
			this.startRevision = startRevision;
		}

		public @Nullable Instant getStartTime() {
			return this.startTime;
		}

		public void setStartTime(@Nullable Instant startTime) {
			this.startTime = startTime;
		}

		public List<SubjectMapping> getSubjectTransforms() {
			return this.subjectTransforms;
		}

		public void setSubjectTransforms(List<SubjectMapping> subjectTransforms) {
			this.subjectTransforms = subjectTransforms;
		}

	}

	/**
	 * Subjects that become other subjects.
	 */
	@ConfigurationPropertiesSource
	public static class SubjectMapping {

		/**
		 * Subject filter.
		 */
		private @Nullable String source;

		/**
		 * Subject it becomes.
		 */
		private @Nullable String destination;

		public @Nullable String getSource() {
			return this.source;
		}

		public void setSource(@Nullable String source) {
			this.source = source;
		}

		public @Nullable String getDestination() {
			return this.destination;
		}

		public void setDestination(@Nullable String destination) {
			this.destination = destination;
		}

	}

}
