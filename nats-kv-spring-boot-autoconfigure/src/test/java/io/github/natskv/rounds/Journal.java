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

package io.github.natskv.rounds;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.github.natskv.rounds.BucketFault.Damage;
import io.github.natskv.rounds.Write.Kind;
import org.jspecify.annotations.Nullable;

/**
 * All that was done in a round, and with it the model of what a bucket may hold and must
 * hold. It takes no sides where writes overlap: what it is sure of, is sure.
 */
final class Journal {

	private final Map<String, List<Write>> writes = new ConcurrentHashMap<>();

	private final Map<String, Write> writesByValue = new ConcurrentHashMap<>();

	private final ConcurrentLinkedQueue<Reading> readings = new ConcurrentLinkedQueue<>();

	private final List<Disturbance> disturbances = new CopyOnWriteArrayList<>();

	private final List<String> offences = new CopyOnWriteArrayList<>();

	private final AtomicInteger values = new AtomicInteger();

	Write put(String key, @Nullable Long expected) {
		return begin(new Write(key, Kind.PUT, key + "#" + this.values.incrementAndGet(), expected));
	}

	Write remove(String key, Kind kind, @Nullable Long expected) {
		return begin(new Write(key, kind, null, expected));
	}

	private Write begin(Write write) {
		if (write.value() != null) {
			this.writesByValue.put(write.value(), write);
		}
		this.writes.computeIfAbsent(write.key(), (key) -> new CopyOnWriteArrayList<>()).add(write);
		return write;
	}

	void read(Reading reading) {
		this.readings.add(reading);
	}

	void disturbed(Disturbance disturbance) {
		this.disturbances.add(disturbance);
	}

	/** Something that must not happen at all. */
	void offence(String description) {
		this.offences.add(description);
	}

	List<String> offences() {
		return this.offences;
	}

	Stream<Write> writes() {
		return this.writes.values().stream().flatMap(List::stream);
	}

	Stream<Reading> readings() {
		return this.readings.stream();
	}

	List<Disturbance> disturbances() {
		return this.disturbances;
	}

	/** How often the numbering of the bucket may have started over. */
	int renumberings() {
		return (int) this.disturbances.stream().filter((fault) -> fault.damage() == Damage.RENUMBERS).count();
	}

	boolean isDisturbed(long from, long to) {
		return isDisturbed(from, to, (damage) -> true);
	}

	boolean isDisturbed(long from, long to, Predicate<Damage> damage) {
		return this.disturbances.stream()
			.anyMatch((disturbance) -> damage.test(disturbance.damage()) && disturbance.overlaps(from, to));
	}

	/** Why this value cannot be in the bucket at this key, if so. */
	@Nullable String impossible(String key, @Nullable String value) {
		Write write = (value != null) ? this.writesByValue.get(value) : null;
		if (write == null || !write.key().equals(key)) {
			return "nobody wrote '%s' to %s".formatted(value, key);
		}
		return write.isRefused() ? "'%s' was refused".formatted(value) : null;
	}

	/** Whether the key had a value at every moment. */
	boolean isSurelyPresent(String key, long from, long to) {
		return of(key).anyMatch((put) -> put.kind() == Kind.PUT && put.isAcknowledged() && put.ended() < from
				&& !isDisturbed(put.started(), to, (damage) -> damage != Damage.INTERRUPTS)
				&& of(key).noneMatch((other) -> other.kind().isRemoval() && other.mayHappenBetween(put.started(), to)));
	}

	/** Whether the key had no value at any moment. */
	boolean isSurelyAbsent(String key, long from, long to) {
		return of(key)
			.anyMatch((removal) -> removal.kind().isRemoval() && removal.isAcknowledged() && removal.ended() < from
					&& !isDisturbed(removal.started(), to, (damage) -> damage == Damage.RENUMBERS)
					&& of(key).noneMatch(
							(other) -> other.kind() == Kind.PUT && other.mayHappenBetween(removal.started(), to)))
				|| of(key).noneMatch((write) -> write.mayHappenBetween(Long.MIN_VALUE, to));
	}

	/** The lowest revision the key could have at any moment, 0 if that is not sure. */
	long leastRevision(String key, long from, long to) {
		return of(key)
			.filter((write) -> write.isAcknowledged() && write.ended() < from
					&& !isDisturbed(write.started(), to, (damage) -> damage == Damage.RENUMBERS))
			.mapToLong(Write::revision)
			.max()
			.orElse(0);
	}

	/**
	 * Whether an acknowledged write may legitimately have left no trace in a bucket that
	 * keeps every revision of its keys.
	 */
	boolean mayBeErased(Write write) {
		return isDisturbed(write.started(), Long.MAX_VALUE, (damage) -> damage != Damage.INTERRUPTS) || of(write.key())
			.anyMatch((other) -> other.kind().erasesHistory() && other.mayHappenBetween(write.started(), Long.MAX_VALUE)
					&& !(other.isAcknowledged() && other.revision() > 0 && other.revision() <= write.revision()));
	}

	private Stream<Write> of(String key) {
		return this.writes.getOrDefault(key, List.of()).stream();
	}

}
