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

package io.github.natskv.autoconfigure.binding;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsKeyValueProperties;
import io.github.natskv.autoconfigure.NatsKeyValueProperties.Bucket;
import io.github.natskv.autoconfigure.NatsKeyValueProperties.LocalCopy;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.InvalidBucketKeyException;
import io.github.natskv.kv.LocalCopySettings;
import io.github.natskv.kv.watch.WatchFilters;
import io.github.natskv.provisioning.BucketConfigurations;
import io.github.natskv.provisioning.BucketDefinition;
import io.github.natskv.provisioning.BucketOption;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.Placement;
import io.nats.client.api.Republish;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Maps the properties of a bucket onto a {@link BucketDeclaration}, refusing what the
 * server would refuse.
 */
class BucketDeclarationMapper {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

	private static final int MAX_HISTORY = 64;

	private static final int MAX_REPLICAS = 5;

	private final ConnectionName connection;

	private final String key;

	private final String property;

	private final Bucket bucket;

	private final OptionMapper<BucketOption> options;

	BucketDeclarationMapper(ConnectionName connection, String key, Bucket bucket) {
		this.connection = connection;
		this.key = key;
		this.property = connection.property("kv.buckets." + key);
		this.bucket = bucket;
		this.options = new OptionMapper<>(this.property, BucketOption.class, BucketOption::getProperty);
	}

	BucketDeclaration map(ProvisioningPolicy defaultPolicy) {
		checkName(this.property, this.key,
				"Rename the bucket key; the server's name of a bucket can be set with 'name'.");
		String name = StringUtils.hasText(this.bucket.name()) ? this.bucket.name() : this.key;
		checkName(this.property + ".name", name, "Choose another name.");
		ProvisioningPolicy policy = (this.bucket.provisioning() != null) ? this.bucket.provisioning() : defaultPolicy;
		KeyValueConfiguration configuration = configuration(name);
		BucketSettings settings = new BucketSettings(this.key, name, valueType(), null, this.bucket.keyCodec(),
				this.bucket.consistentReads(), localCopy());
		String beanName = StringUtils.hasText(this.bucket.beanName()) ? this.bucket.beanName() : this.key;
		return new BucketDeclaration(this.connection, new BucketDefinition(this.connection.prefix(), this.key,
				this.property, policy, configuration, this.options.declared()), settings, beanName,
				this.bucket.codec());
	}

	// the snapshot timeout is that of listeners, which is set later
	private @Nullable LocalCopySettings localCopy() {
		LocalCopy copy = this.bucket.localCopy();
		if (!copy.enabled()) {
			return null;
		}
		String name = this.property + ".local-copy";
		require(copy.maxStaleness().compareTo(Duration.ZERO) > 0, name + ".max-staleness", copy.maxStaleness(),
				"must be positive");
		require(copy.maxEntries() == null || copy.maxEntries() > 0, name + ".max-entries", copy.maxEntries(),
				"must be positive");
		require(!copy.keys().isEmpty(), name + ".keys", "empty", "must have at least one filter, '>' for all keys");
		for (int i = 0; i < copy.keys().size(); i++) {
			try {
				this.bucket.keyCodec().encodeFilter(copy.keys().get(i));
			}
			catch (IllegalArgumentException | InvalidBucketKeyException ex) {
				throw new InvalidNatsPropertyException(name + ".keys[" + i + "]",
						"is '%s', which is not a filter of keys: %s.".formatted(copy.keys().get(i), ex.getMessage()),
						"Use filters such as 'orders.>', or '>' for all keys.", ex);
			}
		}
		requireDistinct(name + ".keys", copy.keys());
		return new LocalCopySettings(copy.keys(), (copy.maxEntries() != null) ? copy.maxEntries() : Long.MAX_VALUE,
				copy.maxStaleness(), copy.whenStale(), LocalCopySettings.DEFAULT_SNAPSHOT_TIMEOUT);
	}

	private void requireDistinct(String property, List<String> keys) {
		try {
			new WatchFilters(keys.stream().map(this.bucket.keyCodec()::encodeFilter).toList());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidNatsPropertyException(property, "is %s: %s.".formatted(keys, ex.getMessage()),
					"Correct the filters.", ex);
		}
	}

	private static void require(boolean valid, String property, @Nullable Object value, String rule) {
		if (!valid) {
			throw new InvalidNatsPropertyException(property, "is '%s', but %s.".formatted(value, rule),
					"Correct the value.");
		}
	}

	private @Nullable Type valueType() {
		String type = this.bucket.valueType();
		return StringUtils.hasText(type) ? ValueType.parse(this.property + ".value-type", type) : null;
	}

	private static void checkName(String property, String name, String action) {
		if (!NAME.matcher(name).matches()) {
			throw new InvalidNatsPropertyException(property,
					"'%s' is not a bucket name: it may have letters, digits, dashes and underscores.".formatted(name),
					action);
		}
	}

	private KeyValueConfiguration configuration(String name) {
		KeyValueConfiguration.Builder builder = KeyValueConfiguration.builder(name);
		Bucket source = this.bucket;
		this.options.set(BucketOption.DESCRIPTION, source.description(), builder::description);
		this.options.setRange(BucketOption.HISTORY, source.history(), 1, MAX_HISTORY, builder::maxHistoryPerKey);
		this.options.setDuration(BucketOption.TTL, source.ttl(), Duration.ZERO, builder::ttl);
		this.options.setSize(BucketOption.MAX_VALUE_SIZE, source.maxValueSize(), Integer.MAX_VALUE,
				(size) -> builder.maximumValueSize(size.intValue()));
		this.options.setSize(BucketOption.MAX_BYTES, source.maxBytes(), Long.MAX_VALUE, builder::maxBucketSize);
		this.options.set(BucketOption.STORAGE, source.storage(), builder::storageType);
		this.options.setRange(BucketOption.REPLICAS, source.replicas(), 1, MAX_REPLICAS, builder::replicas);
		this.options.set(BucketOption.COMPRESSION, source.compression(), builder::compression);
		this.options.set(BucketOption.METADATA, source.metadata(), builder::metadata);
		this.options.set(BucketOption.LIMIT_MARKER_TTL, source.limitMarkerTtl(), (value) -> {
			this.options.check(BucketOption.LIMIT_MARKER_TTL, value.compareTo(Duration.ofSeconds(1)) >= 0, value,
					"must be at least one second");
			builder.limitMarker(value);
		});
		this.options.set(BucketOption.PLACEMENT, source.placement(),
				(value) -> builder.placement(Placement.builder().cluster(value.cluster()).tags(value.tags()).build()));
		this.options.set(BucketOption.REPUBLISH, source.republish(), (value) -> builder.republish(republish(value)));
		OriginMapper origins = new OriginMapper("bucket");
		this.options.set(BucketOption.MIRROR, source.mirror(),
				(value) -> builder.mirror(origins.mirror(this.property + ".mirror", value)));
		this.options.set(BucketOption.SOURCES, source.sources(),
				(value) -> builder.sources(origins.sources(this.property + ".sources", value)));
		this.options.check(BucketOption.MIRROR, source.mirror() == null || source.sources() == null, "a mirror",
				"cannot be combined with 'sources'");
		return withTransactions(builder.build());
	}

	private KeyValueConfiguration withTransactions(KeyValueConfiguration configuration) {
		boolean allowed = Boolean.TRUE.equals(this.bucket.transactions());
		this.options.check(BucketOption.TRANSACTIONS,
				!allowed || (this.bucket.mirror() == null && this.bucket.sources() == null), true,
				"a bucket that copies others, by 'mirror' or 'sources', cannot have transactions: use them on its origin");
		this.options.set(BucketOption.TRANSACTIONS, this.bucket.transactions(), (value) -> {
		});
		return allowed ? BucketConfigurations.withTransactions(configuration) : configuration;
	}

	private Republish republish(NatsKeyValueProperties.Republish republish) {
		return Republish.builder()
			.source(republish.source())
			.destination(this.options.required("republish.destination", republish.destination(),
					"Name the subject to publish the changes on."))
			.headersOnly(republish.headersOnly())
			.build();
	}

}
