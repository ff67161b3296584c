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

package io.github.natskv.autoconfigure.embedded;

import io.github.natskv.embedded.EmbeddedNatsServerException;
import io.github.natskv.embedded.NatsServerBinaryNotFoundException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains why the embedded server did not start.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class EmbeddedNatsFailureAnalyzer extends AbstractFailureAnalyzer<EmbeddedNatsServerException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, EmbeddedNatsServerException cause) {
		String action = (cause instanceof NatsServerBinaryNotFoundException)
				? "Set 'nats.embedded.binary', or put nats-server on the PATH. To use a server that runs already, set 'nats.embedded.enabled=false' (in a test, remove '@EmbeddedNats') and 'nats.servers'."
				: "Check 'nats.embedded.binary', 'nats.embedded.store-dir' and 'nats.embedded.listen-port'.";
		return new FailureAnalysis(cause.getMessage(), action, cause);
	}

}
