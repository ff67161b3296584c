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

package io.github.natskv.cache;

import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Keeps requests away from a server that does not answer: after a failure one request per
 * second tries again, all others are told at once.
 */
final class Circuit {

	private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

	/** The interval between reports of a full bucket. */
	private static final long FULL_PAUSE = TimeUnit.MINUTES.toNanos(1);

	private static final Log logger = LogFactory.getLog(NatsCache.class);

	private final String bucket;

	private boolean open;

	private boolean trying;

	private long retryAt;

	private long tellFullAt = System.nanoTime();

	Circuit(String bucket) {
		this.bucket = bucket;
	}

	// if so, succeeded() or failed() must be called
	synchronized boolean admits() {
		if (!this.open) {
			return true;
		}
		if (this.trying || System.nanoTime() - this.retryAt < 0) {
			return false;
		}
		this.trying = true;
		return true;
	}

	synchronized void succeeded() {
		if (this.open) {
			logger.info("Bucket '%s' of the cache answers again".formatted(this.bucket));
		}
		this.open = false;
		this.trying = false;
	}

	// it answers, but stores nothing more
	synchronized void full(RuntimeException failure) {
		succeeded();
		long now = System.nanoTime();
		if (now - this.tellFullAt >= 0) {
			logger.warn("What is loaded for the cache is not stored: %s".formatted(failure.getMessage()));
			this.tellFullAt = now + FULL_PAUSE;
		}
	}

	synchronized void failed(RuntimeException failure) {
		if (!this.open) {
			logger.warn("Bucket '%s' of the cache cannot be reached, reads of it are misses until it can: %s"
				.formatted(this.bucket, failure.getMessage()));
		}
		this.open = true;
		this.trying = false;
		this.retryAt = System.nanoTime() + PAUSE;
	}

}
