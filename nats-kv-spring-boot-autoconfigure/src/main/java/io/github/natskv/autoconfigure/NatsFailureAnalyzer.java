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

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import io.github.natskv.connection.ConnectionProblem;
import io.github.natskv.connection.NatsConnectionFailedException;
import io.github.natskv.embedded.EmbeddedNatsServerException;
import io.github.natskv.embedded.NatsServerBinaryNotFoundException;
import io.github.natskv.listener.InvalidListenerException;
import io.github.natskv.lock.InvalidLeaderOnlyException;
import io.github.natskv.provisioning.ProvisioningException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.StringUtils;

/**
 * Explains the exceptions of this library by which an application does not start: what is
 * wrong and what to do, each once and in sentences, whatever the texts of others end with
 * that they quote.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class NatsFailureAnalyzer implements FailureAnalyzer {

	private static final List<FailureAnalyzer> ANALYZERS = List.of(
			new ActionAnalyzer<>(ProvisioningException.class, ProvisioningException::getAction),
			new ActionAnalyzer<>(EmbeddedNatsServerException.class, EmbeddedNatsServerException::getProblem,
					NatsFailureAnalyzer::action),
			new ActionAnalyzer<>(InvalidListenerException.class, NatsFailureAnalyzer::description,
					InvalidListenerException::getAction),
			new ActionAnalyzer<>(InvalidLeaderOnlyException.class, InvalidLeaderOnlyException::getProblem,
					InvalidLeaderOnlyException::getAction),
			new ActionAnalyzer<>(InvalidNatsPropertyException.class, InvalidNatsPropertyException::getAction),
			new ActionAnalyzer<>(NatsConnectionFailedException.class, NatsFailureAnalyzer::action));

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		return ANALYZERS.stream()
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	private static String action(EmbeddedNatsServerException failure) {
		String action = failure.getAction();
		if (action == null) {
			return "Check 'nats.embedded.binary', 'nats.embedded.store-dir' and 'nats.embedded.listen-port'.";
		}
		return (failure instanceof NatsServerBinaryNotFoundException) ? action
				+ " To use a server that runs already, set 'nats.embedded.enabled=false' (in a test, remove '@EmbeddedNats') and 'nats.servers'."
				: action;
	}

	private static String description(InvalidListenerException failure) {
		return "Listener method %s cannot work: %s".formatted(failure.getMethod(), failure.getProblem());
	}

	private static String action(NatsConnectionFailedException failure) {
		String action = String.join(System.lineSeparator(), failure.getActions());
		return (failure.getConnection().isDefault() && failure.getProblems().contains(ConnectionProblem.NOBODY_LISTENS))
				? action + " For development, 'nats.embedded.enabled=true' starts one." : action;
	}

	// lists and quoted logs end as they are
	private static String sentence(String text) {
		return text.contains(System.lineSeparator()) ? text
				: StringUtils.trimTrailingCharacter(text.stripTrailing(), '.') + ".";
	}

	/**
	 * Finds exceptions of a type, which say what is wrong.
	 */
	private static final class ActionAnalyzer<T extends Exception> extends AbstractFailureAnalyzer<T> {

		private final Class<T> type;

		private final Function<T, String> description;

		private final Function<T, String> action;

		ActionAnalyzer(Class<T> type, Function<T, String> action) {
			this(type, (failure) -> String.valueOf(failure.getMessage()), action);
		}

		ActionAnalyzer(Class<T> type, Function<T, String> description, Function<T, String> action) {
			this.type = type;
			this.description = description;
			this.action = action;
		}

		@Override
		protected Class<? extends T> getCauseType() {
			return this.type;
		}

		@Override
		protected FailureAnalysis analyze(Throwable failure, T cause) {
			return new FailureAnalysis(sentence(this.description.apply(cause)), sentence(this.action.apply(cause)),
					cause);
		}

	}

}
