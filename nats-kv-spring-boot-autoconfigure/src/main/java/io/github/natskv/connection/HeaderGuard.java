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

package io.github.natskv.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.github.natskv.core.connection.HeaderBlock;

/**
 * Passes on what a server sends, and mends header blocks that jnats cannot read: it would
 * end the reader of the connection for one, and notice when pings fail. A block is looked
 * at when all of it has come; payloads are passed over by their length.
 */
final class HeaderGuard {

	private static final byte[] START = "NATS/1.0\r\n".getBytes(StandardCharsets.US_ASCII);

	private final Source source;

	private final Report report;

	private byte[] buffer = new byte[64 * 1024];

	/** The position at which what was not passed on yet begins. */
	private int start;

	/** Up to where it has been looked at. */
	private int ready;

	private int end;

	/** The number of bytes of a payload still to come. */
	private long skip;

	HeaderGuard(Source source, Report report) {
		this.source = source;
		this.report = report;
	}

	int read(byte[] destination, int offset, int length) throws IOException {
		while (this.ready == this.start) {
			makeRoom();
			int count = this.source.read(this.buffer, this.end, this.buffer.length - this.end);
			if (count <= 0) {
				return count;
			}
			this.end += count;
			advance();
		}
		int count = Math.min(length, this.ready - this.start);
		System.arraycopy(this.buffer, this.start, destination, offset, count);
		this.start += count;
		return count;
	}

	// Whether something has come that was not passed on yet
	boolean isHolding() {
		return this.end > this.start;
	}

	private void makeRoom() {
		if (this.start > 0) {
			System.arraycopy(this.buffer, this.start, this.buffer, 0, this.end - this.start);
			this.end -= this.start;
			this.ready = 0;
			this.start = 0;
		}
		if (this.end == this.buffer.length) {
			this.buffer = Arrays.copyOf(this.buffer, this.buffer.length * 2);
		}
	}

	private void advance() {
		while (this.ready < this.end) {
			if (this.skip > 0) {
				int passed = (int) Math.min(this.skip, this.end - this.ready);
				this.skip -= passed;
				this.ready += passed;
				continue;
			}
			int lineEnd = lineEnd();
			if (lineEnd < 0) {
				return;
			}
			if (this.buffer[this.ready] == 'M') {
				this.skip = number(lineEnd - 2) + 2;
				this.ready = lineEnd;
			}
			else if (this.buffer[this.ready] == 'H') {
				int headers = (int) number(beforeLastToken(lineEnd - 2));
				if (this.end - lineEnd < headers) {
					return;
				}
				pass(lineEnd, headers);
			}
			else {
				this.ready = lineEnd;
			}
		}
	}

	// The index behind the line that begins at what is ready, -1 if it is not complete.
	private int lineEnd() {
		for (int i = this.ready; i < this.end; i++) {
			if (this.buffer[i] == '\n') {
				return i + 1;
			}
		}
		return -1;
	}

	// The number that ends before an index.
	private long number(int end) {
		long number = 0;
		long factor = 1;
		for (int i = end - 1; i >= this.ready && this.buffer[i] >= '0' && this.buffer[i] <= '9'; i--) {
			number += factor * (this.buffer[i] - '0');
			factor *= 10;
		}
		return number;
	}

	private int beforeLastToken(int end) {
		int i = end;
		while (i > this.ready && this.buffer[i - 1] != ' ' && this.buffer[i - 1] != '\t') {
			i--;
		}
		while (i > this.ready && (this.buffer[i - 1] == ' ' || this.buffer[i - 1] == '\t')) {
			i--;
		}
		return i;
	}

	private void pass(int lineEnd, int headers) {
		long total = number(lineEnd - 2);
		if (!isPlain(lineEnd, lineEnd + headers)) {
			byte[] block = Arrays.copyOfRange(this.buffer, lineEnd, lineEnd + headers);
			RuntimeException problem = HeaderBlock.problem(block);
			if (problem != null) {
				mend(lineEnd, block, total, problem);
				return;
			}
		}
		this.ready = lineEnd;
		this.skip = total + 2;
	}

	// What most blocks are, and jnats can read.
	private boolean isPlain(int from, int to) {
		int i = from + START.length;
		if (to - i < 2 || !Arrays.equals(this.buffer, from, i, START, 0, START.length)) {
			return false;
		}
		while (i < to - 2) {
			int name = i;
			while (i < to && this.buffer[i] > ' ' && this.buffer[i] < 127 && this.buffer[i] != ':') {
				i++;
			}
			if (i == name || i >= to || this.buffer[i] != ':') {
				return false;
			}
			i++;
			while (i < to && ((this.buffer[i] >= ' ' && this.buffer[i] < 127) || this.buffer[i] == '\t')) {
				i++;
			}
			if (i + 1 >= to || this.buffer[i] != '\r' || this.buffer[i + 1] != '\n') {
				return false;
			}
			i += 2;
		}
		return i == to - 2 && this.buffer[i] == '\r' && this.buffer[i + 1] == '\n';
	}

	// Replaces the message's first line and headers by ones that are no longer.
	private void mend(int lineEnd, byte[] block, long total, RuntimeException problem) {
		String[] line = new String(this.buffer, this.ready, lineEnd - 2 - this.ready, StandardCharsets.ISO_8859_1)
			.split("[ \t]+");
		byte[] mended = HeaderBlock.mend(block);
		String first = String.join(" ", Arrays.copyOfRange(line, 1, line.length - 2));
		long payload = total - block.length;
		byte[] replaced = ((mended.length == 0) ? "MSG " + first + " " + payload + "\r\n"
				: "HMSG " + first + " " + mended.length + " " + (mended.length + payload) + "\r\n")
			.getBytes(StandardCharsets.ISO_8859_1);
		byte[] replacement = Arrays.copyOf(replaced, replaced.length + mended.length);
		System.arraycopy(mended, 0, replacement, replaced.length, mended.length);
		int next = lineEnd + block.length - replacement.length;
		System.arraycopy(this.buffer, this.start, this.buffer, this.start + next - this.ready, this.ready - this.start);
		this.start += next - this.ready;
		System.arraycopy(replacement, 0, this.buffer, next, replacement.length);
		this.ready = next + replacement.length;
		this.skip = payload + 2;
		String subject = (line.length > 1)
				? new String(line[1].getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8) : "";
		this.report.mended(subject, problem);
	}

	/**
	 * The source of the bytes.
	 */
	interface Source {

		int read(byte[] destination, int offset, int length) throws IOException;

	}

	/**
	 * A callback for each message whose headers were mended.
	 */
	interface Report {

		void mended(String subject, RuntimeException problem);

	}

}
