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

package io.github.natskv.core.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The recent permission violations of a connection by subject. Whoever has live
 * subscriptions is told when the server has dropped or refused one. Applications do not
 * need it.
 *
 * @since 0.1.0
 */
public final class PermissionViolations {

	private static final int MAX_RECENT = 256;

	private static final long REPEAT_NANOS = Duration.ofSeconds(10).toNanos();

	private static final Pattern QUEUE = Pattern.compile("\" using queue \"", Pattern.CASE_INSENSITIVE);

	private static final Pattern DROPPED = Pattern.compile("\" \\(sid \"[^\"]*\"\\)$", Pattern.CASE_INSENSITIVE);

	/** Generated names of consumers and inboxes, which are others each time. */
	private static final Pattern GENERATED = Pattern.compile("(?<![A-Za-z0-9])[A-Za-z0-9]{22}(?![A-Za-z0-9])");

	private final Map<PermissionViolation, Recent> recent = new LinkedHashMap<>();

	private final Map<PermissionViolation, Long> logged = new HashMap<>();

	private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

	private @Nullable PermissionViolation inbox;

	/**
	 * Return the violations of a connection.
	 * @return the violations, or {@code null} if they are not recorded, as the error
	 * listener of the connection is somebody else's
	 */
	public static @Nullable PermissionViolations of(Connection connection) {
		return (connection.getOptions().getErrorListener() instanceof Source source) ? source.permissionViolations()
				: null;
	}

	/**
	 * Record what a server reported, and tell the subscribers.
	 * @param error the text of the error
	 * @return the violation, or {@code null} if the error is none
	 */
	public @Nullable Report report(Connection connection, String error) {
		PermissionViolation literal = PermissionViolation.literal(error);
		if (literal == null) {
			return null;
		}
		record(connection, literal);
		boolean handled = false;
		if (literal.isSubscription()) {
			Denial denial = new Denial(literal, DROPPED.matcher(error).find(), QUEUE.matcher(error).find());
			for (Subscriber subscriber : this.subscribers) {
				handled |= subscriber.denied(denial);
			}
		}
		return new Report(literal, !handled && isDue(literal.ofAnyInbox()));
	}

	private synchronized void record(Connection connection, PermissionViolation literal) {
		PermissionViolation violation = literal.ofAnyInbox();
		this.recent.remove(literal);
		this.recent.put(literal, new Recent(violation, connection.getStatistics().getErrs()));
		if (this.recent.size() > MAX_RECENT) {
			this.recent.remove(this.recent.keySet().iterator().next());
		}
		if (literal.isSubscription() && literal.subject().startsWith(connection.getOptions().getInboxPrefix())) {
			this.inbox = violation;
		}
	}

	private synchronized boolean isDue(PermissionViolation violation) {
		long now = System.nanoTime();
		PermissionViolation key = new PermissionViolation(violation.operation(),
				GENERATED.matcher(violation.subject()).replaceAll("*"));
		this.logged.values().removeIf((time) -> now - time >= REPEAT_NANOS);
		return this.logged.putIfAbsent(key, now) == null;
	}

	/**
	 * Forget the subscriptions that were denied: the server is about to be asked again.
	 */
	public synchronized void reset() {
		this.inbox = null;
	}

	synchronized @Nullable PermissionViolation ofRequest(Predicate<String> subjects, String inboxPrefix,
			long errorsBefore) {
		List<Recent> latestFirst = new ArrayList<>(this.recent.values());
		for (int i = latestFirst.size() - 1; i >= 0; i--) {
			Recent candidate = latestFirst.get(i);
			if (candidate.errors() > errorsBefore && !candidate.violation().isSubscription()
					&& subjects.test(candidate.violation().subject())) {
				return candidate.violation();
			}
		}
		return this.inbox;
	}

	/** Add somebody with live subscriptions. */
	public void add(Subscriber subscriber) {
		this.subscribers.add(subscriber);
	}

	/** Remove a subscriber. */
	public void remove(Subscriber subscriber) {
		this.subscribers.remove(subscriber);
	}

	/**
	 * Records the violations of a connection: its error listener.
	 */
	public interface Source {

		/** Return the violations. */
		PermissionViolations permissionViolations();

	}

	/**
	 * Has live subscriptions.
	 */
	@FunctionalInterface
	public interface Subscriber {

		/**
		 * The server has dropped or refused a subscription. Called on the connection's
		 * thread for callbacks.
		 * @return whether this subscriber logs it
		 */
		boolean denied(Denial denial);

	}

	/**
	 * A subscription that the server has dropped or refused.
	 *
	 * @param violation the violation, with the subject as it was subscribed
	 * @param dropped whether there was a subscription. The server then does not say
	 * whether it was in a queue group
	 * @param queue whether the server has named a queue group
	 */
	public record Denial(PermissionViolation violation, boolean dropped, boolean queue) {

		/**
		 * Return whether a subscription may be the one.
		 * @param queue its queue group, if any
		 */
		public boolean concerns(String subject, @Nullable String queue) {
			return subject.equals(this.violation.subject()) && (this.dropped || this.queue == (queue != null));
		}

	}

	/**
	 * A report.
	 *
	 * @param violation the violation, with the subject as it was used
	 * @param due whether it is to be logged: the same was not within 10 s, whatever the
	 * generated names in it
	 */
	public record Report(PermissionViolation violation, boolean due) {

	}

	/**
	 * A violation.
	 *
	 * @param violation the violation
	 * @param errors how many errors the connection had counted at the time
	 */
	private record Recent(PermissionViolation violation, long errors) {

	}

}
