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

package io.github.natskv.jetstream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Asks the server for the status of things, without waiting for it, nor for the requests
 * to be sent: jnats holds up whoever sends while too many messages wait to be sent, so a
 * thread does it that is there while it is needed.
 */
public final class JetStreamProbe implements AutoCloseable {

	private final JetStreamClient api;

	private final ExecutorService sender;

	public JetStreamProbe(JetStreamClient api) {
		this.api = api;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("nats-probe-");
		threads.setDaemon(true);
		this.sender = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads,
				new ThreadPoolExecutor.DiscardPolicy());
	}

	/**
	 * Ask several questions at the same time.
	 * @param timeout how long the answers may take, from now on
	 * @param <T> the type of a status
	 * @return completes within the timeout, and never with a failure
	 */
	public <T> CompletableFuture<List<T>> ask(List<? extends Question<? extends T>> questions, Duration timeout) {
		List<Inquiry<? extends T>> inquiries = questions.stream()
			.<Inquiry<? extends T>>map((question) -> new Inquiry<>(this.api, question, timeout))
			.toList();
		List<CompletableFuture<? extends T>> statuses = inquiries.stream()
			.<CompletableFuture<? extends T>>map(Inquiry::status)
			.toList();
		this.sender.execute(() -> inquiries.forEach(Inquiry::send));
		return CompletableFuture.allOf(statuses.toArray(CompletableFuture[]::new))
			.thenApply((done) -> statuses.stream().<T>map(CompletableFuture::join).toList());
	}

	@Override
	public void close() {
		this.sender.shutdownNow();
	}

	/**
	 * A question to the API.
	 *
	 * @param <T> the type of a status
	 */
	public interface Question<T> {

		/** Return the subject after the prefix of the API. */
		String subject();

		/** Return the request. */
		default byte @Nullable [] body() {
			return null;
		}

		/**
		 * Read the answer.
		 * @throws JetStreamApiException if it is an error
		 */
		T read(Message message) throws JetStreamApiException;

		/** Return the status of what cannot be used. */
		T unusable(String problem);

		/** Return the status of what the user may not ask about. */
		default T denied(String problem) {
			return unusable(problem);
		}

	}

}
