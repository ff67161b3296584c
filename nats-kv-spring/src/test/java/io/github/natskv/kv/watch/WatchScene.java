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

package io.github.natskv.kv.watch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.StoredBytesCodec;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.jetstream.BucketValues;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueWatchOption;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StorageType;
import org.awaitility.Awaitility;

/**
 * A bucket, a connection for watches, one for everything else, and somebody who writes
 * all the time.
 */
final class WatchScene implements AutoCloseable {

	static final String BUCKET = "watched";

	static final String STREAM = "KV_" + BUCKET;

	private final List<String> urls;

	private final List<AutoCloseable> resources = new ArrayList<>();

	private final Connection watching;

	private final Connection other;

	private final BucketWatches watches;

	private KeyValueConfiguration configuration;

	private volatile boolean writing;

	private Thread writer;

	WatchScene(List<String> urls, KeyValueConfiguration.Builder configuration, boolean restore) throws Exception {
		this.urls = urls;
		this.configuration = configuration.name(BUCKET).build();
		this.watching = connect();
		this.other = connect();
		BucketRestorer restorer = restore ? (name) -> createBucket() : BucketRestorer.NONE;
		this.watches = new BucketWatches(this.watching, JetStreamOptions.DEFAULT_JS_OPTIONS, restorer,
				WatchSettings.defaults());
		// servers before 2.11 may still remove the files of a bucket of that name
		Awaitility.await().ignoreExceptions().until(() -> {
			createBucket();
			return true;
		});
	}

	static KeyValueConfiguration.Builder file() {
		return KeyValueConfiguration.builder();
	}

	static KeyValueConfiguration.Builder memory() {
		return KeyValueConfiguration.builder().storageType(StorageType.Memory);
	}

	private Connection connect() throws IOException, InterruptedException {
		Connection connection = Nats.connect(options().build());
		this.resources.add(0, connection);
		return connection;
	}

	private Options.Builder options() {
		return new Options.Builder().servers(this.urls.toArray(String[]::new))
			.maxReconnects(-1)
			.reconnectWait(Duration.ofMillis(50))
			.reconnectJitter(Duration.ZERO)
			.reconnectBufferSize(0)
			.pingInterval(Duration.ofMillis(500))
			.reconnectDelayHandler((tries) -> {
				await(this.reconnectGate);
				return Duration.ofMillis(50);
			})
			.reconnectDelayBehavior(Options.ReconnectDelayBehavior.BeforeAllRounds);
	}

	private volatile CountDownLatch reconnectGate = new CountDownLatch(0);

	private static void await(CountDownLatch latch) {
		try {
			latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	void createBucket() throws IOException, JetStreamApiException {
		this.other.keyValueManagement().create(this.configuration);
	}

	void deleteBucket() throws IOException, JetStreamApiException {
		this.other.keyValueManagement().delete(BUCKET);
	}

	/** Write keys fast. */
	void fill(int from, int to) throws Exception {
		List<CompletableFuture<PublishAck>> acks = new ArrayList<>();
		for (int i = from; i < to; i++) {
			acks.add(this.other.jetStream().publishAsync("$KV." + BUCKET + ".key." + i, ("initial" + i).getBytes()));
			if (acks.size() == 1000) {
				CompletableFuture.allOf(acks.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
				acks.clear();
			}
		}
		CompletableFuture.allOf(acks.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
	}

	KeyValue keyValue() throws IOException {
		return this.other.keyValue(BUCKET);
	}

	Connection watching() {
		return this.watching;
	}

	Connection other() {
		return this.other;
	}

	BucketWatches watches() {
		return this.watches;
	}

	static BucketValues<byte[]> values(String bucket) {
		return new BucketValues<>(new BucketKeys(BucketSettings.of(bucket), Options.DEFAULT_MAX_CONTROL_LINE),
				byte[].class, StoredBytesCodec.INSTANCE);
	}

	static WatchLoop create(BucketWatches watches, String bucket, BucketWatchHandler<byte[]> handler,
			WatchOptions options) {
		return watches.create(values(bucket), options, handler, (recoveries) -> {
		});
	}

	WatchLoop open(String bucket, BucketWatchHandler<byte[]> handler, WatchOptions options)
			throws IOException, JetStreamApiException {
		WatchLoop watch = create(this.watches, bucket, handler, options);
		watch.openAndStart();
		return watch;
	}

	WatchLoop watch(BucketWatchHandler<byte[]> handler, WatchOptions options)
			throws IOException, JetStreamApiException {
		WatchLoop watch = open(BUCKET, handler, options);
		this.resources.add(0, watch);
		return watch;
	}

	/** Overwrite and delete random keys until told to stop, whatever happens. */
	void startWriting(int keys) throws Exception {
		Connection connection = connect();
		KeyValueOptions options = KeyValueOptions.builder().jsRequestTimeout(Duration.ofMillis(250)).build();
		KeyValue keyValue = connection.keyValue(BUCKET, options);
		Random random = new Random(42);
		this.writing = true;
		this.writer = new Thread(() -> {
			for (int i = 0; this.writing; i++) {
				String key = "key." + random.nextInt(keys);
				try {
					if (random.nextInt(10) == 0) {
						keyValue.delete(key);
					}
					else {
						keyValue.put(key, "written" + i);
					}
				}
				catch (Exception ex) {
					LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
				}
			}
		}, "scene-writer");
		this.writer.start();
	}

	void stopWriting() throws InterruptedException {
		this.writing = false;
		if (this.writer != null) {
			this.writer.join();
		}
	}

	/** Take the watching connection down and keep it down while something happens. */
	void whileDisconnected(Action action) throws Exception {
		awaitJetStream();
		this.reconnectGate = new CountDownLatch(1);
		Thread reconnecting = new Thread(() -> {
			try {
				this.watching.forceReconnect();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
		reconnecting.start();
		try {
			Awaitility.await().until(() -> this.watching.getStatus() != Connection.Status.CONNECTED);
			action.run();
		}
		finally {
			this.reconnectGate.countDown();
		}
		reconnecting.join();
	}

	/** Wait until JetStream answers on the watching connection. */
	void awaitJetStream() {
		JetStreamOptions options = JetStreamOptions.builder().requestTimeout(Duration.ofMillis(200)).build();
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(5))
			.ignoreExceptions()
			.until(() -> this.watching.jetStreamManagement(options).getStreamInfo(STREAM) != null);
	}

	/**
	 * Wait until JetStream makes consumers, which in a cluster takes an elected leader.
	 */
	void awaitConsumersAreMade() {
		JetStreamOptions options = JetStreamOptions.builder().requestTimeout(Duration.ofSeconds(1)).build();
		ConsumerConfiguration probe = ConsumerConfiguration.builder()
			.numReplicas(1)
			.memStorage(true)
			.inactiveThreshold(Duration.ofSeconds(1))
			.build();
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(5))
			.ignoreExceptions()
			.until(() -> this.other.jetStreamManagement(options).addOrUpdateConsumer(STREAM, probe) != null);
	}

	/** What the bucket holds, as jnats sees it. */
	Map<String, String> contents() {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.ignoreExceptions()
			.until(this::readContents, Objects::nonNull);
	}

	private Map<String, String> readContents() throws Exception {
		Map<String, String> contents = new HashMap<>();
		CountDownLatch end = new CountDownLatch(1);
		KeyValueWatcher watcher = new KeyValueWatcher() {

			@Override
			public void watch(KeyValueEntry entry) {
				contents.put(entry.getKey(), entry.getValueAsString());
			}

			@Override
			public void endOfData() {
				end.countDown();
			}

		};
		try (AutoCloseable subscription = keyValue().watchAll(watcher, KeyValueWatchOption.IGNORE_DELETE)) {
			return end.await(3, TimeUnit.SECONDS) ? contents : null;
		}
	}

	/** The consumers of our watches. */
	List<String> consumers() throws IOException, JetStreamApiException {
		return this.other.jetStreamManagement()
			.getConsumerNames(STREAM)
			.stream()
			.filter((name) -> name.startsWith("kvwatch-"))
			.toList();
	}

	static long watchThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("nats-watch-"))
			.count();
	}

	@Override
	public void close() throws Exception {
		this.reconnectGate.countDown();
		stopWriting();
		for (AutoCloseable resource : this.resources) {
			resource.close();
		}
	}

	interface Action {

		void run() throws Exception;

	}

}
