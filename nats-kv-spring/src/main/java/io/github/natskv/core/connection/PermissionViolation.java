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

import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A server's report that the user is not allowed a subject. It reports that apart from
 * the request or subscription, which then goes unanswered.
 *
 * @param operation what is not allowed, {@code publish} or {@code subscribe}
 * @param subject the subject; of an inbox, what all inboxes of the connection match
 * @since 0.1.0
 */
public record PermissionViolation(String operation, String subject) {

	/** The subject is the first text in quotes; a queue group or a number may follow. */
	private static final Pattern ERROR = Pattern.compile(
			"Permissions Violation for (Publish|Subscription)[^\"]* \"((?:[^\"\\\\]|\\\\.)*)\".*",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern ESCAPE = Pattern.compile("\\\\([\"\\\\])");

	/** The last tokens of an inbox, which is another one each time. */
	private static final Pattern INBOX = Pattern.compile("\\.[A-Za-z0-9]{22}(\\.\\*)?$");

	/**
	 * Read what a server reported.
	 * @param error the text of the error, or {@code null}
	 * @return the violation, or {@code null} if the error is none
	 */
	public static @Nullable PermissionViolation of(@Nullable String error) {
		PermissionViolation literal = literal(error);
		return (literal != null) ? literal.ofAnyInbox() : null;
	}

	/** The violation with the subject as the server wrote it, that of an inbox too. */
	static @Nullable PermissionViolation literal(@Nullable String error) {
		Matcher matcher = ERROR.matcher((error != null) ? error : "");
		if (!matcher.matches()) {
			return null;
		}
		return new PermissionViolation(matcher.group(1).equalsIgnoreCase("publish") ? "publish" : "subscribe",
				ESCAPE.matcher(matcher.group(2)).replaceAll("$1"));
	}

	PermissionViolation ofAnyInbox() {
		return isSubscription()
				? new PermissionViolation(this.operation, INBOX.matcher(this.subject).replaceFirst(".>")) : this;
	}

	boolean isSubscription() {
		return this.operation.equals("subscribe");
	}

	/**
	 * Find out whether a request went unanswered for want of a permission.
	 * @param errorsBefore how many errors the connection had counted before the request
	 */
	public static @Nullable PermissionViolation ofRequest(Connection connection, String subject, long errorsBefore) {
		return ofRequest(connection, subject::equals, errorsBefore);
	}

	/**
	 * Find out whether a request went unanswered for want of a permission.
	 * @param errorsBefore how many errors the connection had counted before the request
	 */
	public static @Nullable PermissionViolation ofRequest(Connection connection, Predicate<String> subjects,
			long errorsBefore) {
		PermissionViolations recent = PermissionViolations.of(connection);
		if (recent != null) {
			PermissionViolation found = recent.ofRequest(subjects, connection.getOptions().getInboxPrefix(),
					errorsBefore);
			if (found != null) {
				return found;
			}
		}
		PermissionViolation last = of(connection.getLastError());
		boolean since = connection.getStatistics().getErrs() > errorsBefore;
		if (last == null || !(since || (recent == null && last.isSubscription()))) {
			return null;
		}
		boolean concerned = last.isSubscription() ? last.subject().startsWith(connection.getOptions().getInboxPrefix())
				: subjects.test(last.subject());
		return concerned ? last : null;
	}

	/**
	 * Return what was found and what to do.
	 * @return the description, without a full stop at the end
	 */
	public String describe() {
		return "the server does not allow the user to %s to '%s'. Allow it in the permissions of the user"
			.formatted(this.operation, this.subject);
	}

}
