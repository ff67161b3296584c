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

package io.github.natskv.listener.subject;

import java.util.List;

import io.github.natskv.listener.ListenerInstrumentation;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskExecutor;

/**
 * A listener, ready to be run.
 *
 * @param id the id
 * @param description where it is declared, for messages
 * @param subjects what to subscribe
 * @param queue the queue group, if any
 * @param concurrency how many messages are handled at a time
 * @param connection the connection to subscribe on
 * @param taskExecutor what runs handlers where the concurrency is above 1, {@code null}
 * for threads of the listener's own
 * @param listener what handles the messages
 * @param recorder what measures them, if anything
 */
public record ListenerEndpoint(String id, String description, List<SubjectPattern> subjects, @Nullable String queue,
		int concurrency, Connection connection, @Nullable TaskExecutor taskExecutor, MessageAdapter listener,
		ListenerInstrumentation.@Nullable Recorder recorder) {

}
