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
import java.util.List;

import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.kv.jetstream.WatchApi.Mark;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.MessageInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.PermissionDeniedDataAccessException;

/**
 * Looks up revisions for a watch, where its user may and its account imports that:
 * {@code STREAM.MSG.GET}, which the leader of the stream answers.
 */
final class RevisionLookup {

	private boolean denied;

	/**
	 * Look up revisions.
	 * @param sequences the revisions
	 * @param api the server
	 * @return those that are still there, {@code null} if they cannot be looked up
	 * @throws IOException if JetStream does not answer at all
	 */
	@Nullable List<Mark> revisions(List<Long> sequences, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		return look(api, () -> api.revisions(sequences));
	}

	/**
	 * Look up the last revisions of keys, which may be deletion markers.
	 * @param subjects the keys' subjects
	 * @param api the server
	 * @return the revisions, {@code null} for a key of which there is none, or
	 * {@code null} if they cannot be looked up
	 * @throws IOException if JetStream does not answer at all
	 */
	@Nullable List<@Nullable Mark> lastRevisions(List<String> subjects, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		return look(api, () -> api.lastRevisions(subjects));
	}

	/**
	 * Look up whether there is something to come.
	 * @param subjects the subjects, which may have wildcards
	 * @param from the first revision of interest
	 * @param to the last revision of interest
	 * @return whether there is, {@code null} if that cannot be looked up
	 * @throws IOException if JetStream does not answer at all
	 */
	@Nullable Boolean isAny(List<String> subjects, long from, long to, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		return look(api,
				() -> api.nextRevisions(subjects, from)
					.stream()
					.anyMatch((mark) -> mark != null && mark.sequence() <= to));
	}

	/**
	 * Look up the last message on a subject.
	 * @param subject the subject, which may have wildcards
	 * @param api the server
	 * @return the message, if there is one, {@code null} if it cannot be looked up
	 * @throws IOException if JetStream does not answer at all
	 */
	@Nullable List<MessageInfo> last(String subject, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		return look(api, () -> api.last(subject));
	}

	/**
	 * Look up the next messages on subjects.
	 * @param subjects the subjects, which may have wildcards
	 * @param from the first revision of interest
	 * @param api the server
	 * @return the messages there are, {@code null} if they cannot be looked up
	 * @throws IOException if JetStream does not answer at all
	 */
	@Nullable List<MessageInfo> next(List<String> subjects, long from, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		return look(api, () -> api.next(subjects, from));
	}

	private <T> @Nullable T look(WatchApi api, Lookup<T> lookup)
			throws IOException, JetStreamApiException, InterruptedException {
		if (this.denied) {
			return null;
		}
		try {
			return lookup.look();
		}
		catch (PermissionDeniedDataAccessException ex) {
			this.denied = true;
			return null;
		}
		catch (WatchApi.NoRespondersException ex) {
			// JetStream does answer, so that the account does not import lookups. A
			// cluster that elects a leader looks the same for a moment
			api.info();
			return null;
		}
	}

	private interface Lookup<T> {

		T look() throws IOException, JetStreamApiException, InterruptedException;

	}

}
