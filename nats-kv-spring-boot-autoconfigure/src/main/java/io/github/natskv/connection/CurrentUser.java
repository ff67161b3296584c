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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;

import io.nats.client.Options;
import io.nats.client.support.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * User and password, which jnats takes once. Where they have changed since, they are
 * written into what it sends to log in.
 */
public final class CurrentUser {

	private static final byte[] CONNECT = "CONNECT {".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] END = "}\r\n".getBytes(StandardCharsets.US_ASCII);

	private final Login first;

	private final LastGood<Login> login;

	public CurrentUser(ConnectionName connection, Login first, Supplier<? extends @Nullable Login> source) {
		this.first = first;
		this.login = new LastGood<>(connection, first, source);
	}

	/**
	 * Return whether options log in as this user, rather than as one of a customizer.
	 * @param options the options of the connection
	 */
	public boolean isOf(Options options) {
		return Arrays.equals(options.getUsernameChars(), this.first.username().toCharArray())
				&& Arrays.equals(options.getPasswordChars(), this.first.password().toCharArray());
	}

	/**
	 * Bring what a connection sends first up to date.
	 * @param source holds what is to be sent
	 * @return what to send instead, or {@code null} to send it as it is
	 */
	byte @Nullable [] update(byte[] source, int length) {
		int end = endOfConnect(source, length);
		Login current = (end > 0) ? this.login.get() : this.first;
		if (current.equals(this.first)) {
			return null;
		}
		// of options given twice the server takes the last
		byte[] added = ",\"user\":\"%s\",\"pass\":\"%s\""
			.formatted(Encoding.jsonEncode(current.username()), Encoding.jsonEncode(current.password()))
			.getBytes(StandardCharsets.UTF_8);
		byte[] updated = new byte[length + added.length];
		System.arraycopy(source, 0, updated, 0, end);
		System.arraycopy(added, 0, updated, end, added.length);
		System.arraycopy(source, end, updated, end + added.length, length - end);
		return updated;
	}

	// The index of the brace that ends the options
	private static int endOfConnect(byte[] source, int length) {
		if (length < CONNECT.length || !Arrays.equals(source, 0, CONNECT.length, CONNECT, 0, CONNECT.length)) {
			return -1;
		}
		for (int i = CONNECT.length; i + END.length <= length; i++) {
			if (Arrays.equals(source, i, i + END.length, END, 0, END.length)) {
				return i;
			}
		}
		return -1;
	}

	/**
	 * A user and the password.
	 *
	 * @param username the user
	 * @param password the password
	 */
	public record Login(String username, String password) {

		public static @Nullable Login of(@Nullable String username, @Nullable String password) {
			return (username != null && password != null) ? new Login(username, password) : null;
		}

		@Override
		public String toString() {
			return "user '" + this.username + "'";
		}

	}

}
