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

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

/**
 * In which order buckets are made: a mirror that is made before what it mirrors looks for
 * it again only after a while.
 */
final class BucketOrder {

	private final Map<String, BucketDefinition> definitions = new LinkedHashMap<>();

	private final Map<String, Integer> depths = new HashMap<>();

	private BucketOrder(Collection<BucketDefinition> definitions) {
		definitions.forEach((definition) -> this.definitions.putIfAbsent(definition.name(), definition));
	}

	// Sort buckets so that each comes after those it copies.
	static List<BucketDefinition> originsFirst(Collection<BucketDefinition> definitions) {
		return independent(definitions).stream().flatMap(List::stream).toList();
	}

	// Group buckets so that each comes in a later group than those it copies.
	static List<List<BucketDefinition>> independent(Collection<BucketDefinition> definitions) {
		BucketOrder order = new BucketOrder(definitions);
		Map<Integer, List<BucketDefinition>> groups = new TreeMap<>();
		definitions
			.forEach((definition) -> groups.computeIfAbsent(order.depth(definition), (depth) -> new ArrayList<>())
				.add(definition));
		return List.copyOf(groups.values());
	}

	private int depth(@Nullable BucketDefinition definition) {
		if (definition == null) {
			return 0;
		}
		Integer known = this.depths.putIfAbsent(definition.name(), 0);
		if (known != null) {
			return known;
		}
		int depth = StreamOrigins.names(definition.stream())
			.stream()
			.mapToInt((name) -> depth(this.definitions.get(NatsKeyValueUtil.trimPrefix(name))) + 1)
			.max()
			.orElse(0);
		this.depths.put(definition.name(), depth);
		return depth;
	}

}
