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

package io.github.natskv.endpoint;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.natskv.lock.LeaderElection;
import org.jspecify.annotations.Nullable;

/**
 * Leadership of a role, as far as this application knows.
 *
 * @param leader whether this application leads
 * @param since since when it leads, {@code null} if it does not
 * @param fencingToken the number of this time as the leader, {@code null} if it does not
 * lead
 * @since 0.1.0
 */
public record LeadershipDescriptor(boolean leader, @Nullable String since, @Nullable Long fencingToken) {

	static Map<String, LeadershipDescriptor> of(Collection<LeaderElection> elections) {
		Map<String, LeadershipDescriptor> descriptors = new LinkedHashMap<>();
		elections.forEach((election) -> descriptors.put(election.role(), of(election)));
		return descriptors;
	}

	private static LeadershipDescriptor of(LeaderElection election) {
		long token = election.fencingToken();
		Instant since = election.since();
		return (since != null) ? new LeadershipDescriptor(true, Texts.describe(since), token)
				: new LeadershipDescriptor(false, null, null);
	}

}
