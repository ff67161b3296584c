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

package io.github.natskv.core.connection;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

import io.nats.client.Connection;

/**
 * Remembers servers that have just been waited for in vain, so that what ends one after
 * the other while an application closes waits for them once altogether.
 *
 * @since 0.1.0
 */
public final class ServerSilence {

	private static final Duration REMEMBERED = Duration.ofSeconds(3);

	private static final Map<Connection, Long> silent = Collections.synchronizedMap(new WeakHashMap<>());

	private ServerSilence() {
	}

	/**
	 * Whether a server has been waited for in vain within the last 3 s. It is not to be
	 * pinged again either: jnats gives a connection up that has too many pings
	 * outstanding, and what was sent before is lost with it.
	 * @return whether to wait for no more than a moment
	 */
	public static boolean isKnown(Connection connection) {
		Long since = silent.get(connection);
		return since != null && System.nanoTime() - since < REMEMBERED.toNanos();
	}

	/** Note that a server was waited for in vain. */
	public static void begin(Connection connection) {
		silent.put(connection, System.nanoTime());
	}

	/** Note that a server has answered. */
	public static void end(Connection connection) {
		silent.remove(connection);
	}

}
