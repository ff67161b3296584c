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

package io.github.natskv.jetstream;

import java.util.List;

import io.nats.client.api.ConsumerConfiguration;

/**
 * The subjects whose messages a consumer gets, which may have wildcards.
 */
public final class SubjectFilters {

	private SubjectFilters() {
	}

	// none for all messages of the stream
	public static List<String> of(ConsumerConfiguration consumer) {
		List<String> several = consumer.getFilterSubjects();
		if (several != null && !several.isEmpty()) {
			return several;
		}
		String one = consumer.getFilterSubject();
		return (one != null && !one.isEmpty()) ? List.of(one) : List.of();
	}

	// whether a filter matches all subjects that another one matches
	public static boolean covers(String filter, String other) {
		String[] wide = filter.split("\\.", -1);
		String[] narrow = other.split("\\.", -1);
		for (int i = 0; i < wide.length; i++) {
			if (i == narrow.length) {
				return false;
			}
			if (wide[i].equals(">")) {
				return true;
			}
			if (narrow[i].equals(">") || !(wide[i].equals("*") || wide[i].equals(narrow[i]))) {
				return false;
			}
		}
		return wide.length == narrow.length;
	}

	public static boolean covers(List<String> filters, String other) {
		return filters.isEmpty() || filters.stream().anyMatch((filter) -> covers(filter, other));
	}

}
