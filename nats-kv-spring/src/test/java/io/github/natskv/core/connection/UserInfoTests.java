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
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class UserInfoTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			nats://app:pass@h:4222                                    | nats://***@h:4222
			nats://app:pa,ss@h:4222                                   | nats://***@h:4222
			nats://app:pa/ss@h:4222                                   | nats://***@h:4222
			nats://app:p@ss@h:4222                                    | nats://***@h:4222
			tls://token@h                                             | tls://***@h
			app:pass@h:4222                                           | ***@h:4222
			app:pa,ss@h:4222                                          | ***@h:4222
			nats://a:1,nats://u:p@b:2                                 | nats://a:1,nats://***@b:2
			nats://u:p,w@a:1,ws://u:p,w@b:2                           | nats://***@a:1,ws://***@b:2
			[nats://u:p,w@a:1, u:p@b]                                 | [nats://***@a:1, ***@b]
			Illegal character at index 3: nats://u:p^w,@h:1           | Illegal character at index 3: nats://***@h:1
			Unable to connect (nats://u:p@h) to u:p@h                 | Unable to connect (nats://***@h) to ***@h
			""")
	void usersAndPasswordsAreMasked(String text, String masked) {
		assertThat(UserInfo.mask(text)).isEqualTo(masked);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "nats://h:4222", "nats://a:1,tls://b:2", "h:4222", "Connection refused: h:4222" })
	void whatHasNoneIsLeftAlone(String text) {
		assertThat(UserInfo.mask(text)).isEqualTo(text);
	}

	@Test
	void aLongTextIsMasked() {
		assertThat(UserInfo.mask("x".repeat(100_000) + " nats://" + "y".repeat(100_000) + "@h"))
			.isEqualTo("x".repeat(100_000) + " nats://***@h");
	}

}
