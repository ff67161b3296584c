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

import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.invocation.AsyncResults;
import io.github.natskv.listener.invocation.HandlerInvoker;
import io.github.natskv.listener.invocation.ResultType;
import io.github.natskv.listener.invocation.StreamDelivery;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.github.natskv.observation.ListenerObservations;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Adapts messages of a stream to a handler method: calls it, sends its result and settles
 * the message. Nothing the handler throws leaves it.
 */
public final class StreamAdapter implements StreamHandler {

	private final HandlerInvoker<StreamDelivery> invoker;

	private final Settlement settlement;

	private final ResultSender results;

	private final String connectionName;

	private final @Nullable ListenerObservations observations;

	public StreamAdapter(HandlerInvoker<StreamDelivery> invoker, Settlement settlement, ResultSender results,
			String connectionName, @Nullable ListenerObservations observations) {
		this.invoker = invoker;
		this.settlement = settlement;
		this.results = results;
		this.connectionName = connectionName;
		this.observations = observations;
	}

	@Override
	public @Nullable LastError lastError() {
		return this.invoker.lastError();
	}

	@Override
	public Settlement settlement() {
		return this.settlement;
	}

	@Override
	public void handle(StreamRun run) throws InterruptedException {
		HeldMessage message = run.take();
		if (message != null) {
			run.begin(1);
			try {
				handle(run, message);
			}
			finally {
				run.begin(-1);
			}
		}
	}

	private void handle(StreamRun run, HeldMessage message) {
		BoundConsumer bound = run.bound();
		SubjectPattern pattern = message.pattern();
		if (bound == null || this.settlement.refuse(message, bound) || pattern == null) {
			return;
		}
		if (this.observations == null) {
			handle(run, message, pattern, bound, null);
			return;
		}
		Observation observation = this.observations.start(message.message(), this.connectionName, this.invoker.id(),
				pattern.subject());
		try (Observation.Scope scope = observation.openScope()) {
			handle(run, message, pattern, bound, observation);
		}
		finally {
			observation.stop();
		}
	}

	private void handle(StreamRun run, HeldMessage message, SubjectPattern pattern, BoundConsumer bound,
			@Nullable Observation observation) {
		long start = this.settlement.start();
		try {
			Object result = call(message, pattern);
			this.results.send(ResultType.isUnit(result) ? null : result);
		}
		catch (Throwable ex) {
			Throwable failure = AsyncResults.cause(ex);
			if (observation != null) {
				observation.error(failure);
			}
			this.settlement.failed(message, failure, this.invoker.failed(message, failure), bound, start);
			return;
		}
		this.settlement.handled(message, run, start);
	}

	private @Nullable Object call(HeldMessage message, SubjectPattern pattern) throws Exception {
		Object result = this.invoker.invoke(message, this.invoker.arguments(message, pattern));
		return await(result);
	}

	static @Nullable Object await(@Nullable Object result) throws InterruptedException, ExecutionException {
		CompletionStage<?> stage = AsyncResults.stage(result);
		return (stage != null) ? stage.toCompletableFuture().get() : result;
	}

}
