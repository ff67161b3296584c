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

/**
 * Recognizes the connection of a test that mocks it and has told it nothing yet: it has
 * no status. There is no server to be asked or waited for behind it.
 */
public final class MockedConnection {

	private MockedConnection() {
	}

	public static boolean is(Connection connection) {
		return connection.getStatus() == null;
	}

}
