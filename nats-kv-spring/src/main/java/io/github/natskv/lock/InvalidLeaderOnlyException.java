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

package io.github.natskv.lock;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

import io.github.natskv.core.NatsException;

/**
 * A {@link io.github.natskv.annotation.LeaderOnly} method that cannot be left to the
 * leader. Thrown at start-up.
 *
 * @since 0.1.0
 */
public class InvalidLeaderOnlyException extends NatsException {

	private final String problem;

	private final String action;

	InvalidLeaderOnlyException(Method method, String problem, String action) {
		super("%s %s. %s".formatted(describe(method), problem, action));
		this.problem = describe(method) + " " + problem;
		this.action = action;
	}

	/**
	 * Return the method, and what is wrong with it.
	 * @return the problem
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * Return what to do about it.
	 * @return the action
	 */
	public String getAction() {
		return this.action;
	}

	private static String describe(Method method) {
		return "@LeaderOnly method %s.%s%s".formatted(method.getDeclaringClass().getName(), method.getName(),
				Arrays.stream(method.getParameterTypes())
					.map(Class::getSimpleName)
					.collect(Collectors.joining(", ", "(", ")")));
	}

}
