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

package io.github.natskv.autoconfigure;

import io.github.natskv.core.NatsException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.origin.Origin;

/**
 * A {@code nats.*} property has a value that cannot work.
 */
public class InvalidNatsPropertyException extends NatsException {

	private final String property;

	private final @Nullable Origin origin;

	private final String problem;

	private final String action;

	public InvalidNatsPropertyException(String property, String problem, String action) {
		this(property, problem, action, null);
	}

	public InvalidNatsPropertyException(String property, String problem, String action, @Nullable Throwable cause) {
		this(property, null, problem, action, cause);
	}

	private InvalidNatsPropertyException(String property, @Nullable Origin origin, String problem, String action,
			@Nullable Throwable cause) {
		super("'" + property + "'" + ((origin != null) ? " (from " + origin + "): " : ": ") + problem, cause);
		this.property = property;
		this.origin = origin;
		this.problem = problem;
		this.action = action;
	}

	/**
	 * Say where the property is set.
	 * @param origin the file and line, or the environment variable
	 * @return an exception that says it, unless this one does or there is no origin
	 */
	public InvalidNatsPropertyException from(@Nullable Origin origin) {
		return (origin == null || this.origin != null) ? this
				: new InvalidNatsPropertyException(this.property, origin, this.problem, this.action, getCause());
	}

	public String getProperty() {
		return this.property;
	}

	String getAction() {
		return this.action;
	}

}
