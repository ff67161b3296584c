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

import io.github.natskv.kv.watch.LastError;
import io.github.natskv.listener.invocation.StreamDelivery;
import io.github.natskv.listener.invocation.SubjectPattern;
import org.jspecify.annotations.Nullable;

/**
 * Adapts messages of a stream to a handler method, and settles them. Nothing the handler
 * throws leaves it.
 */
public final class StreamAdapter implements StreamHandler {

	private final StreamCall<StreamDelivery> call;

	private final Settlement settlement;

	public StreamAdapter(StreamCall<StreamDelivery> call, Settlement settlement) {
		this.call = call;
		this.settlement = settlement;
	}

	@Override
	public @Nullable LastError lastError() {
		return this.call.invoker().lastError();
	}

	@Override
	public Settlement settlement() {
		return this.settlement;
	}

	@Override
	public void handle(StreamRun run) throws InterruptedException {
		HeldMessage message = run.take();
		if (message != null) {
			run.begin(message);
			try {
				handle(run, message);
			}
			finally {
				run.end(1);
			}
		}
	}

	private void handle(StreamRun run, HeldMessage message) {
		BoundConsumer bound = run.bound();
		SubjectPattern pattern = message.pattern();
		if (bound == null || this.settlement.refuse(message, bound) || pattern == null) {
			return;
		}
		long start = this.settlement.start();
		Throwable failure = this.call.call(message, message.message(), pattern);
		if (failure == null) {
			this.settlement.handled(message, run, start);
		}
		else {
			this.settlement.failed(message, failure, this.call.invoker().failed(message, failure), bound, start);
		}
	}

}
