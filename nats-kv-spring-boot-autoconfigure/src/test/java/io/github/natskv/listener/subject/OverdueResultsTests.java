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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class OverdueResultsTests {

	private final OverdueResults results = new OverdueResults("orders", 3, Duration.ofMillis(1));

	@Test
	void aResultThatDoesNotComeIsReportedOnceAndWaitedFor(CapturedOutput output) {
		for (int i = 0; i < 2; i++) {
			CompletableFuture<String> result = new CompletableFuture<>();
			CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> await(result));
			Awaitility.await().until(() -> output.toString().contains("Listener 'orders' has not gone on"));
			assertThat(waiting).isNotDone();
			result.complete("late");
			assertThat(waiting).succeedsWithin(Duration.ofSeconds(10));
		}
		assertThat(output).containsOnlyOnce("has not gone on");
	}

	@Test
	void messagesThatAreNotFinishedAreReportedOnceAndWaitedFor(CapturedOutput output) {
		Semaphore permits = new Semaphore(0);
		for (int i = 0; i < 2; i++) {
			CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> await(permits));
			Awaitility.await().until(() -> output.toString().contains("none of the 3 messages"));
			assertThat(waiting).isNotDone();
			permits.release();
			assertThat(waiting).succeedsWithin(Duration.ofSeconds(10));
			assertThat(permits.availablePermits()).isZero();
		}
		assertThat(output).containsOnlyOnce("has not gone on");
	}

	@Test
	void whatIsThereInTimeIsNotReported(CapturedOutput output) throws Exception {
		OverdueResults patient = new OverdueResults("patient", 1, Duration.ofMinutes(1));
		patient.await(CompletableFuture.completedFuture("result"));
		patient.await(new Semaphore(1));
		assertThat(output).doesNotContain("has not gone on");
	}

	private void await(CompletableFuture<?> result) {
		try {
			this.results.await(result);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void await(Semaphore permits) {
		try {
			this.results.await(permits);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
