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

package io.github.natskv.connection;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.natskv.core.NatsException;
import io.github.natskv.core.connection.UserInfo;
import io.nats.client.AuthenticationException;
import io.nats.client.Options;

/**
 * No connection could be made: which servers were tried, what was found there, and what
 * to do.
 */
public final class NatsConnectionFailedException extends NatsException {

	private final ConnectionName connection;

	private final List<String> servers;

	private final List<String> reasons;

	private final Set<ConnectionProblem> problems;

	private NatsConnectionFailedException(ConnectionName connection, List<String> servers, List<String> reasons,
			Set<ConnectionProblem> problems) {
		super(message(connection, servers, reasons));
		this.connection = connection;
		this.servers = servers;
		this.reasons = reasons;
		this.problems = problems;
	}

	private static String message(ConnectionName connection, List<String> servers, List<String> reasons) {
		String message = "%sCannot connect to NATS at %s:".formatted(connection.logPrefix(),
				String.join(", ", servers));
		return (reasons.size() == 1) ? message + " " + reasons.get(0) + "."
				: message + reasons.stream().map("%n  - %s"::formatted).collect(Collectors.joining());
	}

	// Without a cause, as the one of jnats quotes users and passwords
	public static NatsConnectionFailedException of(ConnectionName connection, Options options, Exception exception,
			List<ConnectionFailure> failures) {
		List<String> servers = options.getServers().stream().map(Object::toString).map(UserInfo::mask).toList();
		List<ConnectionFailure> all = failures.isEmpty() ? List.of(ofException(exception)) : failures;
		Set<ConnectionProblem> problems = all.stream()
			.map(ConnectionFailure::problem)
			.collect(Collectors.toCollection(LinkedHashSet::new));
		List<String> reasons = all.stream()
			.map((failure) -> ((all.size() > 1) ? failure.address() + ": " : "") + describe(failure, options))
			.map(connection::named)
			.toList();
		return new NatsConnectionFailedException(connection, servers, reasons, problems);
	}

	private static ConnectionFailure ofException(Exception exception) {
		return new ConnectionFailure(null, (exception instanceof AuthenticationException)
				? ConnectionProblem.LOGIN_REFUSED : ConnectionProblem.OTHER, exception.getMessage());
	}

	private static String describe(ConnectionFailure failure, Options options) {
		return failure.describe() + ((failure.problem() == ConnectionProblem.LOGIN_REFUSED)
				? ", tried " + LoginDescription.of(options) : "");
	}

	public ConnectionName getConnection() {
		return this.connection;
	}

	List<String> getServers() {
		return this.servers;
	}

	// What was found, by server where there are several.
	List<String> getReasons() {
		return this.reasons;
	}

	public Set<ConnectionProblem> getProblems() {
		return this.problems;
	}

	// What to do, a text for each problem.
	public List<String> getActions() {
		return this.problems.stream().map(ConnectionProblem::getAction).map(this.connection::named).toList();
	}

}
