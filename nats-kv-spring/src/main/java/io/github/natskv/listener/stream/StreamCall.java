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

package io.github.natskv.listener.stream;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import io.github.natskv.listener.invocation.AsyncResults;
import io.github.natskv.listener.invocation.HandlerInvoker;
import io.github.natskv.listener.invocation.ResultType;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.github.natskv.observation.ListenerObservations;
import io.micrometer.observation.Observation;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Calls a handler method, waits for its result and sends it, observed.
 *
 * @param <D> what is delivered
 */
public final class StreamCall<D> {

	private final HandlerInvoker<D> invoker;

	private final ResultSender results;

	private final String connectionName;

	private final @Nullable ListenerObservations observations;

	public StreamCall(HandlerInvoker<D> invoker, ResultSender results, String connectionName,
			@Nullable ListenerObservations observations) {
		this.invoker = invoker;
		this.results = results;
		this.connectionName = connectionName;
		this.observations = observations;
	}

	HandlerInvoker<D> invoker() {
		return this.invoker;
	}

	// the message is what is observed; returns why it failed, if it did
	@Nullable Throwable call(D delivery, Message message, SubjectPattern pattern) {
		if (this.observations == null) {
			return attempt(delivery, pattern);
		}
		Observation observation = this.observations.start(message, this.connectionName, this.invoker.id(),
				pattern.subject());
		try (Observation.Scope scope = observation.openScope()) {
			Throwable failure = attempt(delivery, pattern);
			if (failure != null) {
				observation.error(failure);
			}
			return failure;
		}
		finally {
			observation.stop();
		}
	}

	private @Nullable Throwable attempt(D delivery, SubjectPattern pattern) {
		try {
			Object result = this.invoker.invoke(delivery, this.invoker.arguments(delivery, pattern));
			CompletionStage<?> stage = AsyncResults.stage(result);
			result = (stage != null) ? await(stage) : result;
			this.results.send(ResultType.isUnit(result) ? null : result);
			return null;
		}
		catch (Throwable ex) {
			return AsyncResults.cause(ex);
		}
	}

	private static @Nullable Object await(CompletionStage<?> stage) throws InterruptedException, ExecutionException {
		return stage.toCompletableFuture().get();
	}

}
