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

package io.github.natskv.embedded;

import io.github.natskv.core.NatsException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an embedded server cannot be started, with what was tried and what the
 * server said.
 *
 * @since 0.1.0
 */
public class EmbeddedNatsServerException extends NatsException {

	private final String problem;

	private final @Nullable String action;

	public EmbeddedNatsServerException(String message) {
		this(message, (Throwable) null);
	}

	public EmbeddedNatsServerException(String message, @Nullable Throwable cause) {
		super(message, cause);
		this.problem = message;
		this.action = null;
	}

	EmbeddedNatsServerException(String problem, String action, @Nullable Throwable cause) {
		super(problem + ". " + action, cause);
		this.problem = problem;
		this.action = action;
	}

	/**
	 * Return what is wrong.
	 * @return the problem, which is the whole message if there is no action
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * Return what to do about it.
	 * @return the action, {@code null} if that depends on the problem
	 */
	public @Nullable String getAction() {
		return this.action;
	}

}
