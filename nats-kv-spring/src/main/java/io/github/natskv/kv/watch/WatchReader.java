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
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.github.natskv.jetstream.Delivery;
import io.github.natskv.kv.WatchOptions;
import io.github.natskv.kv.jetstream.BucketKeys;
import io.github.natskv.kv.jetstream.BucketLayout;
import io.github.natskv.kv.jetstream.WatchApi;
import io.github.natskv.kv.jetstream.WatchEntry;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions where the last one ended, and delivers what they bring.
 */
final class WatchReader {

	private static final Duration BEHIND = Duration.ofMillis(100);

	private final Connection connection;

	private final WatchSettings settings;

	private final String bucket;

	private final WatchFilters filters;

	private final WatchOptions options;

	private final WatchDelivery<?> delivery;

	private final WatchProgress progress;

	private final WatchPosition position = new WatchPosition();

	private final RevisionLookup lookup = new RevisionLookup();

	private final WatchNumbering numbering = new WatchNumbering(this.lookup);

	private final SnapshotEnd snapshotEnd = new SnapshotEnd(this.lookup);

	private final KeyListing listing;

	private final WatchVerification verification;

	private final VanishedKeys vanished;

	private final BucketGlances glances;

	private final EntryGroup group = new EntryGroup();

	private final GroupEnd groupEnd = new GroupEnd(this.lookup);

	private String keyPrefix = "";

	private List<String> subjects = List.of();

	private boolean filteredByServer;

	private long behindSince;

	/** Whether an entry took so long that what waits behind it is outdated. */
	private boolean slow;

	WatchReader(Connection connection, WatchSettings settings, String bucket, WatchOptions options,
			WatchDelivery<?> delivery, WatchProgress progress, BucketGlances glances) {
		this.connection = connection;
		this.settings = settings;
		this.bucket = bucket;
		this.filters = new WatchFilters(options.filters());
		this.options = options;
		this.delivery = delivery;
		this.progress = progress;
		this.glances = glances;
		this.listing = new KeyListing(KeyListing.PAGE, settings, progress, this.filters.list(), this::session);
		this.verification = new WatchVerification(this.position, delivery, options.ignoreDeletes(), this.lookup,
				this.listing);
		this.vanished = new VanishedKeys(bucket, glances, this.position, this.filters.list().equals(List.of(">")));
	}

	/**
	 * Open a session. Delivers nothing unless the bucket was recreated.
	 * @param abandoned told the name of a consumer that may exist after a failure
	 */
	WatchSession open(WatchApi api, Consumer<String> abandoned)
			throws IOException, JetStreamApiException, InterruptedException {
		StreamInfo stream = api.info();
		this.keyPrefix = BucketLayout.readPrefix(this.bucket, stream.getConfiguration());
		this.filteredByServer = this.filters.list().size() == 1
				|| this.connection.getServerInfo().isSameOrNewerThanVersion("2.10.0");
		List<String> subjects = (this.filteredByServer ? this.filters.list() : List.of(">")).stream()
			.map((filter) -> this.keyPrefix + filter)
			.toList();
		WatchSession session = session(api, stream);
		try {
			this.listing.opened(this.keyPrefix, subjects, abandoned);
			begin(session, subjects, stream, api);
			return session;
		}
		catch (IOException | JetStreamApiException | InterruptedException | RuntimeException ex) {
			session.abandon();
			abandoned.accept(session.consumer());
			throw ex;
		}
	}

	private void begin(WatchSession session, List<String> subjects, StreamInfo stream, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		DeliverPolicy all = this.options.includeHistory() ? DeliverPolicy.All : DeliverPolicy.LastPerSubject;
		long last = stream.getStreamState().getLastSequence();
		this.behindSince = 0;
		this.slow = false;
		this.group.clear();
		this.subjects = subjects;
		this.snapshotEnd.opened(stream, subjects, this.settings.requestTimeout());
		this.verification.opened(stream, this.keyPrefix);
		this.vanished.compared(stream.getStreamState());
		if (this.position.isNew() && this.options.initialValues()) {
			session.open(subjects, all, 0);
			requireLife(stream, api.info().getCreateTime());
			this.position.expect(Math.min(session.pending(), stream.getStreamState().getSubjectCount()));
			this.position.begin(stream.getCreateTime(), 0, null, false);
		}
		else if (this.position.isNew()) {
			Set<String> deleted = (stream.getStreamState().getMsgCount() > 0 && !this.options.ignoreDeletes())
					? this.listing.deleted(stream, api) : Set.of();
			session.open(subjects, DeliverPolicy.ByStartSequence, last + 1);
			WatchApi.Keys keys = this.listing.keys(api, stream.getStreamState().getSubjectCount(),
					this.position.size());
			requireLife(stream, keys.life());
			Set<String> existing = new HashSet<>(keys.keys());
			existing.removeAll(deleted);
			this.position.begin(stream.getCreateTime(), last, lastCreated(stream), true);
			this.position.assume(existing, serverTime(keys));
		}
		else if (!this.position.isInLifeOf(stream) || this.numbering.wentBack(stream, this.position.sequence())) {
			session.open(subjects, all, 0);
			WatchApi.Keys keys = this.listing.keys(api, stream.getStreamState().getSubjectCount(),
					this.position.size());
			requireLife(stream, keys.life());
			this.delivery.recreated();
			this.verification.deliverDeletions(api, keys, this.position.missing(keys.keys()));
			this.position.begin(stream.getCreateTime(), 0, null, false);
			this.numbering.accepted();
			this.verification.request();
		}
		else {
			resume(session, subjects, all, stream, api);
			this.verification.request();
		}
	}

	private void resume(WatchSession session, List<String> subjects, DeliverPolicy all, StreamInfo stream, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		boolean possible = this.position.isSnapshotDone() || this.options.includeHistory();
		long unchanged = possible ? this.numbering.unchangedUpTo(stream, this.position, api) : 0;
		long from = (unchanged >= this.position.forgotten()) ? unchanged : 0;
		// of a bucket that was empty, nothing can have been missed
		DeliverPolicy first = (possible && this.position.sequence() == 0) ? DeliverPolicy.All : all;
		session.open(subjects, (from > 0) ? DeliverPolicy.ByStartSequence : first, from + 1);
		StreamInfo opened = api.info();
		requireLife(stream, opened.getCreateTime());
		if (from > 0 && this.numbering.unchangedUpTo(opened, this.position, api) < from) {
			throw new IOException("The bucket changed while the watch was opened");
		}
		this.position.resume(from, from == 0 && first == DeliverPolicy.LastPerSubject);
	}

	private WatchSession session(WatchApi api, StreamInfo stream) throws IOException {
		ConsumerLimits limits = stream.getConfiguration().getConsumerLimits();
		return new WatchSession(this.connection, api, this.settings,
				(limits != null) ? limits.getInactiveThreshold() : null,
				(server) -> this.glances.pulse(this.bucket, server));
	}

	private WatchEntry entry(Message message, Delivery delivery) {
		return WatchEntry.of(message.getSubject().substring(this.keyPrefix.length()), message, delivery);
	}

	private static void requireLife(StreamInfo stream, ZonedDateTime life) throws IOException {
		if (!stream.getCreateTime().equals(life)) {
			throw new IOException("The bucket was recreated just now");
		}
	}

	private static @Nullable Instant lastCreated(StreamInfo stream) {
		ZonedDateTime time = stream.getStreamState().getLastTime();
		return (time != null && stream.getStreamState().getLastSequence() > 0) ? time.toInstant() : null;
	}

	private static Instant serverTime(WatchApi.Keys keys) {
		ZonedDateTime time = keys.serverTime();
		return (time != null) ? time.toInstant() : Instant.now();
	}

	/**
	 * Wait for something to happen, and deliver it.
	 * @return whether everything the bucket had has been delivered
	 */
	boolean step(WatchSession session, WatchApi api) throws IOException, JetStreamApiException, InterruptedException {
		boolean grouping = this.group.isOpen();
		Message message = grouping ? session.poll(GroupEnd.PATIENCE) : session.next();
		if (message == null && !grouping) {
			this.progress.pending(0);
		}
		boolean initial = !this.position.isSnapshotDone();
		boolean caughtUp = (message != null) ? handle(message, session.delivery(), api) : !grouping || endGroup(api);
		if (caughtUp && !this.position.isSnapshotDone()) {
			caughtUp = this.snapshotEnd.isReached(this.position.sequence(), api);
		}
		if (caughtUp) {
			this.position.snapshotDone();
			// what vanishes during the initial values is noticed by its number
			if (!initial && this.behindSince != 0 && System.nanoTime() - this.behindSince > BEHIND.toNanos()) {
				this.verification.suggest();
			}
			this.behindSince = 0;
			this.verification.scheduleExpiry();
		}
		else if (this.behindSince == 0) {
			this.behindSince = System.nanoTime();
		}
		if (this.slow && caughtUp && session.isDrained()) {
			this.slow = false;
		}
		if (this.vanished.suspects(api, message == null)) {
			this.verification.suggestSoon();
		}
		if (this.verification.isDue(caughtUp && !this.slow)) {
			this.vanished.compared(this.verification.verify(api));
		}
		if (caughtUp && !this.slow && this.position.isSnapshotDone()) {
			this.numbering.confirm(this.position, this.keyPrefix, api);
		}
		return caughtUp;
	}

	private boolean handle(Message message, Delivery numbers, WatchApi api)
			throws IOException, JetStreamApiException, InterruptedException {
		this.progress.pending(numbers.pending());
		this.progress.touch();
		WatchEntry entry = entry(message, numbers);
		if (this.group.isOpen() && !this.group.has(entry)) {
			closeGroup();
		}
		this.vanished.handling(entry);
		boolean watched = this.filteredByServer || this.filters.matches(entry.key());
		if (watched) {
			this.numbering.check(this.position, entry, this.keyPrefix, api);
		}
		boolean last = numbers.pending() == 0;
		EntryGroup.Use use = use(entry, watched);
		if (this.delivery.isForTransactions() && this.group.add(entry, use)) {
			if (!this.group.isComplete()) {
				return false;
			}
			closeGroup();
			return last;
		}
		if (use != EntryGroup.Use.SKIP && BucketKeys.isCleared(entry)) {
			this.verification.cleared(entry);
		}
		if (use == EntryGroup.Use.DELIVER) {
			deliver(() -> this.delivery.deliver(entry));
		}
		handled(entry, use);
		return last;
	}

	private EntryGroup.Use use(WatchEntry entry, boolean watched) {
		if (!watched || this.position.covers(entry)) {
			return EntryGroup.Use.SKIP;
		}
		return (entry.isDeletion() && this.options.ignoreDeletes()) ? EntryGroup.Use.LEAVE_OUT : EntryGroup.Use.DELIVER;
	}

	private void deliver(Handling handling) throws InterruptedException {
		long start = System.nanoTime();
		handling.run();
		if (System.nanoTime() - start > BEHIND.toNanos()) {
			this.slow = true;
			this.verification.suggest();
		}
	}

	private void handled(WatchEntry entry, EntryGroup.Use use) {
		if (use == EntryGroup.Use.SKIP) {
			this.position.skip(entry);
			return;
		}
		this.position.handled(entry);
		this.verification.handled(entry);
	}

	// whether all of it has come, and nothing else has
	private boolean endGroup(WatchApi api) throws IOException, JetStreamApiException, InterruptedException {
		if (this.groupEnd.isReached(this.group, this.keyPrefix, this.subjects, api)) {
			closeGroup();
			return true;
		}
		if (this.group.age() > this.settings.alarm().toNanos()) {
			throw new IOException("The rest of what was written with revision %d did not come within %d ms"
				.formatted(this.group.lastRevision(), this.settings.alarm().toMillis()));
		}
		return false;
	}

	// if the handler is interrupted, the position is left where it was
	private void closeGroup() throws InterruptedException {
		if (this.group.isOpen()) {
			deliver(() -> this.delivery.deliver(this.group.delivered()));
			this.group.members().forEach((member) -> handled(member.entry(), member.use()));
			this.group.clear();
		}
	}

	/**
	 * Has the handler handle something.
	 */
	private interface Handling {

		void run() throws InterruptedException;

	}

}
