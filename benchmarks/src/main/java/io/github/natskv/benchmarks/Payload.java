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

package io.github.natskv.benchmarks;

import java.nio.charset.StandardCharsets;

/**
 * The payload of the messages.
 */
public enum Payload {

	BYTES("16 bytes as `byte[]`", "bytes", "0123456789abcdef"),

	JSON("90-byte JSON to a record", "json",
			"{\"id\":\"order-12345678\",\"customer\":\"Alice Smith\",\"quantity\":12,\"price\":99.5,\"express\":true}"),

	JSON_16(JSON.label + ", 16 at a time", "json16", JSON.data);

	private final String label;

	private final String subject;

	private final byte[] data;

	Payload(String label, String subject, String text) {
		this(label, subject, text.getBytes(StandardCharsets.UTF_8));
	}

	Payload(String label, String subject, byte[] data) {
		this.label = label;
		this.subject = subject;
		this.data = data;
	}

	String subject(Contestant contestant) {
		return contestant.subject() + "." + this.subject;
	}

	public byte[] data() {
		return this.data;
	}

	@Override
	public String toString() {
		return this.label;
	}

}
