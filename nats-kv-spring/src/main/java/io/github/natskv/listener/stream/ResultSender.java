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

import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.natskv.core.MessageContent;
import io.github.natskv.core.MessageWriter;
import io.github.natskv.core.NatsHeaders;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.SendOptions;
import org.jspecify.annotations.Nullable;

/**
 * Sends what handlers return to the subjects of their {@code @SendTo}, and waits until
 * streams have stored it.
 */
public final class ResultSender {

	private final NatsOperations operations;

	private final MessageWriter writer;

	private final List<String> subjects;

	public ResultSender(NatsOperations operations, MessageWriter writer, List<String> subjects) {
		this.operations = operations;
		this.writer = writer;
		this.subjects = subjects;
	}

	void send(@Nullable Object result) {
		if (result == null || this.subjects.isEmpty()
				|| (result instanceof Optional<?> optional && optional.isEmpty())) {
			return;
		}
		MessageContent content = this.writer.write(result, null);
		Map<String, Object> headers = NatsHeaders.toMap(content.headers());
		for (String subject : this.subjects) {
			this.operations.send(subject, content.payload(), SendOptions.of().headers(headers));
		}
	}

}
