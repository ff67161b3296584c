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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.nats.client.support.IncomingHeadersProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderGuardTests {

	private static final String[] BLOCKS = { "NATS/1.0\r\n\r\n", "NATS/1.0\r\nCity: Zurich\r\n\r\n",
			"NATS/1.0 503\r\n\r\n", "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 7\r\n\r\n",
			"NATS/1.0\r\nCity: Z\u00fcrich\r\n\r\n", "NATS/1.0\r\nno colon\r\n\r\n", "NATS/1.0\r\n: no name\r\n\r\n",
			"NATS/1.0\r\na:b\nc:d\r\n\r\n", "NATS/1.0\r\na:\u0001\u0000\r\n\r\n", "NATS/1.0\r\na b:c\r\n\r\n",
			"NATS/1.0 x\r\n\r\n", "NATS/1.0 1000000000000\r\n\r\n", "NATS/1.0\r\na:b\r\n", "NATS/1.0",
			"NATS/2.0\r\na:b\r\n\r\n", "abc", "\r\n\r\n", "NATS/1.0\r\na:b\r\n\r\nc:d\r\n\r\n",
			"NATS/1.0\r\na:\r\n\r\n", "NATS/1.0\r\n\r\n\r\n", "NATS/1.0    \r\n\r\n",
			"NATS/1.0\r\nlong:" + "\u00e9".repeat(70_000) + "\r\n\r\n" };

	@Test
	void whatJnatsCanReadPassesAsItIs() throws IOException {
		String text = "INFO {}\r\nMSG a 1 3\r\na\r\n\r\nHMSG a.b 2 reply 24 26\r\nNATS/1.0\r\nCity: Rome\r\n\r\nhi\r\nPING\r\n+OK\r\n"
				+ "-ERR 'x'\r\nHMSG a 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n";
		for (int chunk = 1; chunk < 40; chunk++) {
			List<String> reports = new ArrayList<>();
			assertThat(pass(text, chunk, reports)).isEqualTo(text);
			assertThat(reports).isEmpty();
		}
	}

	@Test
	void keepsTheHeadersThatCanBeRead() throws IOException {
		String block = "NATS/1.0\r\nCity: Z\u00fcrich\r\nnonsense\r\nKV-Operation: DEL\r\n\r\n";
		String mended = "NATS/1.0\r\nCity: Z?rich\r\nKV-Operation: DEL\r\n\r\n";
		List<String> reports = new ArrayList<>();
		assertThat(pass("HMSG a 1 %d %d\r\n%s12\r\nPING\r\n".formatted(block.length(), block.length() + 2, block), 7,
				reports))
			.isEqualTo("HMSG a 1 %d %d\r\n%s12\r\nPING\r\n".formatted(mended.length(), mended.length() + 2, mended));
		assertThat(reports).containsExactly("a");
	}

	@Test
	void keepsTheHeadersBesideALoneLineFeed() throws IOException {
		String block = "NATS/1.0\r\nCity: a\nX: b\r\nKV-Operation: DEL\r\nNats-Sequence: 7\r\n\r\n";
		String mended = block.replace("a\nX", "a?X");
		assertThat(pass("HMSG a 1 %d %d\r\n%s12\r\n".formatted(block.length(), block.length() + 2, block), 7,
				new ArrayList<>()))
			.isEqualTo("HMSG a 1 %d %d\r\n%s12\r\n".formatted(mended.length(), mended.length() + 2, mended));
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void everyBlockThatPassesCanBeReadAndNothingElseChanges(long seed) throws IOException {
		Random random = new Random(seed);
		StringBuilder text = new StringBuilder("INFO {}\r\n");
		List<String> payloads = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			String payload = "p".repeat(random.nextInt(40)) + "\r\nHMSG";
			payloads.add(payload);
			String block = block(random);
			text.append((random.nextInt(3) == 0) ? "MSG s 1 %d\r\n".formatted(payload.length())
					: "HMSG s 1 r %d %d\r\n%s".formatted(block.length(), block.length() + payload.length(), block))
				.append(payload)
				.append("\r\n");
			if (random.nextInt(5) == 0) {
				text.append("PING\r\n");
			}
		}
		assertThat(payloads(pass(text.toString(), 1 + random.nextInt(5000), new ArrayList<>()))).isEqualTo(payloads);
	}

	private static String block(Random random) {
		StringBuilder block = new StringBuilder(
				BLOCKS[random.nextInt((random.nextInt(20) == 0) ? BLOCKS.length : BLOCKS.length - 1)]);
		if (random.nextInt(2) == 0 && block.length() < 1000) {
			block.setCharAt(random.nextInt(block.length()), (char) random.nextInt(256));
		}
		return block.toString();
	}

	// As jnats reads it.
	private static List<String> payloads(String text) {
		List<String> payloads = new ArrayList<>();
		int position = 0;
		while (position < text.length()) {
			int end = text.indexOf("\r\n", position);
			String[] line = text.substring(position, end).split(" ");
			position = end + 2;
			int headers = line[0].equals("HMSG") ? Integer.parseInt(line[line.length - 2]) : 0;
			if (headers > 0) {
				new IncomingHeadersProcessor(
						text.substring(position, position + headers).getBytes(StandardCharsets.ISO_8859_1));
			}
			if (line[0].endsWith("MSG")) {
				int total = Integer.parseInt(line[line.length - 1]);
				payloads.add(text.substring(position + headers, position + total));
				position += total + 2;
			}
		}
		return payloads;
	}

	private static String pass(String text, int chunk, List<String> reports) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
		int[] position = { 0 };
		HeaderGuard guard = new HeaderGuard((destination, offset, length) -> {
			int count = Math.min(Math.min(chunk, length), bytes.length - position[0]);
			System.arraycopy(bytes, position[0], destination, offset, count);
			position[0] += count;
			return (count > 0) ? count : -1;
		}, (subject, problem) -> reports.add(subject));
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		byte[] destination = new byte[100];
		for (int count = guard.read(destination, 0, 100); count > 0; count = guard.read(destination, 0, 100)) {
			out.write(destination, 0, count);
		}
		return out.toString(StandardCharsets.ISO_8859_1);
	}

}
