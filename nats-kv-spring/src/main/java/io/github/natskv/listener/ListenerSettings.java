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

package io.github.natskv.listener;

import java.time.Duration;
import java.util.List;

import io.github.natskv.core.Subjects;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskExecutor;
import org.springframework.util.Assert;
import org.springframework.validation.Validator;

/**
 * Defaults for all listeners.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @param concurrency how many messages a listener handles at a time
 * @param autoStartup whether listeners start with the application
 * @param drainTimeout how long a listener that stops may take to finish what it received
 * @param snapshotTimeout how long the start of the application waits until listeners have
 * handled the initial values of their buckets
 * @param taskExecutor what runs handlers of listeners with a concurrency above 1,
 * {@code null} for platform threads of each listener's own
 * @param validator what validates parameters marked with {@code @Valid} or
 * {@code @Validated}
 * @param replySubjects the subjects replies may go to, with wildcards; empty for all that
 * do not start with {@code $}, which none may go to in any case
 * @since 0.1.0
 */
public record ListenerSettings(int concurrency, boolean autoStartup, Duration drainTimeout, Duration snapshotTimeout,
		@Nullable TaskExecutor taskExecutor, @Nullable Validator validator, List<String> replySubjects) {

	public ListenerSettings {
		Assert.isTrue(concurrency > 0, "The listener concurrency must be at least 1");
		Assert.isTrue(drainTimeout.compareTo(Duration.ZERO) > 0, "The drain timeout must be positive");
		Assert.isTrue(!snapshotTimeout.isNegative(), "The snapshot timeout must not be negative");
		replySubjects = List.copyOf(replySubjects);
		for (String subject : replySubjects) {
			String problem = findProblem(subject);
			Assert.isTrue(problem == null, () -> "The reply subject '" + subject + "' cannot be: " + problem);
		}
	}

	public ListenerSettings(int concurrency, boolean autoStartup, Duration drainTimeout, Duration snapshotTimeout,
			@Nullable TaskExecutor taskExecutor, @Nullable Validator validator) {
		this(concurrency, autoStartup, drainTimeout, snapshotTimeout, taskExecutor, validator, List.of());
	}

	/**
	 * Find what is wrong with a reply subject.
	 * @param subject the subject, which may have wildcards
	 * @return the problem, or {@code null}
	 */
	public static @Nullable String findProblem(String subject) {
		return subject.startsWith("$") ? "replies never go to subjects that start with '$'"
				: Subjects.findProblem(subject);
	}

	/**
	 * Return the defaults: one message at a time, started with the application, 25 s to
	 * drain, 10 s for the initial values.
	 * @return the defaults
	 */
	public static ListenerSettings defaults() {
		return new ListenerSettings(1, true, Duration.ofSeconds(25), Duration.ofSeconds(10), null, null);
	}

}
