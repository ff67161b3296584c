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
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsKeyValueProperties;
import io.github.natskv.autoconfigure.NatsKeyValueProperties.Bucket;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.provisioning.BucketConfigurations;
import io.github.natskv.provisioning.BucketDefinition;
import io.github.natskv.provisioning.BucketOption;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.Placement;
import io.nats.client.api.Republish;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

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

	private final Set<BucketOption> declared = EnumSet.noneOf(BucketOption.class);

	BucketDeclarationMapper(ConnectionName connection, String key, Bucket bucket) {
		this.connection = connection;
		this.key = key;
		this.property = connection.property("kv.buckets." + key);
		this.bucket = bucket;
	}

	BucketDeclaration map(ProvisioningPolicy defaultPolicy) {
		checkName(this.property, this.key,
				"Rename the bucket key; the server's name of a bucket can be set with 'name'.");
		String name = StringUtils.hasText(this.bucket.name()) ? this.bucket.name() : this.key;
		checkName(this.property + ".name", name, "Choose another name.");
		ProvisioningPolicy policy = (this.bucket.provisioning() != null) ? this.bucket.provisioning() : defaultPolicy;
		KeyValueConfiguration configuration = configuration(name);
		BucketSettings settings = new BucketSettings(this.key, name, valueType(), null, this.bucket.keyCodec(),
				this.bucket.consistentReads());
		String beanName = StringUtils.hasText(this.bucket.beanName()) ? this.bucket.beanName() : this.key;
		return new BucketDeclaration(this.connection, new BucketDefinition(this.connection.prefix(), this.key,
				this.property, policy, configuration, this.declared), settings, beanName, this.bucket.codec());
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
		set(BucketOption.DESCRIPTION, source.description(), builder::description);
		set(BucketOption.HISTORY, source.history(), (value) -> {
			checkRange(BucketOption.HISTORY, value, 1, MAX_HISTORY);
			builder.maxHistoryPerKey(value);
		});
		set(BucketOption.TTL, source.ttl(), (value) -> {
			check(BucketOption.TTL, !value.isNegative(), value, "must not be negative");
			builder.ttl(value);
		});
		set(BucketOption.MAX_VALUE_SIZE, source.maxValueSize(),
				(value) -> builder.maximumValueSize((int) size(BucketOption.MAX_VALUE_SIZE, value, Integer.MAX_VALUE)));
		set(BucketOption.MAX_BYTES, source.maxBytes(),
				(value) -> builder.maxBucketSize(size(BucketOption.MAX_BYTES, value, Long.MAX_VALUE)));
		set(BucketOption.STORAGE, source.storage(), builder::storageType);
		set(BucketOption.REPLICAS, source.replicas(), (value) -> {
			checkRange(BucketOption.REPLICAS, value, 1, MAX_REPLICAS);
			builder.replicas(value);
		});
		set(BucketOption.COMPRESSION, source.compression(), builder::compression);
		set(BucketOption.METADATA, source.metadata(), builder::metadata);
		set(BucketOption.LIMIT_MARKER_TTL, source.limitMarkerTtl(), (value) -> {
			check(BucketOption.LIMIT_MARKER_TTL, value.compareTo(Duration.ofSeconds(1)) >= 0, value,
					"must be at least one second");
			builder.limitMarker(value);
		});
		set(BucketOption.PLACEMENT, source.placement(),
				(value) -> builder.placement(Placement.builder().cluster(value.cluster()).tags(value.tags()).build()));
		set(BucketOption.REPUBLISH, source.republish(), (value) -> builder.republish(republish(value)));
		BucketSourceMapper sources = new BucketSourceMapper();
		set(BucketOption.MIRROR, source.mirror(),
				(value) -> builder.mirror(sources.mirror(this.property + ".mirror", value)));
		set(BucketOption.SOURCES, source.sources(),
				(value) -> builder.sources(sources.sources(this.property + ".sources", value)));
		check(BucketOption.MIRROR, source.mirror() == null || source.sources() == null, "a mirror",
				"cannot be combined with 'sources'");
		return withTransactions(builder.build());
	}

	private KeyValueConfiguration withTransactions(KeyValueConfiguration configuration) {
		boolean allowed = Boolean.TRUE.equals(this.bucket.transactions());
		check(BucketOption.TRANSACTIONS, !allowed || (this.bucket.mirror() == null && this.bucket.sources() == null),
				true,
				"a bucket that copies others, by 'mirror' or 'sources', cannot have transactions: use them on its origin");
		set(BucketOption.TRANSACTIONS, this.bucket.transactions(), (value) -> {
		});
		return allowed ? BucketConfigurations.withTransactions(configuration) : configuration;
	}

	private <T> void set(BucketOption option, @Nullable T value, Consumer<T> target) {
		if (value != null) {
			this.declared.add(option);
			target.accept(value);
		}
	}

	private Republish republish(NatsKeyValueProperties.Republish republish) {
		if (!StringUtils.hasText(republish.destination())) {
			throw new InvalidNatsPropertyException(this.property + ".republish.destination", "is missing.",
					"Name the subject to publish the changes on.");
		}
		return Republish.builder()
			.source(republish.source())
			.destination(republish.destination())
			.headersOnly(republish.headersOnly())
			.build();
	}

	private void checkRange(BucketOption option, int value, int min, int max) {
		check(option, value >= min && value <= max, value, "must be between %d and %d".formatted(min, max));
	}

	private long size(BucketOption option, DataSize value, long max) {
		long bytes = value.toBytes();
		check(option, bytes > 0 && bytes <= max, value, "must be between 1B and %dB".formatted(max));
		return bytes;
	}

	private void check(BucketOption option, boolean valid, Object value, String rule) {
		if (!valid) {
			throw new InvalidNatsPropertyException(this.property + "." + option.getProperty(),
					"is %s, but %s.".formatted(value, rule), "Correct the value.");
		}
	}

}
