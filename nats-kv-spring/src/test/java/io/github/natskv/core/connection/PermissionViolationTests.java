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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PermissionViolationTests {

	@ParameterizedTest
	@CsvSource({ "Permissions Violation for Publish to \"orders.new\", publish, orders.new",
			"permissions violation for publish to \"orders.new\", publish, orders.new",
			"Permissions Violation for Publish with Reply of \"a.b\", publish, a.b",
			"Permissions Violation for Subscription to \"orders.*\", subscribe, orders.*",
			"Permissions Violation for Subscription to \"orders.*\" using queue \"workers\", subscribe, orders.*",
			"Permissions Violation for Subscription to \"_INBOX.BngPzhIM2QAaDz02MaUeBl.*\", subscribe, _INBOX.>",
			"Permissions Violation for Subscription to \"_INBOX.BngPzhIM2QAaDz02MaUeBl\", subscribe, _INBOX.>",
			"Permissions Violation for Subscription to \"cmd.*\" (sid \"2\"), subscribe, cmd.*",
			"Permissions Violation for Subscription to \"_INBOX.BngPzhIM2QAaDz02MaUeBl.*\" (sid \"12\"), subscribe, _INBOX.>",
			"Permissions Violation for Publish to \"a\\\"b\\\\c\", publish, a\"b\\c" })
	void namesOperationAndSubject(String error, String operation, String subject) {
		assertThat(PermissionViolation.of(error)).isEqualTo(new PermissionViolation(operation, subject));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "Stale Connection", "Invalid Subject", "Authorization Violation" })
	void otherErrorsAreNone(String error) {
		assertThat(PermissionViolation.of(error)).isNull();
	}

	@Test
	void saysWhatToDo() {
		assertThat(new PermissionViolation("publish", "a.b").describe()).isEqualTo(
				"the server does not allow the user to publish to 'a.b'. Allow it in the permissions of the user");
	}

}
