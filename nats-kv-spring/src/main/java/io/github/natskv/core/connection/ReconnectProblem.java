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

import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a connection that was lost is not connected again. Implemented by the
 * error listener of a connection, if that is the one of the auto-configuration.
 *
 * @since 0.1.0
 */
public interface ReconnectProblem {

	/**
	 * Return why the last attempts to connect again failed, by server, without secrets.
	 * @return the reason, or {@code null} while connected or not known
	 */
	@Nullable String reconnectProblem();

	/**
	 * Return why the last attempts to connect again failed.
	 * @return the reason, or {@code null} if it is connected or nothing is known
	 */
	static @Nullable String of(Connection connection) {
		return (connection.getOptions().getErrorListener() instanceof ReconnectProblem listener)
				? listener.reconnectProblem() : null;
	}

}
