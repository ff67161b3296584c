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

import java.nio.charset.StandardCharsets;

import io.nats.client.support.IncomingHeadersProcessor;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a message as they are sent. Servers pass on what clients publish,
 * whether it keeps the rules (ADR-4) or not; jnats reads only what does.
 */
public final class HeaderBlock {

	private HeaderBlock() {
	}

	/**
	 * Return why jnats cannot read a block.
	 * @return what it throws, {@code null} if it can read the block
	 */
	public static @Nullable RuntimeException problem(byte[] block) {
		try {
			new IncomingHeadersProcessor(block);
			return null;
		}
		catch (RuntimeException ex) {
			return ex;
		}
	}

	/**
	 * Mend a block that jnats cannot read: each header that has a name is kept, with
	 * {@code ?} for what must not be in it. A status is dropped.
	 * @return a block that jnats can read and is no longer, an empty one if there is none
	 */
	public static byte[] mend(byte[] block) {
		byte[] mended = readable(new String(block, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.US_ASCII);
		return (mended.length > block.length || problem(mended) != null) ? new byte[0] : mended;
	}

	private static String readable(String block) {
		if (!block.startsWith("NATS/1.0")) {
			return "";
		}
		String[] lines = block.split("\r\n");
		StringBuilder readable = new StringBuilder("NATS/1.0\r\n");
		for (int i = 1; i < lines.length; i++) {
			int colon = lines[i].indexOf(':');
			if (colon > 0) {
				readable.append(lines[i].substring(0, colon).replaceAll("[^!-~]", "?"))
					.append(':')
					.append(lines[i].substring(colon + 1).replaceAll("[^ -~\t]", "?"))
					.append("\r\n");
			}
		}
		return readable.append("\r\n").toString();
	}

}
