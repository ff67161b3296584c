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
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.support.FollowedBucket;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * An OpenFeature provider whose flags are the keys of a bucket, with JSON values. They
 * are in memory, in the local copy of the bucket or, where it has none of all keys, in
 * one of the provider's own. Each is parsed once per revision, so an evaluation asks
 * nobody, and goes on with the last known flags while there is no connection, whatever
 * the options of the local copy say of stale reads.
 * <p>
 * The provider is not ready until the flags have been read; when that takes longer than
 * the timeout, it is in error, goes on trying, and becomes ready later. Changes of flags
 * are events of the provider.
 *
 * @since 0.1.0
 */
public final class BucketFlagProvider extends EventProvider {

	private static final Log logger = LogFactory.getLog(BucketFlagProvider.class);

	private final KeyValueBucket<byte[]> bucket;

	private final Duration timeout;

	private final CountDownLatch complete = new CountDownLatch(1);

	private volatile @Nullable FollowedBucket<Flag> flags;

	private volatile boolean ready;

	private volatile @Nullable Throwable failure;

	private boolean late;

	private boolean stale;

	private boolean closed;

	/**
	 * Create a provider.
	 * @param bucket the bucket of the flags, with their bytes, of a
	 * {@code KeyValueBuckets} of this library
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
	 * Start to follow the bucket, and wait for its flags.
	 * @param context not used
	 * @throws GeneralError if they were not there in time; the provider goes on trying
	 */
	@Override
	public void initialize(EvaluationContext context) throws Exception {
		follow();
		if (!this.complete.await(this.timeout.toNanos(), TimeUnit.NANOSECONDS)) {
			giveUp();
		}
	}

	private synchronized void follow() {
		if (this.closed) {
			throw new GeneralError("The provider of the flags of bucket '%s' was shut down, and does not start again"
				.formatted(this.bucket.getName()));
		}
		if (this.flags == null) {
			FollowedBucket<Flag> followed = FollowedBucket.follow(this.bucket, this::parse,
					new FollowedBucket.Listener(this::changed, this::caughtUp, this::outOfTouch));
			this.flags = followed;
		}
	}

	private synchronized void giveUp() {
		if (!this.ready) {
			this.late = true;
			Throwable cause = this.failure;
			throw new GeneralError("The flags of bucket '%s' were not read within %d ms%s".formatted(
					this.bucket.getName(), this.timeout.toMillis(), (cause != null) ? ": " + cause.getMessage() : ""));
		}
	}

	private synchronized void caughtUp() {
		boolean first = !this.ready;
		boolean news = first ? this.late : this.stale;
		this.ready = true;
		this.stale = false;
		this.complete.countDown();
		if (first) {
			logger.info("The flags of bucket '%s' are known".formatted(this.bucket.getName()));
		}
		if (news) {
			emitProviderReady(details(first ? "The flags are there at last" : "The flags are up to date"));
		}
	}

	private synchronized void outOfTouch(Throwable cause) {
		if (!this.ready && this.failure == null) {
			logger.warn("The flags of bucket '%s' cannot be read, which is tried again: %s"
				.formatted(this.bucket.getName(), cause.getMessage()));
		}
		this.failure = cause;
		if (this.ready && !this.stale) {
			this.stale = true;
			emitProviderStale(details("Contact with the bucket was lost, flags are those of before"));
		}
	}

	private Flag parse(String key, byte[] json) {
		Flag flag = FlagParser.parse(key, json);
		if (flag.error() != null) {
			logger.warn("Flag '%s' of bucket '%s' has its default everywhere, as its value is invalid: %s"
				.formatted(key, this.bucket.getName(), flag.error()));
		}
		return flag;
	}

	private void changed(String key) {
		FollowedBucket<Flag> followed = this.flags;
		Flag flag = (followed != null) ? followed.get(key) : null;
		if (this.ready) {
			emitProviderConfigurationChanged(ProviderEventDetails.builder()
				.flagsChanged(List.of(key))
				.message("Flag '%s' was %s".formatted(key, (flag != null) ? "changed" : "deleted"))
				.build());
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
		FollowedBucket<Flag> followed = this.flags;
		Flag flag = (followed != null) ? followed.get(key) : null;
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
	 * Stop following the bucket.
	 */
	@Override
	public void shutdown() {
		close();
		super.shutdown();
	}

	private synchronized void close() {
		this.closed = true;
		FollowedBucket<Flag> followed = this.flags;
		if (followed != null) {
			followed.close();
		}
	}

	@Override
	public String toString() {
		return "BucketFlagProvider[%s, %s]".formatted(this.bucket.getName(),
				this.ready ? Reason.STATIC : ErrorCode.PROVIDER_NOT_READY);
	}

}
