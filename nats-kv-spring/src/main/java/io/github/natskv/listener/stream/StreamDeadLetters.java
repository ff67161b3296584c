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

package io.github.natskv.listener.stream;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natskv.core.NatsException;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.core.SendOptions;
import io.github.natskv.jetstream.ApiRequest;
import io.github.natskv.jetstream.JetStreamClient;
import io.github.natskv.jetstream.JetStreamError;
import io.github.natskv.jetstream.StreamNames;
import io.github.natskv.listener.DeadLetter;
import io.github.natskv.listener.DeadLetters;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.SuccessApiResponse;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dead letters of listeners from the streams that keep them.
 */
public final class StreamDeadLetters implements DeadLetters {

	private static final String OWN = "dead-letter-";

	private final Map<String, Source> sources = new ConcurrentHashMap<>();

	// a listener, its subject for dead letters, and where they come from
	public void add(String listenerId, JetStreamClient client, NatsOperations operations, String subject, String stream,
			String consumer) {
		this.sources.put(listenerId, new Source(client, operations, subject, stream, consumer));
	}

	@Override
	public Set<String> listenerIds() {
		return Set.copyOf(new TreeMap<>(this.sources).keySet());
	}

	@Override
	public List<DeadLetter> list(String listenerId, int limit) {
		Source source = source(listenerId);
		return call(listenerId, () -> {
			List<DeadLetter> letters = new ArrayList<>();
			String stream = source.find();
			long next = 1;
			while (stream != null && letters.size() < limit) {
				MessageInfo message = source.next(stream, next);
				if (message == null) {
					break;
				}
				next = message.getSeq() + 1;
				if (source.isOwn(message)) {
					letters.add(letter(listenerId, message));
				}
			}
			return letters;
		});
	}

	@Override
	public boolean sendBack(String listenerId, long sequence) {
		Source source = source(listenerId);
		return call(listenerId, () -> {
			String stream = source.find();
			MessageInfo message = (stream != null) ? source.next(stream, sequence) : null;
			if (stream == null || message == null || message.getSeq() != sequence || !source.isOwn(message)) {
				return false;
			}
			// the time, as a stream that is recreated counts from the beginning
			String id = "back/%s/%d/%s".formatted(stream, sequence, message.getTime());
			source.operations()
				.send(letter(listenerId, message).subject(), data(message),
						SendOptions.of().headers(headersBack(message)).messageId(id));
			source.delete(stream, sequence);
			return true;
		});
	}

	private Source source(String listenerId) {
		Source source = this.sources.get(listenerId);
		if (source == null) {
			throw new IllegalArgumentException("There is no listener with id '%s' that has dead letters; the ids are %s"
				.formatted(listenerId, listenerIds()));
		}
		return source;
	}

	private static <T> T call(String listenerId, Call<T> call) {
		try {
			return call.run();
		}
		catch (JetStreamApiException ex) {
			throw new NatsException(
					"Dead letters of listener '%s' cannot be read: %s".formatted(listenerId, ex.getMessage()), ex);
		}
	}

	private static byte[] data(MessageInfo message) {
		return (message.getData() != null) ? message.getData() : new byte[0];
	}

	private static DeadLetter letter(String listenerId, MessageInfo message) {
		Map<String, List<String>> headers = new LinkedHashMap<>();
		Headers all = (message.getHeaders() != null) ? message.getHeaders() : new Headers();
		all.forEach((name, values) -> {
			if (!name.toLowerCase(Locale.ROOT).startsWith(OWN) && !name.equals("Nats-Msg-Id")) {
				headers.put(name, List.copyOf(values));
			}
		});
		ZonedDateTime time = message.getTime();
		return new DeadLetter(listenerId, message.getSeq(), (time != null) ? time.toInstant() : null,
				text(all, DeadLetterSender.STREAM), number(all, DeadLetterSender.SEQUENCE),
				text(all, DeadLetterSender.SUBJECT), number(all, DeadLetterSender.DELIVERIES),
				text(all, DeadLetterSender.REASON), headers, data(message));
	}

	// the server's own are not sent again
	private static Map<String, Object> headersBack(MessageInfo message) {
		Map<String, Object> headers = new LinkedHashMap<>();
		letter("", message).headers().forEach((name, values) -> {
			if (!name.startsWith(DeadLetterSender.ORIGINAL) && !name.toLowerCase(Locale.ROOT).startsWith("nats-")) {
				headers.put(name, values);
			}
		});
		return headers;
	}

	private static String text(Headers headers, String name) {
		String text = headers.getFirst(name);
		return (text != null) ? text : "";
	}

	private static long number(Headers headers, String name) {
		String text = text(headers, name);
		return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
	}

	private interface Call<T> {

		T run() throws JetStreamApiException;

	}

	/**
	 * The dead letters of a listener.
	 */
	private record Source(JetStreamClient client, NatsOperations operations, String subject, String stream,
			String consumer) {

		@Nullable String find() throws JetStreamApiException {
			return StreamNames.first(this.client.call(StreamNames.SUBJECT, StreamNames.having(this.subject).toJson()));
		}

		@Nullable MessageInfo next(String stream, long sequence) throws JetStreamApiException {
			try {
				return new MessageInfo(
						this.client.call("STREAM.MSG.GET." + stream,
								ApiRequest.of("seq", sequence).with("next_by_subj", this.subject).toJson()),
						stream, false)
					.throwOnHasError();
			}
			catch (JetStreamApiException ex) {
				if (JetStreamError.isMessageNotFound(ex)) {
					return null;
				}
				throw ex;
			}
		}

		boolean isOwn(MessageInfo message) {
			Headers headers = message.getHeaders();
			return headers != null && this.stream.equals(headers.getFirst(DeadLetterSender.STREAM))
					&& this.consumer.equals(headers.getFirst(DeadLetterSender.CONSUMER));
		}

		void delete(String stream, long sequence) throws JetStreamApiException {
			new SuccessApiResponse(this.client.call("STREAM.MSG.DELETE." + stream,
					ApiRequest.of("seq", sequence).with("no_erase", true).toJson()))
				.throwOnHasError();
		}

	}

}
