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

package io.github.natskv.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.natskv.testsupport.NatsCluster;
import io.nats.client.Connection;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for messages to a replicated stream whose leader changes.
 */
@Timeout(120)
class SendClusterTests {

	private static final int MESSAGES = 300;

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	@Test
	void eachMessageIsStoredOnceWhileLeadersStepDown() throws Exception {
		try (NatsCluster cluster = NatsCluster.start(); Connection connection = cluster.connect()) {
			createStream(connection);
			NatsTemplate template = new NatsTemplate(connection);
			List<CompletableFuture<PublishAck>> acks = new ArrayList<>();
			for (int i = 0; i < MESSAGES; i++) {
				if (i % 100 == 50) {
					stepDown(connection);
				}
				if (i % 3 == 0) {
					send(template, i);
				}
				else {
					acks.add(sendAsync(template, i));
				}
			}
			CompletableFuture.allOf(acks.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
			assertThat(connection.jetStreamManagement().getStreamInfo("events").getStreamState().getMsgCount())
				.isEqualTo(MESSAGES);
		}
	}

	private static void stepDown(Connection connection) throws InterruptedException {
		connection.request("$JS.API.STREAM.LEADER.STEPDOWN.events", null, TIMEOUT);
	}

	private static void createStream(Connection connection) throws Exception {
		connection.jetStreamManagement()
			.addStream(StreamConfiguration.builder()
				.name("events")
				.subjects("events.*")
				.replicas(3)
				.storageType(StorageType.Memory)
				.build());
	}

	private static SendOptions options(int number) {
		return SendOptions.of().messageId("id-" + number).timeout(TIMEOUT);
	}

	// as the exception says
	private static void send(NatsTemplate template, int number) {
		while (true) {
			try {
				template.send("events." + number, "" + number, options(number));
				return;
			}
			catch (NatsTimeoutException | NoStreamException ex) {
				// stored or not, it may be sent again
			}
		}
	}

	private static CompletableFuture<PublishAck> sendAsync(NatsTemplate template, int number) {
		return template.sendAsync("events." + number, "" + number, options(number))
			.exceptionallyCompose((ex) -> (ex instanceof NatsTimeoutException || ex instanceof NoStreamException)
					? sendAsync(template, number) : CompletableFuture.failedFuture(ex));
	}

}
