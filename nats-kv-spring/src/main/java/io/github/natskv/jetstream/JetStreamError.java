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

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

import io.nats.client.JetStreamApiException;

/**
 * An error of the JetStream API (NATS ADR-7), and what it means for whoever asked.
 * <p>
 * The server's status says little about that: of its errors with 500 and 503, some come
 * from a wrong configuration and never pass, and some with 400 pass by themselves. Each
 * code of nats-server 2.15 is therefore decided here. A code of a newer server is decided
 * by its status.
 *
 * @param code the code of the error
 * @param kind what it means
 * @since 0.1.0
 */
public record JetStreamError(int code, Kind kind) {

	/** The account's limit of memory or storage is reached. */
	public static final int ACCOUNT_RESOURCES_EXCEEDED = 10002;

	/** There are not enough servers for a stream. */
	public static final int NO_SUITABLE_PEERS = 10005;

	/** The server's store is full ({@code max_file_store}, {@code max_memory_store}). */
	public static final int INSUFFICIENT_RESOURCES = 10023;

	/** The account has as many streams as it may. */
	public static final int MAXIMUM_STREAMS = 10027;

	/** There is not enough memory for a stream. */
	public static final int MEMORY_EXCEEDED = 10028;

	/** There is no such message. */
	public static final int NO_MESSAGE_FOUND = 10037;

	/** The account has no JetStream. */
	public static final int NOT_ENABLED_FOR_ACCOUNT = 10039;

	/** There is not enough storage for a stream. */
	public static final int STORAGE_EXCEEDED = 10047;

	/** The server does not take the configuration of a stream. */
	public static final int INVALID_CONFIGURATION = 10052;

	/** A mirror cannot be changed like that. */
	public static final int MIRROR_NOT_UPDATABLE = 10055;

	/** There is such a stream, with another configuration. */
	public static final int STREAM_NAME_IN_USE = 10058;

	/** There is no such stream. */
	public static final int STREAM_NOT_FOUND = 10059;

	/** The stream is not the one a message is for. */
	public static final int STREAM_NOT_EXPECTED = 10060;

	/** Another stream has some of the subjects. */
	public static final int SUBJECTS_OVERLAP = 10065;

	/** There is only one server for the replicas of a stream. */
	public static final int REPLICAS_NOT_SUPPORTED = 10074;

	/** The server has no JetStream. */
	public static final int NOT_ENABLED = 10076;

	/** The stream's store took no message. */
	public static final int STORE_FAILED = 10077;

	/** A work queue has a consumer already. */
	public static final int CONSUMER_WITHOUT_FILTER = 10099;

	/** A work queue has a consumer of some of the subjects already. */
	public static final int CONSUMER_NOT_UNIQUE = 10100;

	/** The stream does not allow that a message replaces others. */
	public static final int ROLLUP_FAILED = 10111;

	/** The account takes streams with a limit of bytes only. */
	public static final int MAX_BYTES_REQUIRED = 10113;

	/** The account does not take streams of so many bytes. */
	public static final int STREAM_BYTES_EXCEEDED = 10122;

	/** There is such a consumer, with another configuration. */
	public static final int CONSUMER_EXISTS = 10148;

	/** The stream takes no batches. */
	public static final int ATOMIC_PUBLISH_DISABLED = 10174;

	/** Messages of a batch did not arrive, or there was no room for another batch. */
	public static final int INCOMPLETE_BATCH = 10176;

	/** The stream, or the server, has as many open batches as it may. */
	public static final int TOO_MANY_BATCHES = 10210;

	private static final int FIRST_CODE = 10002;

	private static final int LAST_CODE = 10227;

	private static final Map<Integer, Kind> KINDS = kinds();

	private static Map<Integer, Kind> kinds() {
		Map<Integer, Kind> kinds = new HashMap<>();
		// what is in no other list says that a request is wrong
		IntStream.rangeClosed(FIRST_CODE, LAST_CODE).forEach((code) -> kinds.put(code, Kind.USAGE));
		// elections, peers that are away, changes under way, too many requests or
		// consumers
		decide(kinds, Kind.TRANSIENT, 10004, 10007, 10008, 10009, 10026, 10041, 10048, 10063, 10075, 10096, 10118,
				10119, 10124, 10158, 10163, 10167, INCOMPLETE_BATCH, 10180, 10202, TOO_MANY_BATCHES, 10211, 10226);
		decide(kinds, Kind.CONFLICT, 10070, 10071, 10164);
		decide(kinds, Kind.STREAM_NOT_FOUND, STREAM_NOT_FOUND);
		decide(kinds, Kind.CONSUMER_NOT_FOUND, 10014, 10149, 10225);
		decide(kinds, Kind.MESSAGE_NOT_FOUND, NO_MESSAGE_FOUND, 10043);
		decide(kinds, Kind.TOO_LARGE, 10054);
		decide(kinds, Kind.FULL, ACCOUNT_RESOURCES_EXCEEDED, INSUFFICIENT_RESOURCES, MAXIMUM_STREAMS, MEMORY_EXCEEDED,
				STORAGE_EXCEEDED, 10053, STREAM_BYTES_EXCEEDED);
		// not enabled, not clustered, not known to this version
		decide(kinds, Kind.UNAVAILABLE, 10006, 10010, 10035, 10036, NOT_ENABLED_FOR_ACCOUNT, NOT_ENABLED, 10120, 10185,
				10194, 10195);
		// the server passes on any error of its own
		decide(kinds, Kind.FAILED, 10012, 10029, 10042, 10045, 10049, 10050, 10051, 10062, 10064, 10066, 10067, 10069,
				10072, STORE_FAILED, 10104);
		return Map.copyOf(kinds);
	}

	private static void decide(Map<Integer, Kind> kinds, Kind kind, int... codes) {
		IntStream.of(codes).forEach((code) -> kinds.put(code, kind));
	}

	/** Return the error that is behind an exception of jnats. */
	public static JetStreamError of(JetStreamApiException ex) {
		return of(ex.getApiErrorCode(), ex.getErrorCode(), String.valueOf(ex.getMessage()));
	}

	/**
	 * Return an error.
	 * @param status its status, which counts where the code is not known
	 * @param description what the server says, which counts where one code is used for
	 * errors of several kinds
	 */
	public static JetStreamError of(int code, int status, String description) {
		Kind kind = KINDS.getOrDefault(code, byStatus(status));
		return new JetStreamError(code, switch (code) {
			case STORE_FAILED -> byStoreFailure(description.toLowerCase(Locale.ROOT), kind);
			case NO_SUITABLE_PEERS -> description.contains("offline") ? Kind.TRANSIENT : kind;
			default -> kind;
		});
	}

	private static Kind byStoreFailure(String description, Kind otherwise) {
		if (description.contains("maximum ") || description.contains("no space")) {
			return Kind.FULL;
		}
		if (description.contains("too large")) {
			return Kind.TOO_LARGE;
		}
		return description.contains("closed") ? Kind.TRANSIENT : otherwise;
	}

	private static Kind byStatus(int status) {
		if (List.of(408, 409, 429, 503).contains(status)) {
			return Kind.TRANSIENT;
		}
		return (status >= 500) ? Kind.FAILED : Kind.USAGE;
	}

	/** Whether an exception of jnats says that there is no such stream. */
	public static boolean isStreamNotFound(JetStreamApiException ex) {
		return of(ex).kind() == Kind.STREAM_NOT_FOUND;
	}

	/** Whether an exception of jnats says that there is no such message. */
	public static boolean isMessageNotFound(JetStreamApiException ex) {
		return of(ex).kind() == Kind.MESSAGE_NOT_FOUND;
	}

	/**
	 * The meaning of an error.
	 */
	public enum Kind {

		/** It passes by itself: the same request may succeed later. */
		TRANSIENT,

		/** Somebody else was first. */
		CONFLICT,

		/** There is no such stream. */
		STREAM_NOT_FOUND,

		/** There is no such consumer, or not any more. */
		CONSUMER_NOT_FOUND,

		/** There is no such message. */
		MESSAGE_NOT_FOUND,

		/** The message is larger than the stream takes. */
		TOO_LARGE,

		/** A limit of the stream, the account or the server is reached. */
		FULL,

		/** The server, cluster or account has not got what the request needs. */
		UNAVAILABLE,

		/** The server failed for a reason of its own, which may not pass. */
		FAILED,

		/** The request is wrong, or the stream does not allow it. */
		USAGE

	}

}
