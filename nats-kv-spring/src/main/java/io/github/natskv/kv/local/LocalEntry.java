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

package io.github.natskv.kv.local;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.function.Supplier;

import io.github.natskv.kv.jetstream.BucketValues;
import io.github.natskv.kv.jetstream.KeptMessage;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import io.nats.client.support.Status;
import org.jspecify.annotations.Nullable;

/**
 * The last message of a key as it is held in memory. A value is decoded once for each
 * view of the bucket that reads it, the last one is remembered.
 */
final class LocalEntry extends MessageInfo implements KeptMessage {

	private static final byte[] EMPTY = {};

	private final String prefix;

	private final String key;

	private final long revision;

	private final byte @Nullable [] value;

	private final @Nullable Headers headers;

	private final Instant created;

	/** The time at which the server removes it, in milliseconds of its clock. */
	private final long expiry;

	/**
	 * The time since which it waits for the watch to deliver it, in nanoseconds, else 0.
	 */
	private volatile long aheadSince;

	private volatile @Nullable Decoded decoded;

	LocalEntry(String prefix, String key, long revision, byte @Nullable [] value, @Nullable Headers headers,
			Instant created, long expiry, long aheadSince) {
		super((Status) null, null);
		this.prefix = prefix;
		this.key = key;
		this.revision = revision;
		this.value = value;
		this.headers = headers;
		this.created = created;
		this.expiry = expiry;
		this.aheadSince = aheadSince;
	}

	String key() {
		return this.key;
	}

	boolean isPut() {
		return BucketValues.isPut(this);
	}

	boolean isExpired(long now) {
		return this.expiry <= now;
	}

	long expiry() {
		return this.expiry;
	}

	/** Whether the watch has yet to deliver it. */
	boolean isAhead() {
		return this.aheadSince != 0;
	}

	long aheadSince() {
		return this.aheadSince;
	}

	void doubt(long since) {
		this.aheadSince = since;
	}

	void adopt(LocalEntry same) {
		this.decoded = same.decoded;
	}

	long size() {
		return this.key.length() + ((this.value != null) ? this.value.length : 0);
	}

	@Override
	public Object decoded(Object view, Supplier<Object> decoder) {
		Decoded last = this.decoded;
		if (last == null || last.view != view) {
			last = new Decoded(view, decoder.get());
			this.decoded = last;
		}
		// the only value that would not be shared otherwise
		return (last.value instanceof byte[] bytes) ? bytes.clone() : last.value;
	}

	@Override
	public String getSubject() {
		return this.prefix + this.key;
	}

	@Override
	public long getSeq() {
		return this.revision;
	}

	@Override
	public byte[] getData() {
		return (this.value != null && this.value.length > 0) ? this.value.clone() : EMPTY;
	}

	@Override
	public ZonedDateTime getTime() {
		return this.created.atZone(ZoneOffset.UTC);
	}

	@Override
	public @Nullable Headers getHeaders() {
		return this.headers;
	}

	@Override
	public boolean isMessage() {
		return true;
	}

	private record Decoded(Object view, Object value) {

	}

}
