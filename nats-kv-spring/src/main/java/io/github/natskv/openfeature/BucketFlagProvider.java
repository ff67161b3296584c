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

package io.github.natskv.openfeature;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.EventProvider;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.ProviderEventDetails;
import dev.openfeature.sdk.Reason;
import dev.openfeature.sdk.Value;
import dev.openfeature.sdk.exceptions.GeneralError;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.BucketWatch;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.WatchOptions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * An OpenFeature provider whose flags are the keys of a bucket, with JSON values. A watch
 * keeps all flags in memory, each parsed once per revision, so an evaluation asks nobody,
 * and goes on with the last known flags while there is no connection.
 * <p>
 * Until the flags have been read the provider is not ready; when that takes longer than
 * the timeout, it is in error, goes on trying, and becomes ready later. Changes of flags
 * are events of the provider.
 *
 * @since 0.1.0
 */
public final class BucketFlagProvider extends EventProvider {

	private static final Log logger = LogFactory.getLog(BucketFlagProvider.class);

	private static final long RETRY_MILLIS = 500;

	private static final Duration WAIT = Duration.ofMillis(500);

	private final KeyValueBucket<byte[]> bucket;

	private final Duration timeout;

	private final Map<String, Flag> flags = new ConcurrentHashMap<>();

	private final CountDownLatch complete = new CountDownLatch(1);

	private volatile boolean ready;

	private volatile boolean late;

	private volatile @Nullable RuntimeException failure;

	private volatile @Nullable Thread opening;

	private volatile @Nullable BucketWatch watch;

	private volatile boolean closed;

	/**
	 * Create a provider.
	 * @param bucket the bucket of the flags, with their bytes
	 * @param timeout how long {@link #initialize} waits for the flags
	 */
	public BucketFlagProvider(KeyValueBucket<byte[]> bucket, Duration timeout) {
		Assert.notNull(bucket, "'bucket' must not be null");
		Assert.isTrue(timeout.compareTo(Duration.ZERO) > 0, () -> "'timeout' must be positive, but is " + timeout);
		this.bucket = bucket;
		this.timeout = timeout;
	}

	@Override
	public Metadata getMetadata() {
		return () -> "nats-kv";
	}

	/**
	 * Start to watch the bucket, and wait for its flags.
	 * @param context not used
	 * @throws GeneralError if they were not there in time; the provider goes on trying
	 */
	@Override
	public void initialize(EvaluationContext context) throws Exception {
		startOpening();
		if (!this.complete.await(this.timeout.toNanos(), TimeUnit.NANOSECONDS)) {
			giveUp();
		}
	}

	private synchronized void startOpening() {
		if (this.closed) {
			throw new GeneralError("The provider of the flags of bucket '%s' was shut down, and does not start again"
				.formatted(this.bucket.getName()));
		}
		if (this.opening == null) {
			Thread thread = new Thread(this::open, "nats-openfeature-" + this.bucket.getName());
			thread.setDaemon(true);
			this.opening = thread;
			thread.start();
		}
	}

	private synchronized void giveUp() {
		if (!this.ready) {
			this.late = true;
			RuntimeException cause = this.failure;
			throw new GeneralError("The flags of bucket '%s' were not read within %d ms%s".formatted(
					this.bucket.getName(), this.timeout.toMillis(), (cause != null) ? ": " + cause.getMessage() : ""));
		}
	}

	private synchronized boolean becomeReady() {
		this.ready = true;
		return this.late;
	}

	private void open() {
		try {
			BucketWatch opened = openWatch();
			if (opened == null) {
				return;
			}
			while (!opened.awaitSnapshot(WAIT)) {
				if (this.closed) {
					return;
				}
			}
			boolean late = becomeReady();
			this.complete.countDown();
			logger.info("%d flags of bucket '%s' are known".formatted(this.flags.size(), this.bucket.getName()));
			if (late) {
				emitProviderReady(details("The flags are there at last"));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private @Nullable BucketWatch openWatch() throws InterruptedException {
		while (!this.closed) {
			try {
				BucketWatch opened = this.bucket.watch(WatchOptions.of(), this::changed);
				this.watch = opened;
				if (this.closed) {
					opened.close();
				}
				return opened;
			}
			catch (RuntimeException ex) {
				if (this.failure == null) {
					logger.warn("The flags of bucket '%s' cannot be read, which is tried again: %s"
						.formatted(this.bucket.getName(), ex.getMessage()));
				}
				this.failure = ex;
				Thread.sleep(RETRY_MILLIS);
			}
		}
		return null;
	}

	private void changed(BucketEntry<byte[]> change) {
		byte[] json = change.value();
		if (json == null) {
			this.flags.remove(change.key());
		}
		else {
			Flag flag = FlagParser.parse(change.key(), json);
			if (flag.error() != null) {
				logger.warn("Flag '%s' of bucket '%s' has its default everywhere, as revision %d is invalid: %s"
					.formatted(change.key(), this.bucket.getName(), change.revision(), flag.error()));
			}
			this.flags.put(change.key(), flag);
		}
		if (this.ready) {
			emitProviderConfigurationChanged(ProviderEventDetails.builder()
				.flagsChanged(List.of(change.key()))
				.message("Flag '%s' was %s".formatted(change.key(), (json != null) ? "changed" : "deleted"))
				.build());
		}
	}

	/**
	 * Say that there is no contact with the bucket, so flags may have changed meanwhile.
	 * @param reason why
	 */
	public void outOfTouch(String reason) {
		if (this.ready) {
			emitProviderStale(details(reason));
		}
	}

	/**
	 * Say that what has changed meanwhile is known.
	 */
	public void backInTouch() {
		if (this.ready) {
			emitProviderReady(details("The flags are up to date"));
		}
	}

	private static ProviderEventDetails details(String message) {
		return ProviderEventDetails.builder().message(message).build();
	}

	@Override
	public ProviderEvaluation<Boolean> getBooleanEvaluation(String key, Boolean defaultValue,
			EvaluationContext context) {
		return evaluate(key, defaultValue, context, FlagType.BOOLEAN);
	}

	@Override
	public ProviderEvaluation<String> getStringEvaluation(String key, String defaultValue, EvaluationContext context) {
		return evaluate(key, defaultValue, context, FlagType.STRING);
	}

	@Override
	public ProviderEvaluation<Integer> getIntegerEvaluation(String key, Integer defaultValue,
			EvaluationContext context) {
		return evaluate(key, defaultValue, context, FlagType.INTEGER);
	}

	@Override
	public ProviderEvaluation<Long> getLongEvaluation(String key, Long defaultValue, EvaluationContext context) {
		return evaluate(key, defaultValue, context, FlagType.LONG);
	}

	@Override
	public ProviderEvaluation<Double> getDoubleEvaluation(String key, Double defaultValue, EvaluationContext context) {
		return evaluate(key, defaultValue, context, FlagType.DOUBLE);
	}

	@Override
	public ProviderEvaluation<Value> getObjectEvaluation(String key, Value defaultValue, EvaluationContext context) {
		return evaluate(key, defaultValue, context, FlagType.OBJECT);
	}

	private <T> ProviderEvaluation<T> evaluate(String key, T defaultValue, @Nullable EvaluationContext context,
			FlagType<T> type) {
		Flag flag = this.flags.get(key);
		if (flag != null) {
			return flag.evaluate(key, defaultValue, context, type);
		}
		return this.ready
				? Flag.failed(defaultValue, ErrorCode.FLAG_NOT_FOUND,
						"There is no flag '%s' in bucket '%s'".formatted(key, this.bucket.getName()))
				: Flag.failed(defaultValue, ErrorCode.PROVIDER_NOT_READY,
						"The flags of bucket '%s' have not been read yet".formatted(this.bucket.getName()));
	}

	/**
	 * Stop watching the bucket.
	 */
	@Override
	public void shutdown() {
		this.closed = true;
		BucketWatch open = this.watch;
		if (open != null) {
			open.close();
		}
		super.shutdown();
	}

	@Override
	public String toString() {
		return "BucketFlagProvider[%s, %s]".formatted(this.bucket.getName(),
				this.ready ? Reason.STATIC : ErrorCode.PROVIDER_NOT_READY);
	}

}
