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

import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.Placement;
import io.nats.client.api.Republish;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.SubjectTransform;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;
import org.springframework.util.StringUtils;

/**
 * Values of options, so that equal ones are equal and messages can show them.
 */
final class OptionValues {

	private OptionValues() {
	}

	// what others have added stays
	static Map<String, String> merged(@Nullable Map<String, String> existing, @Nullable Map<String, String> wanted) {
		Map<String, String> merged = (existing != null) ? new TreeMap<>(existing) : new TreeMap<>();
		merged.putAll((wanted != null) ? wanted : Map.of());
		return merged;
	}

	static Map<String, String> metadata(@Nullable Map<String, String> metadata, @Nullable Map<String, String> wanted) {
		Map<String, String> values = (metadata != null) ? new TreeMap<>(metadata) : new TreeMap<>();
		values.keySet().retainAll((wanted != null) ? wanted.keySet() : List.of());
		return values;
	}

	static @Nullable String text(@Nullable String text) {
		return StringUtils.hasText(text) ? text : null;
	}

	static @Nullable Duration duration(@Nullable Duration duration) {
		return (duration == null || duration.isZero()) ? null : duration;
	}

	static Object limit(long limit) {
		return (limit < 0) ? "unlimited" : limit;
	}

	static @Nullable String placement(@Nullable Placement placement, @Nullable Placement wanted) {
		if (placement == null || !placement.hasData()) {
			return null;
		}
		boolean cluster = wanted != null && StringUtils.hasText(wanted.getCluster());
		boolean tags = wanted != null && !CollectionUtils.isEmpty(wanted.getTags());
		return (cluster ? "cluster " + placement.getCluster() : "") + ((cluster && tags) ? ", " : "")
				+ (tags ? "tags " + ((placement.getTags() != null) ? placement.getTags() : List.of()) : "");
	}

	static @Nullable String republish(@Nullable Republish republish) {
		return (republish != null) ? "%s to %s%s".formatted(republish.getSource(), republish.getDestination(),
				republish.isHeadersOnly() ? " (headers only)" : "") : null;
	}

	static @Nullable String transform(@Nullable SubjectTransform transform) {
		return (transform != null) ? "%s to %s".formatted(transform.getSource(), transform.getDestination()) : null;
	}

	static @Nullable String limits(@Nullable ConsumerLimits limits, StreamConfiguration wanted) {
		ConsumerLimits declared = wanted.getConsumerLimits();
		if (limits == null || declared == null) {
			return null;
		}
		boolean threshold = duration(declared.getInactiveThreshold()) != null;
		boolean pending = declared.getMaxAckPending() > 0;
		return (threshold ? "inactive-threshold " + Objects.toString(duration(limits.getInactiveThreshold()), "unset")
				: "") + ((threshold && pending) ? ", " : "")
				+ (pending ? "max-ack-pending " + limit(limits.getMaxAckPending()) : "");
	}

}
