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

package io.github.natskv.kv.watch;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import io.github.natskv.kv.jetstream.WatchApi;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.StreamInfo;

/**
 * The end of the initial values. The consumer of a watch may be on a replica that has not
 * yet applied all its leader has, so that nothing more to come there is not the end yet.
 */
final class SnapshotEnd {

	private final RevisionLookup lookup;

	private boolean replicated;

	private long last;

	private List<String> subjects = List.of();

	private long patience;

	SnapshotEnd(RevisionLookup lookup) {
		this.lookup = lookup;
	}

	/**
	 * Begin a session.
	 * @param stream the stream as its leader describes it
	 * @param patience how long to wait for what cannot be looked up
	 */
	void opened(StreamInfo stream, List<String> subjects, Duration patience) {
		this.replicated = stream.getConfiguration().getReplicas() > 1;
		this.last = stream.getStreamState().getLastSequence();
		this.subjects = subjects;
		this.patience = System.nanoTime() + patience.toNanos();
	}

	/**
	 * Whether the initial values are complete, where the consumer has nothing more.
	 * @param sequence the revision that was received last, or 0
	 * @return {@code true} if the leader has nothing more either
	 * @throws IOException if the leader does not answer
	 */
	boolean isReached(long sequence, WatchApi api) throws IOException, JetStreamApiException, InterruptedException {
		if (!this.replicated || sequence >= this.last) {
			return true;
		}
		Boolean more = this.lookup.isAny(this.subjects, sequence + 1, this.last, api);
		return (more != null) ? !more : System.nanoTime() - this.patience >= 0;
	}

}
