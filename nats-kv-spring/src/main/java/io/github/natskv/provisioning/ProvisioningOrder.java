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

import org.jspecify.annotations.Nullable;

/**
 * In which order things are made: a consumer needs its stream, and a mirror that is made
 * before what it mirrors looks for it again only after a while.
 */
final class ProvisioningOrder {

	/** By the server's name, what has a stream. */
	private final Map<String, Definition> streams = new LinkedHashMap<>();

	private final Map<Definition, Integer> depths = new HashMap<>();

	private ProvisioningOrder(Collection<Definition> definitions) {
		definitions.forEach((definition) -> {
			String stream = stream(definition);
			if (stream != null) {
				this.streams.putIfAbsent(stream, definition);
			}
		});
	}

	// Sort definitions so that each comes after those it needs.
	static List<Definition> neededFirst(Collection<Definition> definitions) {
		return independent(definitions).stream().flatMap(List::stream).toList();
	}

	// Group definitions so that each comes in a later group than those it needs.
	static List<List<Definition>> independent(Collection<Definition> definitions) {
		ProvisioningOrder order = new ProvisioningOrder(definitions);
		Map<Integer, List<Definition>> groups = new TreeMap<>();
		definitions
			.forEach((definition) -> groups.computeIfAbsent(order.depth(definition), (depth) -> new ArrayList<>())
				.add(definition));
		return List.copyOf(groups.values());
	}

	private int depth(@Nullable Definition definition) {
		if (definition == null) {
			return 0;
		}
		Integer known = this.depths.putIfAbsent(definition, 0);
		if (known != null) {
			return known;
		}
		int depth = needed(definition).stream()
			.mapToInt((stream) -> depth(this.streams.get(stream)) + 1)
			.max()
			.orElse(0);
		this.depths.put(definition, depth);
		return depth;
	}

	private static @Nullable String stream(Definition definition) {
		if (definition instanceof BucketDefinition bucket) {
			return bucket.stream().getName();
		}
		return (definition instanceof StreamDefinition stream) ? stream.name() : null;
	}

	static List<String> needed(Definition definition) {
		if (definition instanceof BucketDefinition bucket) {
			return StreamOrigins.names(bucket.stream());
		}
		if (definition instanceof StreamDefinition stream) {
			return StreamOrigins.names(stream.configuration());
		}
		return (definition instanceof ConsumerDefinition consumer) ? List.of(consumer.stream()) : List.of();
	}

}
