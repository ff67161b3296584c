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

package io.github.natskv.listener;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A message that a {@code @JetStreamListener} could not handle, as the stream of its dead
 * letters keeps it.
 *
 * @param listenerId the id of the listener
 * @param sequence the sequence in the stream of the dead letters
 * @param created when it became a dead letter
 * @param stream the stream it comes from
 * @param originalSequence its sequence there
 * @param subject its subject there
 * @param deliveries how often it had been delivered
 * @param reason the reason
 * @param headers its headers; those that begin with {@code Nats-} have the prefix
 * {@code Original-}
 * @param payload its payload
 * @since 0.1.0
 */
public record DeadLetter(String listenerId, long sequence, @Nullable Instant created, String stream,
		long originalSequence, String subject, long deliveries, String reason, Map<String, List<String>> headers,
		byte[] payload) {

}
