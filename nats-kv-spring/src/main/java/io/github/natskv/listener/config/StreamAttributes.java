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

package io.github.natskv.listener.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.core.Subjects;
import io.github.natskv.jetstream.SubjectFilters;
import io.github.natskv.listener.invocation.AttributeResolver;
import io.github.natskv.listener.invocation.ListenerMethod;
import io.github.natskv.listener.invocation.SubjectPattern;
import io.github.natskv.listener.stream.AckMode;
import io.github.natskv.listener.stream.OrderedPosition;
import io.github.natskv.listener.stream.OrderedStart;
import io.github.natskv.listener.stream.OrderingText;
import io.nats.client.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * Reads the attributes of a {@link JetStreamListener}, and refuses those that cannot
 * work.
 */
final class StreamAttributes {

	private final ListenerMethod method;

	private final AttributeResolver resolver;

	private final JetStreamListener annotation;

	private final List<SubjectPattern> subjects;

	private final boolean ordered;

	private final boolean batched;

	StreamAttributes(ListenerMethod method, AttributeResolver resolver, JetStreamListener annotation) {
		this.method = method;
		this.resolver = resolver;
		this.annotation = annotation;
		this.ordered = resolver.bool("ordered", annotation.ordered(), false);
		this.subjects = resolver.subjects("subjects", annotation.subjects());
		this.batched = !resolver.string("batch", annotation.batch()).isEmpty();
		checkOverlaps();
		checkNames();
	}

	private void checkOverlaps() {
		Set<String> seen = new LinkedHashSet<>();
		for (SubjectPattern subject : this.subjects) {
			for (String other : seen) {
				if (SubjectFilters.covers(other, subject.subject())
						|| SubjectFilters.covers(subject.subject(), other)) {
					throw this.method.invalid("its subjects '%s' and '%s' overlap".formatted(other, subject),
							"Remove one of them");
				}
			}
			seen.add(subject.subject());
		}
	}

	private void checkNames() {
		if (stream().isEmpty()) {
			throw this.method.invalid("it has no stream", "Name one: @JetStreamListener(stream = \"orders\")");
		}
		requireName("stream", stream());
		if (!this.ordered) {
			if (consumer().isEmpty()) {
				throw this.method.invalid("it has no consumer", "Name one: @JetStreamListener(consumer = \"billing\"),"
						+ " or read the stream in order, by ordered = \"true\"");
			}
			requireName("consumer", consumer());
			refuse("from", this.annotation.from(), "needs ordered = \"true\"");
			refuse("position", this.annotation.position(), "needs ordered = \"true\"");
			return;
		}
		String why = "is of no use where the stream is read in order, one message after the other";
		refuse("consumer", this.annotation.consumer(), why);
		refuse("concurrency", this.annotation.concurrency(), why);
		refuse("orderedBy", this.annotation.orderedBy(), why);
		refuse("batch", this.annotation.batch(), why);
		refuse("ack", this.annotation.ack(), why);
		refuse("deadLetter", this.annotation.deadLetter(), why);
	}

	private void requireName(String attribute, String value) {
		if (!value.matches("[^\\s.*>/\\\\]+")) {
			throw this.method.invalid("attribute '%s' is '%s', which cannot be a name".formatted(attribute, value),
					"Use a name without white space, dots, wildcards and slashes");
		}
	}

	private void refuse(String name, String value, String why) {
		String text = this.resolver.string(name, value);
		if (!text.isEmpty()) {
			throw this.method.invalid("attribute '%s' is '%s', which %s".formatted(name, text, why),
					"Remove one of the attributes '" + name + "' and 'ordered', or change it");
		}
	}

	String stream() {
		return this.resolver.string("stream", this.annotation.stream());
	}

	String consumer() {
		return this.resolver.string("consumer", this.annotation.consumer());
	}

	List<SubjectPattern> subjects() {
		return this.subjects;
	}

	boolean isOrdered() {
		return this.ordered;
	}

	boolean isBatched() {
		return this.batched;
	}

	int batch() {
		return this.resolver.integer("batch", this.annotation.batch(), 1);
	}

	int concurrency(int defaultValue) {
		return this.resolver.integer("concurrency", this.annotation.concurrency(), defaultValue);
	}

	AckMode ackMode() {
		String value = this.resolver.string("ack", this.annotation.ack());
		try {
			return AckMode.of(value);
		}
		catch (IllegalArgumentException ex) {
			throw this.method.invalid("attribute 'ack' is '" + value + "'", "Make it auto, confirmed or manual", ex);
		}
	}

	@Nullable OrderingText order() {
		String text = this.resolver.string("orderedBy", this.annotation.orderedBy());
		if (text.isEmpty()) {
			return null;
		}
		if (this.batched) {
			throw this.method.invalid("it takes batches, of which the messages cannot be in order by '" + text + "'",
					"Remove one of the attributes 'batch' and 'orderedBy'");
		}
		try {
			return new OrderingText(text, this.subjects);
		}
		catch (IllegalArgumentException ex) {
			throw this.method.invalid("attribute 'orderedBy' is '" + text + "', but " + ex.getMessage(),
					"Put the variable into all subjects, or correct its name", ex);
		}
	}

	@Nullable String deadLetter() {
		String subject = this.resolver.string("deadLetter", this.annotation.deadLetter());
		if (subject.isEmpty()) {
			return null;
		}
		try {
			Subjects.checkPublishable(subject);
		}
		catch (IllegalArgumentException ex) {
			throw this.method.invalid("its dead letters cannot be sent: " + ex.getMessage(), "Correct the subject", ex);
		}
		for (SubjectPattern own : this.subjects) {
			if (Subjects.matches(own.subject(), subject)) {
				throw this.method.invalid(
						"its dead letters go to '%s', which its own subject '%s' covers".formatted(subject, own),
						"Use a subject for dead letters that the listener does not receive");
			}
		}
		return subject;
	}

	OrderedStart start() {
		String from = this.resolver.string("from", this.annotation.from());
		try {
			return OrderedStart.of(from);
		}
		catch (IllegalArgumentException ex) {
			throw this.method.invalid("attribute 'from' is '" + from + "'",
					"Make it first, new, last-per-subject, a sequence or a time such as 2026-01-31T12:00:00Z", ex);
		}
	}

	@Nullable OrderedPosition position(Function<String, Supplier<KeyValue>> buckets) {
		String position = this.resolver.string("position", this.annotation.position());
		if (position.isEmpty()) {
			return null;
		}
		int slash = position.indexOf('/');
		if (slash < 1 || slash == position.length() - 1) {
			throw this.method.invalid("attribute 'position' is '" + position + "'",
					"Make it a bucket and a key with a slash between: position = \"positions/orders\"");
		}
		return new OrderedPosition(position.substring(slash + 1), buckets.apply(position.substring(0, slash)));
	}

}
