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

package io.github.natskv.kv.jetstream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.BucketStatus;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Asks the server how buckets are, without waiting for it, nor for the requests to be
 * sent: jnats holds up whoever sends while too many messages wait to be sent, so a thread
 * does it that is there while it is needed.
 */
public final class BucketProbe implements AutoCloseable {

	private final JetStreamClient api;

	private final ExecutorService sender;

	public BucketProbe(JetStreamClient api) {
		this.api = api;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("nats-bucket-probe-");
		threads.setDaemon(true);
		this.sender = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads,
				new ThreadPoolExecutor.DiscardPolicy());
	}

	public CompletableFuture<List<BucketStatus>> statuses(Stream<BucketSettings> buckets, Duration timeout) {
		List<BucketInquiry> inquiries = buckets.map((bucket) -> new BucketInquiry(this.api, bucket, timeout)).toList();
		List<CompletableFuture<BucketStatus>> statuses = inquiries.stream().map(BucketInquiry::status).toList();
		this.sender.execute(() -> inquiries.forEach(BucketInquiry::send));
		return CompletableFuture.allOf(statuses.toArray(CompletableFuture[]::new))
			.thenApply((done) -> statuses.stream().map(CompletableFuture::join).toList());
	}

	@Override
	public void close() {
		this.sender.shutdownNow();
	}

}
