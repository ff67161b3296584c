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

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

import io.github.natskv.core.NatsException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * A listener method that cannot work. Thrown at start-up.
 *
 * @since 0.1.0
 */
public class InvalidListenerException extends NatsException {

	private final String method;

	private final String problem;

	private final String action;

	public InvalidListenerException(Method method, String problem, String action) {
		this(method, problem, action, null);
	}

	public InvalidListenerException(Method method, String problem, String action, @Nullable Throwable cause) {
		super("Listener method " + describe(method) + " cannot work: " + withoutFullStop(problem) + ". " + action,
				cause);
		this.method = describe(method);
		this.problem = withoutFullStop(problem);
		this.action = action;
	}

	/**
	 * Return the method, with its class and parameter types.
	 * @return the method
	 */
	public String getMethod() {
		return this.method;
	}

	/**
	 * Return what is wrong.
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

	// it may quote the message of an exception
	private static String withoutFullStop(String problem) {
		return StringUtils.trimTrailingCharacter(problem, '.');
	}

	public static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName()
				+ Arrays.stream(method.getParameterTypes())
					.map(Class::getSimpleName)
					.collect(Collectors.joining(", ", "(", ")"));
	}

}
