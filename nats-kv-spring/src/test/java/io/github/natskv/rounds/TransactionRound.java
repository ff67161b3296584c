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

package io.github.natskv.rounds;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueNotConnectedException;
import io.github.natskv.kv.LocalCopySettings;
import io.github.natskv.kv.RevisionConflictException;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.rounds.TransactionHistory.Done;
import io.github.natskv.rounds.TransactionHistory.Outcome;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.awaitility.Awaitility;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random transactions of several threads, of which some have a local copy of the bucket,
 * while something happens to the servers, and whether some order explains all they, the
 * snapshots and the watches have seen.
 */
final class TransactionRound extends TransactionalRound {

	private static final String BUCKET = "round";

	private static final int THREADS = 6;

	private static final int KEYS = 8;

	private static final int LEAST = 20;

	private final List<Done> done = new CopyOnWriteArrayList<>();

	private final List<List<BucketEntry<String>>> lists = new CopyOnWriteArrayList<>();

	TransactionRound(RoundPlan<CommonFault> plan) throws Exception {
		super(plan, BUCKET);
		// every revision is kept, so that all is known in the end
		StreamConfiguration configuration = StreamConfiguration
			.builder(KeyValueConfiguration.builder(BUCKET)
				.storageType(StorageType.get(plan.settings().get(0)))
				.replicas(plan.topology().replicas())
				.build()
				.getBackingConfig())
			.maxMessagesPerSubject(-1)
			.allowAtomicPublish()
			.build();
		servers().request((management) -> management.addStream(configuration));
	}

	@Override
	public List<String> play() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(THREADS + 1);
		try (DefaultKeyValueBuckets watched = Buckets.access(connect());
				BucketWatch watch = watch(watched.bucket(BUCKET, String.class))) {
			List<Future<?>> futures = new ArrayList<>();
			for (int thread = 0; thread < THREADS; thread++) {
				BucketSettings plain = BucketSettings.of(BUCKET);
				BucketSettings settings = (thread % 3 == 0) ? plain.withLocalCopy(LocalCopySettings.ofAll()) : plain;
				Worker worker = new Worker(thread, plan().random(thread),
						Buckets.access(connect(), settings).bucket(BUCKET, String.class), this.done);
				futures.add(executor.submit(() -> worker.run(this::isEnding)));
			}
			KeyValueBucket<String> snapshots = Buckets.access(connect()).bucket(BUCKET, String.class);
			futures.add(executor.submit(() -> snapshots(snapshots)));
			disturb();
			for (Future<?> future : futures) {
				future.get(60, TimeUnit.SECONDS);
			}
			awaitConnected();
			return verify(Buckets.access(direct()).bucket(BUCKET, String.class));
		}
		finally {
			executor.shutdownNow();
		}
	}

	private long committed() {
		return this.done.stream().filter((one) -> one.outcome() == Outcome.COMMITTED).count();
	}

	@Override
	public String figures() {
		return committed() + " transactions";
	}

	// servers that have just been started may be slow to create a consumer
	private BucketWatch watch(KeyValueBucket<String> bucket) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.ignoreExceptionsInstanceOf(DataAccessException.class)
			.until(() -> bucket.watchTransactions(WatchOptions.of(), this.lists::add), Objects::nonNull);
	}

	private List<String> verify(KeyValueBucket<String> bucket) {
		Map<String, List<String>> versions = new HashMap<>();
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.ignoreExceptionsInstanceOf(DataAccessException.class)
			.until(() -> {
				IntStream.range(0, KEYS)
					.mapToObj((i) -> "k" + i)
					.forEach((key) -> versions.put(key, bucket.history(key).stream().map(BucketEntry::value).toList()));
				return true;
			});
		TransactionHistory history = new TransactionHistory(versions);
		this.done.forEach(history::add);
		List<String> offences = new ArrayList<>(history.problems());
		if (committed() <= LEAST) {
			offences.add("only %d transactions committed".formatted(committed()));
		}
		Map<String, Done> writers = new HashMap<>();
		this.done.forEach((one) -> one.writes().values().forEach((value) -> writers.put(value, one)));
		int values = versions.values().stream().mapToInt(List::size).sum();
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(this.lists.stream().mapToInt(List::size).sum()).isEqualTo(values));
		this.lists.forEach((list) -> assertThat(list.stream().map(BucketEntry::value))
			.containsExactlyInAnyOrderElementsOf(writers.get(list.get(0).value()).writes().values()));
		return offences;
	}

	private void snapshots(KeyValueBucket<String> bucket) {
		AtomicInteger count = new AtomicInteger();
		while (!isEnding()) {
			try {
				Map<String, String> reads = new HashMap<>();
				IntStream.range(0, KEYS).forEach((i) -> reads.put("k" + i, null));
				bucket.snapshot("*").forEach((entry) -> reads.put(entry.key(), entry.value()));
				this.done.add(new Done("snapshot " + count.incrementAndGet(), Outcome.COMMITTED, reads, Map.of()));
				TimeUnit.MILLISECONDS.sleep(5);
			}
			catch (DataAccessException ex) {
				// for as long as no server answers
			}
			catch (InterruptedException ex) {
				return;
			}
		}
	}

	/**
	 * Runs one transaction after the other.
	 */
	private record Worker(int number, Random random, KeyValueBucket<String> bucket, List<Done> done) {

		void run(BooleanSupplier ending) {
			for (int n = 0; !ending.getAsBoolean(); n++) {
				transact("t%d-%d".formatted(this.number, n));
			}
		}

		private void transact(String name) {
			List<String> keys = this.random.ints(0, KEYS)
				.distinct()
				.limit(1 + this.random.nextInt(4))
				.mapToObj((i) -> "k" + i)
				.collect(Collectors.toList());
			int reads = this.random.nextInt(keys.size() + 1);
			List<String> read = List.copyOf(keys.subList(0, reads));
			List<String> written = List.copyOf(keys.subList(this.random.nextInt(keys.size() + 1), keys.size()));
			Map<String, String> seen = new LinkedHashMap<>();
			Map<String, String> writes = written.stream().collect(Collectors.toMap((key) -> key, (key) -> name + key));
			Outcome outcome;
			try {
				this.bucket.transactionWithoutResult((tx) -> {
					seen.clear();
					read.forEach((key) -> seen.put(key, tx.get(key)));
					written.forEach((key) -> tx.put(key, writes.get(key)));
				});
				outcome = Outcome.COMMITTED;
			}
			catch (KeyValueNotConnectedException | RevisionConflictException ex) {
				outcome = Outcome.ABORTED;
				pause();
			}
			catch (DataAccessException ex) {
				outcome = Outcome.UNKNOWN;
				pause();
			}
			this.done.add(new Done(name, outcome, (outcome == Outcome.COMMITTED || !writes.isEmpty()) ? seen : Map.of(),
					writes));
		}

		private static void pause() {
			try {
				TimeUnit.MILLISECONDS.sleep(20);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
