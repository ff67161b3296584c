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

package io.github.natskv.provisioning;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.UnannouncedConnection;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.Mirror;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProvisioningTaskTests {

	@Test
	void aConnectionThatComesMeanwhileIsNotMissed() throws Exception {
		BucketDefinition definition = BucketDefinition.of("nats", "late", ProvisioningPolicy.CREATE,
				KeyValueConfiguration.builder("late").build());
		try (NatsServer server = NatsServer.start();
				Connection connection = server.connect();
				Provisioner provisioner = new Provisioner(UnannouncedConnection.of(connection),
						connection.jetStreamManagement(), List.of(definition))) {
			provisioner.provision();
			assertThat(connection.keyValueManagement().getBucketNames()).containsExactly("late");
			assertThat(provisioner.getFailures()).isEmpty();
		}
	}

	@Test
	void aMirrorIsMadeAfterWhatItMirrors() throws Exception {
		BucketDefinition mirror = definition("mirror",
				(builder) -> builder.mirror(Mirror.builder().sourceName("KV_origin").build()));
		BucketDefinition origin = definition("origin", UnaryOperator.identity());
		CountDownLatch mirrored = new CountDownLatch(1);
		AtomicBoolean early = new AtomicBoolean();
		try (NatsServer server = NatsServer.start();
				Connection connection = server.connect();
				ProvisioningTask provisioning = new ProvisioningTask(connection, List.of(mirror, origin),
						(definition) -> {
							if (definition == mirror) {
								mirrored.countDown();
							}
							else {
								early.set(isReached(mirrored, Duration.ofMillis(300)));
							}
						}, (definition) -> {
						})) {
			provisioning.provision(List.of(mirror, origin));
			assertThat(isReached(mirrored, Duration.ofSeconds(30))).isTrue();
			assertThat(early).isFalse();
		}
	}

	@Test
	void aBucketThatWasRefusedIsNotMadeByAWatchThatMissesIt() throws Exception {
		BucketDefinition part = definition("part", (builder) -> builder
			.mirror(Mirror.builder().sourceName("KV_origin").filterSubject("$KV.origin.a").build()));
		try (NatsServer server = NatsServer.start();
				Connection connection = server.connect();
				Provisioner provisioner = new Provisioner(UnannouncedConnection.of(connection),
						connection.jetStreamManagement(), List.of(part))) {
			connection.keyValueManagement().create(KeyValueConfiguration.builder("origin").build());
			provisioner.provision();
			assertThat(provisioner.getFailures()).containsOnlyKeys("bucket 'part'");
			provisioner.restoreBucket("part");
			assertThat(connection.keyValueManagement().getBucketNames()).containsExactly("origin");
		}
	}

	private static boolean isReached(CountDownLatch latch, Duration timeout) {
		try {
			return latch.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static BucketDefinition definition(String name, UnaryOperator<KeyValueConfiguration.Builder> options) {
		return BucketDefinition.of("nats", name, ProvisioningPolicy.CREATE,
				options.apply(KeyValueConfiguration.builder(name)).build());
	}

}
