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

package io.github.natskv.autoconfigure.lock;

import java.util.UUID;

import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.lock.BucketLease;
import io.github.natskv.lock.BucketLocks;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The locks of the configuration.
 */
class NatsLockAutoConfigurationTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final String bucket = "l" + UUID.randomUUID();

	private final ApplicationContextRunner plain = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class, NatsLockAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url());

	private final ApplicationContextRunner runner = this.plain.withPropertyValues("nats.locks.bucket=" + this.bucket);

	private static void assumeNew() throws Exception {
		try (Connection connection = server.connect()) {
			assumeTrue(connection.getServerInfo().isSameOrNewerThanVersion("2.11.0"));
		}
	}

	@Test
	void applicationsShareLocksOfABucketThatIsMade() throws Exception {
		assumeNew();
		this.runner.run((one) -> this.runner.run((two) -> {
			try (BucketLease lease = one.getBean(BucketLocks.class).tryAcquire("reports")) {
				assertThat(lease).isNotNull();
				assertThat(two.getBean(BucketLocks.class).tryAcquire("reports")).isNull();
			}
			StreamConfiguration stream = one.getBean(Connection.class)
				.jetStreamManagement()
				.getStreamInfo("KV_" + this.bucket)
				.getConfiguration();
			assertThat(stream.getStorageType()).isEqualTo(StorageType.File);
			assertThat(stream.getMaxMsgsPerSubject()).isEqualTo(1);
			assertThat(stream.getSubjectDeleteMarkerTtl()).hasSeconds(1);
		}));
	}

	@Test
	void fencingTokensGrowWhenTheBucketIsMadeAgain() throws Exception {
		assumeNew();
		long[] token = new long[1];
		this.runner.run((context) -> {
			try (BucketLease lease = context.getBean(BucketLocks.class).tryAcquire("reports")) {
				token[0] = lease.fencingToken();
			}
			context.getBean(Connection.class).keyValueManagement().delete(this.bucket);
		});
		this.runner.withPropertyValues("nats.kv.buckets." + this.bucket + ".limit-marker-ttl=1s").run((context) -> {
			try (BucketLease lease = context.getBean(BucketLocks.class).tryAcquire("reports")) {
				assertThat(lease.fencingToken()).isGreaterThan(token[0]);
			}
		});
	}

	@Test
	void locksAreGivenUpWhenTheApplicationEnds() throws Exception {
		assumeNew();
		this.runner.run((context) -> assertThat(context.getBean(BucketLocks.class).tryAcquire("reports")).isNotNull());
		this.runner.run((context) -> assertThat(context.getBean(BucketLocks.class).tryAcquire("reports")).isNotNull());
	}

	@Test
	void theBucketMayBeOnAnotherConnection() throws Exception {
		assumeNew();
		this.runner.withPropertyValues("nats.connections.other.servers=" + server.url(), "nats.locks.connection=other")
			.run((context) -> assertThat(context.getBean(BucketLocks.class).tryAcquire("reports")).isNotNull());
	}

	@Test
	void nothingIsMadeWithoutABucket() {
		this.plain.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(BucketLocks.class));
	}

	@Test
	void badOptionsAreRefused() {
		assertRefused("nats.locks.lease", "nats.locks.lease=1500ms");
		assertRefused("nats.locks.connection", "nats.locks.connection=other");
		assertRefused("nats.locks.bukket", "nats.locks.bukket=a");
		assertRefused("nats.locks.bucket", "nats.locks.bucket=a b");
	}

	private void assertRefused(String property, String value) {
		this.runner.withPropertyValues(value)
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining(property));
	}

}
