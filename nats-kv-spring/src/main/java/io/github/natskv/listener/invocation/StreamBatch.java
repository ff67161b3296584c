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

package io.github.natskv.listener.invocation;

import java.util.List;

import io.github.natskv.listener.Acknowledgment;
import io.nats.client.Message;

/**
 * Messages of a stream that are handled together.
 *
 * @param messages the messages, at least one
 * @param values what their payloads were converted to
 * @param acknowledgment acknowledges all of them
 */
public record StreamBatch(List<Message> messages, List<Object> values, Acknowledgment acknowledgment) {

}
