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

package io.github.natskv.listener.stream;

import java.time.Duration;
import java.util.List;

import io.github.natskv.core.Subjects;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.backlog.Backlog;
import io.github.natskv.listener.invocation.ListenerMethod;
import io.github.natskv.listener.invocation.StreamDelivery;
import io.github.natskv.listener.invocation.SubjectPattern;
import org.jspecify.annotations.Nullable;

/**
 * A listener that reads a stream in order, ready to be run.
 *
 * @param id the id
 * @param method the method, for messages
 * @param client the client of its connection
 * @param stream the server's name of the stream
 * @param subjects the subjects of the listener, none for all
 * @param start where to begin
 * @param position where the last sequence is kept, if anywhere
 * @param prefetch how many messages are asked for in advance
 * @param backoff how long to wait before a message is handled again
 * @param call what calls the method
 * @param restoration makes the stream where it is missing
 * @param backlog what waits on the server
 * @param recorder what measures it, if anything
 */
public record OrderedEndpoint(String id, ListenerMethod method, JetStreamClient client, String stream,
		List<SubjectPattern> subjects, OrderedStart start, @Nullable OrderedPosition position, int prefetch,
		List<Duration> backoff, StreamCall<StreamDelivery> call, Restoration restoration, Backlog backlog,
		ListenerInstrumentation.@Nullable Recorder recorder) {

	private static final SubjectPattern ANY = SubjectPattern.parse(">");

	@Nullable LastError lastError() {
		return this.call.invoker().lastError();
	}

	SubjectPattern pattern(String subject) {
		for (SubjectPattern pattern : this.subjects) {
			if (Subjects.matches(pattern.subject(), subject)) {
				return pattern;
			}
		}
		return ANY;
	}

	Duration delay(int attempt) {
		return this.backoff.isEmpty() ? Duration.ofMillis(100)
				: this.backoff.get(Math.min(attempt, this.backoff.size()) - 1);
	}

}
