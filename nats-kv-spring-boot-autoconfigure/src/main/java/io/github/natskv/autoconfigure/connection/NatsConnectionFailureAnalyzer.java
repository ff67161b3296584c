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

package io.github.natskv.autoconfigure.connection;

import io.github.natskv.connection.ConnectionProblem;
import io.github.natskv.connection.NatsConnectionFailedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains a {@link NatsConnectionFailedException}.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class NatsConnectionFailureAnalyzer extends AbstractFailureAnalyzer<NatsConnectionFailedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NatsConnectionFailedException cause) {
		String action = String.join(System.lineSeparator(), cause.getActions());
		if (cause.getConnection().isDefault() && cause.getProblems().contains(ConnectionProblem.NOBODY_LISTENS)) {
			action += " For development, 'nats.embedded.enabled=true' starts one.";
		}
		return new FailureAnalysis(cause.getMessage(), action, cause);
	}

}
