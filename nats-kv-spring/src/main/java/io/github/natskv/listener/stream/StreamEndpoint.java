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

import java.util.List;

import io.github.natskv.core.Subjects;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.SubjectFilters;
import io.github.natskv.listener.InvalidListenerException;
import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.backlog.Backlog;
import io.github.natskv.listener.invocation.ListenerMethod;
import io.github.natskv.listener.invocation.SubjectPattern;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskExecutor;

/**
 * A listener on a durable consumer, ready to be run.
 *
 * @param id the id
 * @param method the method, for messages
 * @param client the client of its connection
 * @param consumer the consumer and how it is to be
 * @param subjects the subjects of the listener, those of all messages where it names none
 * @param concurrency how many messages or batches are handled at a time
 * @param prefetch how many messages are asked for at least
 * @param batch how many messages are handled together, 1 for those one at a time
 * @param order which messages are handled in order, {@code null} for none
 * @param deadLetter the subject of dead letters, if any
 * @param taskExecutor what runs handlers, {@code null} for threads of the listener's own
 * @param backlog what waits on the server
 * @param recorder what measures it, if anything
 */
public record StreamEndpoint(String id, ListenerMethod method, JetStreamClient client, DeclaredConsumer consumer,
		List<SubjectPattern> subjects, int concurrency, @Nullable Integer prefetch, int batch,
		@Nullable OrderingText order, @Nullable String deadLetter, @Nullable TaskExecutor taskExecutor, Backlog backlog,
		ListenerInstrumentation.@Nullable Recorder recorder) {

	private static final SubjectPattern ANY = SubjectPattern.parse(">");

	// the pattern of all that such filters deliver, null if there is not one
	@Nullable SubjectPattern soleOf(List<String> filters) {
		if (this.subjects.isEmpty()) {
			return ANY;
		}
		SubjectPattern first = this.subjects.get(0);
		boolean sole = this.subjects.size() == 1 && !filters.isEmpty()
				&& filters.stream().allMatch((filter) -> SubjectFilters.covers(first.subject(), filter));
		return sole ? first : null;
	}

	// null for a subject the listener does not name
	@Nullable SubjectPattern pattern(String subject) {
		if (this.subjects.isEmpty()) {
			return ANY;
		}
		for (SubjectPattern pattern : this.subjects) {
			if (Subjects.matches(pattern.subject(), subject)) {
				return pattern;
			}
		}
		return null;
	}

	int window() {
		int least = this.concurrency * this.batch;
		return (this.prefetch != null) ? Math.max(this.prefetch, least) : least;
	}

	InvalidListenerException invalid(String problem, String action) {
		return this.method.invalid(problem, action);
	}

}
