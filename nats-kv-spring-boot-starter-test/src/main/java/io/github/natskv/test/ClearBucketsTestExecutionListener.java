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

package io.github.natskv.test;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.WatchStatus;
import io.github.natskv.listener.ListenerStatus;
import io.github.natskv.listener.NatsListenerRegistry;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import org.awaitility.Awaitility;

import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/**
 * Empties the buckets where there is {@link ClearBuckets}.
 */
class ClearBucketsTestExecutionListener extends AbstractTestExecutionListener {

	private static final String STREAM_PREFIX = "KV_";

	private static final Duration POLL_INTERVAL = Duration.ofMillis(2);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@Override
	public void beforeTestMethod(TestContext testContext) throws IOException, JetStreamApiException {
		if (AnnotatedElementUtils.hasAnnotation(testContext.getTestMethod(), ClearBuckets.class)
				|| TestContextAnnotationUtils.hasAnnotation(testContext.getTestClass(), ClearBuckets.class)) {
			empty(testContext.getApplicationContext());
		}
	}

	private static void empty(ApplicationContext context) throws IOException, JetStreamApiException {
		KeyValueBuckets buckets = context.getBean(KeyValueBuckets.class);
		NatsListenerRegistry registry = context.getBeanProvider(NatsListenerRegistry.class).getIfAvailable();
		Purge purge = (buckets instanceof InMemoryKeyValueBuckets inMemory) ? inMemory::empty
				: () -> purge(buckets, context.getBean(JetStreamManagement.class));
		if (registry == null) {
			purge.run();
			return;
		}
		Set<String> listeners = ids(registry, (watch) -> true);
		Set<String> working = ids(registry, (watch) -> watch.state() == WatchStatus.State.RUNNING);
		// paused, they have handled what they were given, and look for what is gone when
		// they go on
		listeners.forEach(registry::pause);
		try {
			purge.run();
		}
		finally {
			listeners.forEach(registry::resume);
		}
		Awaitility.await("listeners that have handled that their buckets are empty")
			.pollInterval(POLL_INTERVAL)
			.atMost(PATIENCE)
			.until(() -> ids(registry, ClearBucketsTestExecutionListener::isUpToDate).containsAll(working));
	}

	private static boolean isUpToDate(WatchStatus watch) {
		return watch.state() == WatchStatus.State.RUNNING && watch.lag() == 0;
	}

	private static Set<String> ids(NatsListenerRegistry registry, Predicate<WatchStatus> predicate) {
		return registry.statuses()
			.stream()
			.filter((status) -> status.running() && !status.paused())
			.filter((status) -> status.watch() != null && predicate.test(status.watch()))
			.map(ListenerStatus::id)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static void purge(KeyValueBuckets buckets, JetStreamManagement management)
			throws IOException, JetStreamApiException {
		for (String key : buckets.names()) {
			try {
				management.purgeStream(STREAM_PREFIX + buckets.keyValue(key).getBucketName());
			}
			catch (JetStreamApiException ex) {
				if (!JetStreamError.isStreamNotFound(ex)) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Empties the buckets.
	 */
	@FunctionalInterface
	private interface Purge {

		void run() throws IOException, JetStreamApiException;

	}

}
