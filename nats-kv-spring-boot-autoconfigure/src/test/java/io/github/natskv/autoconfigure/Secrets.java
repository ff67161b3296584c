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

package io.github.natskv.autoconfigure;

import java.io.PrintWriter;
import java.io.StringWriter;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks for secrets where they must not be.
 */
final class Secrets {

	private Secrets() {
	}

	static void assertNotIn(AssertableApplicationContext failed, String... secrets) {
		StringWriter trace = new StringWriter();
		failed.getStartupFailure().printStackTrace(new PrintWriter(trace));
		assertThat(trace.toString()).doesNotContain(secrets);
		assertThat(FailureAnalyses.of(failed).getDescription()).doesNotContain(secrets);
		assertThat(FailureAnalyses.of(failed).getAction()).doesNotContain(secrets);
	}

}
