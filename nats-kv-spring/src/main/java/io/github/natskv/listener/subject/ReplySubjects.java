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

package io.github.natskv.listener.subject;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

import io.github.natskv.core.Subjects;
import io.github.natskv.listener.ListenerInstrumentation;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Decides which reply subjects and headers of a sender are used with the rights of the
 * application.
 */
public final class ReplySubjects {

	private static final Log logger = LogFactory.getLog(ReplySubjects.class);

	private static final long REPEAT_NANOS = Duration.ofSeconds(10).toNanos();

	private static final int MAX_SHOWN = 100;

	private final String listenerId;

	private final List<String> filters;

	private final ListenerInstrumentation.@Nullable Recorder recorder;

	private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

	/**
	 * Create the subjects of a listener.
	 * @param filters the subjects replies may go to, empty for all that do not start with
	 * {@code $}
	 * @param recorder what counts refused replies, if anything
	 */
	public ReplySubjects(String listenerId, List<String> filters, ListenerInstrumentation.@Nullable Recorder recorder) {
		this.listenerId = listenerId;
		this.filters = filters;
		this.recorder = recorder;
	}

	// Null where nobody asks, or where the sender must not aim a reply at.
	@Nullable String find(Message request) {
		String subject = request.getReplyTo();
		if (subject == null || subject.isEmpty()) {
			return null;
		}
		if (isAllowed(subject)) {
			return subject;
		}
		if (this.recorder != null) {
			this.recorder.replyRefused();
		}
		warn(request.getSubject(), subject);
		return null;
	}

	private boolean isAllowed(String subject) {
		return subject.charAt(0) != '$' && (this.filters.isEmpty()
				|| this.filters.stream().anyMatch((filter) -> Subjects.matches(filter, subject)));
	}

	private void warn(String subject, String replyTo) {
		long now = System.nanoTime();
		long next = this.nextWarning.get();
		if (now - next >= 0 && this.nextWarning.compareAndSet(next, now + REPEAT_NANOS)) {
			logger.warn(("Listener '%s' does not reply to '%s', which the sender of a message on '%s' asked for:"
					+ " replies go neither to subjects that start with '$' nor to any outside"
					+ " 'nats.listener.reply-subjects'. The message counts as one that nobody waits for an answer to")
				.formatted(this.listenerId, show(replyTo), show(subject)));
		}
	}

	private static String show(String subject) {
		String text = subject.replaceAll("\\p{Cntrl}", "?");
		return (text.length() <= MAX_SHOWN) ? text : text.substring(0, MAX_SHOWN) + "...";
	}

	// The very value of the request is a copy; an equal one is the handler's own.
	static @Nullable Headers withoutCopied(Message request, @Nullable Headers headers) {
		Headers received = request.getHeaders();
		if (headers == null || received == null || headers.isEmpty() || received.isEmpty()) {
			return headers;
		}
		List<String> values = received.entrySet()
			.stream()
			.filter((header) -> isSteering(header.getKey()))
			.flatMap((header) -> header.getValue().stream())
			.toList();
		if (values.isEmpty()) {
			return headers;
		}
		List<String> copied = headers.entrySet()
			.stream()
			.filter((header) -> isSteering(header.getKey()) && containsSame(values, header.getValue()))
			.map((header) -> header.getKey())
			.toList();
		if (copied.isEmpty()) {
			return headers;
		}
		Headers own = new Headers(headers);
		copied.forEach((name) -> own.remove(name));
		return own.isEmpty() ? null : own;
	}

	private static boolean isSteering(String name) {
		String lower = name.toLowerCase(Locale.ROOT);
		return lower.startsWith("nats-") || lower.equals("kv-operation");
	}

	@SuppressWarnings("StringEquality")
	private static boolean containsSame(List<String> received, List<String> values) {
		return values.stream().anyMatch((value) -> received.stream().anyMatch((other) -> other == value));
	}

}
