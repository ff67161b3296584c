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

import java.io.IOException;
import java.util.concurrent.ExecutionException;

import io.github.natskv.core.connection.UserInfo;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * An attempt to connect that failed.
 *
 * @param address host and port that were tried, or {@code null} if that is not known
 * @param problem why it failed
 * @param detail what the server or Java says about it, or {@code null}
 */
public record ConnectionFailure(@Nullable String address, ConnectionProblem problem, @Nullable String detail) {

	static ConnectionFailure of(@Nullable NatsDataPort port, @Nullable String serverError, Exception exception,
			Options options) {
		String address = (port != null) ? port.address() : null;
		String error = (serverError == null && port != null) ? port.getRefusal() : serverError;
		if (error != null) {
			return new ConnectionFailure(address, ConnectionProblem.ofServerError(error), error);
		}
		if (port != null && port.isTimedOut()) {
			return new ConnectionFailure(address, ConnectionProblem.SILENT, null);
		}
		ConnectionProblem problem = ConnectionProblem.of(exception, options.isTlsFirst());
		if (port == null || (problem != ConnectionProblem.SILENT && problem != ConnectionProblem.OTHER)) {
			return new ConnectionFailure(address, problem, detail(problem, exception));
		}
		IOException readFailure = port.getReadFailure();
		ConnectionProblem readProblem = (readFailure != null) ? ConnectionProblem.of(readFailure, options.isTlsFirst())
				: ConnectionProblem.OTHER;
		if (readFailure != null && readProblem != ConnectionProblem.OTHER) {
			return new ConnectionFailure(address, readProblem, detail(readProblem, readFailure));
		}
		if (port.isEncrypting() && (port.isEnded() || problem == ConnectionProblem.OTHER)) {
			problem = ConnectionProblem.TLS_ENDED;
		}
		return new ConnectionFailure(address, problem, detail(problem, exception));
	}

	private static @Nullable String detail(ConnectionProblem problem, Throwable reason) {
		return switch (problem) {
			case SILENT, TLS_REQUIRED, TLS_NOT_OFFERED, TLS_FIRST_NOT_OFFERED, NO_WEBSOCKET, REFUSED, TLS_ENDED -> null;
			case CERTIFICATE_EXPIRED, CERTIFICATE_UNTRUSTED, CERTIFICATE_OF_ANOTHER_HOST -> last(reason).getMessage();
			default -> (reason instanceof ExecutionException && reason.getCause() != null) ? text(reason.getCause())
					: text(reason);
		};
	}

	private static Throwable last(Throwable reason) {
		Throwable last = reason;
		while (last.getCause() != null) {
			last = last.getCause();
		}
		return last;
	}

	private static String text(Throwable reason) {
		return (reason.getMessage() != null) ? reason.getMessage() : reason.getClass().getSimpleName();
	}

	// Why it failed, in a sentence without its end
	public String describe() {
		return this.problem.getFound() + ((this.detail != null)
				? " (" + StringUtils.trimTrailingCharacter(UserInfo.mask(this.detail), '.') + ")" : "");
	}

}
