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

package io.github.natskv.kv.jetstream;

import java.util.ArrayList;
import java.util.List;

import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StreamConfiguration;

import org.springframework.util.CollectionUtils;

/**
 * Options of a stream without which it is not a complete bucket. A stream that was made
 * by other means than as a bucket may lack them.
 */
final class StreamNeeds {

	private StreamNeeds() {
	}

	/**
	 * Return what a stream lacks.
	 * @return what is missing and what that means, empty if nothing is
	 */
	static List<String> missing(StreamConfiguration stream) {
		List<String> missing = new ArrayList<>();
		boolean copy = stream.getMirror() != null || !CollectionUtils.isEmpty(stream.getSources());
		if (!copy && !stream.getAllowRollup()) {
			missing.add("roll-up headers (allow_rollup_hdrs), so a purge of a key is refused");
		}
		if (!copy && stream.getDiscardPolicy() != DiscardPolicy.New) {
			missing.add("discard new, so it drops old values silently when it is full");
		}
		if (!stream.getAllowDirect()) {
			missing.add("direct get (allow_direct), so each read waits for the leader of the stream");
		}
		return missing;
	}

}
