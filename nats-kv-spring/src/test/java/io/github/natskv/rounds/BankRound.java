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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketTransaction;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueTimeoutException;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.support.Buckets;
import io.github.natskv.kv.support.DefaultKeyValueBuckets;
import io.github.natskv.provisioning.BucketConfigurations;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import org.awaitility.Awaitility;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Transfers between accounts, of which nobody ever sees another sum.
 */
final class BankRound extends TransactionalRound {

	private static final String BUCKET = "bank";

	private static final int ACCOUNTS = 100;

	private static final int THREADS = 16;

	private static final int BALANCE = 100;

	private static final int SUM = ACCOUNTS * BALANCE;

	private final KeyValueBucket<Integer> bank;

	/** What was transferred for certain, or perhaps: from, to and amount by id. */
	private final Map<String, int[]> certain = new ConcurrentHashMap<>();

	private final Map<String, int[]> unknown = new ConcurrentHashMap<>();

	private final Set<Integer> wrongSums = ConcurrentHashMap.newKeySet();

	private final AtomicInteger looks = new AtomicInteger();

	BankRound(RoundPlan<CommonFault> plan) throws Exception {
		super(plan, BUCKET);
		KeyValueConfiguration configuration = BucketConfigurations
			.withTransactions(KeyValueConfiguration.builder(BUCKET)
				.storageType(StorageType.File)
				.replicas(plan.topology().replicas())
				.maxHistoryPerKey(64)
				.build());
		servers().request((management) -> management.addStream(configuration.getBackingConfig()));
		this.bank = Buckets.access(direct()).bucket(BUCKET, Integer.class);
	}

	@Override
	public List<String> play() throws Exception {
		this.bank
			.transactionWithoutResult((tx) -> IntStream.range(0, ACCOUNTS).forEach((i) -> tx.put(account(i), BALANCE)));
		ExecutorService executor = Executors.newFixedThreadPool(THREADS + 2);
		Map<String, Integer> watched = new ConcurrentHashMap<>();
		try (DefaultKeyValueBuckets watching = Buckets.access(connect());
				BucketWatch watch = watching.bucket(BUCKET, Integer.class)
					.watchTransactions(WatchOptions.of("account.*"), (entries) -> {
						entries.forEach((entry) -> watched.put(entry.key(), entry.value()));
						look(watched.values().stream().mapToInt(Integer::intValue).sum());
					})) {
			assertThat(watch.awaitSnapshot(Duration.ofSeconds(10))).isTrue();
			List<Future<?>> futures = new ArrayList<>();
			for (int thread = 0; thread < THREADS; thread++) {
				int number = thread;
				KeyValueBucket<Integer> own = Buckets.access(connect()).bucket(BUCKET, Integer.class);
				futures.add(executor.submit(() -> transfer(own, number)));
			}
			KeyValueBucket<Integer> reading = Buckets.access(connect()).bucket(BUCKET, Integer.class);
			futures.add(executor
				.submit(() -> look(() -> reading.snapshot("account.*").stream().mapToInt(BucketEntry::value).sum())));
			futures.add(executor.submit(() -> look(() -> reading
				.transaction((tx) -> IntStream.range(0, ACCOUNTS).map((i) -> tx.get(account(i))).sum()))));
			disturb();
			for (Future<?> future : futures) {
				future.get(60, TimeUnit.SECONDS);
			}
			awaitConnected();
			verify(watched);
		}
		finally {
			executor.shutdownNow();
		}
		return this.wrongSums.stream().map((sum) -> "somebody saw the sum " + sum).toList();
	}

	@Override
	public String figures() {
		return "%d transfers for certain, %d unknown, %d sums looked at".formatted(this.certain.size(),
				this.unknown.size(), this.looks.get());
	}

	private void transfer(KeyValueBucket<Integer> own, int thread) {
		Random random = plan().random(thread);
		for (int n = 0; !isEnding(); n++) {
			int[] transfer = { random.nextInt(ACCOUNTS), random.nextInt(ACCOUNTS), 1 + random.nextInt(20) };
			String id = "transfer.%d-%d".formatted(thread, n);
			try {
				boolean done = own.transaction((tx) -> transfer(tx, id, transfer));
				if (done) {
					this.certain.put(id, transfer);
				}
			}
			catch (KeyValueTimeoutException ex) {
				this.unknown.put(id, transfer);
			}
			catch (DataAccessException ex) {
				// nothing was done
				pause();
			}
		}
	}

	private static boolean transfer(BucketTransaction<Integer> tx, String id, int[] transfer) {
		int balance = tx.get(account(transfer[0]));
		if (balance < transfer[2] || transfer[0] == transfer[1]) {
			return false;
		}
		tx.put(account(transfer[0]), balance - transfer[2]);
		tx.put(account(transfer[1]), tx.get(account(transfer[1])) + transfer[2]);
		tx.create(id, transfer[2]);
		return true;
	}

	private void look(IntSupplier sum) {
		while (!isEnding()) {
			try {
				look(sum.getAsInt());
			}
			catch (DataAccessException ex) {
				pause();
			}
		}
	}

	private void look(int sum) {
		this.looks.incrementAndGet();
		if (sum != SUM) {
			this.wrongSums.add(sum);
		}
	}

	private static void pause() {
		try {
			TimeUnit.MILLISECONDS.sleep(20);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	// an outcome that is not known is looked up
	private void verify(Map<String, Integer> watched) {
		int[] balances = new int[ACCOUNTS];
		Arrays.fill(balances, BALANCE);
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.ignoreExceptionsInstanceOf(DataAccessException.class)
			.until(() -> this.bank.keys("transfer.*").containsAll(this.certain.keySet()));
		Set<String> found = this.bank.keys("transfer.*");
		Map<String, int[]> all = new HashMap<>(this.certain);
		this.unknown.forEach((id, transfer) -> {
			if (found.contains(id)) {
				all.put(id, transfer);
			}
		});
		assertThat(all.keySet()).isEqualTo(found).hasSizeGreaterThan(20);
		all.values().forEach((transfer) -> {
			balances[transfer[0]] -= transfer[2];
			balances[transfer[1]] += transfer[2];
		});
		Map<String, Integer> expected = new HashMap<>();
		IntStream.range(0, ACCOUNTS).forEach((i) -> expected.put(account(i), balances[i]));
		Map<String, Integer> actual = new HashMap<>();
		this.bank.snapshot("account.*").forEach((entry) -> actual.put(entry.key(), entry.value()));
		assertThat(actual).isEqualTo(expected);
		Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(watched).isEqualTo(expected));
		assertThat(this.looks).hasValueGreaterThan(20);
	}

	private static String account(int number) {
		return "account." + number;
	}

}
