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

import java.util.function.Supplier;

import io.nats.client.AuthHandler;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AuthHandler} whose keys are read again at each attempt to connect.
 */
public final class CurrentAuthHandler implements AuthHandler {

	private final LastGood<AuthHandler> keys;

	public CurrentAuthHandler(ConnectionName connection, Supplier<? extends @Nullable AuthHandler> source,
			AuthHandler first) {
		this.keys = new LastGood<>(connection, first, source);
	}

	// jnats asks for this first
	@Override
	public char[] getID() {
		return this.keys.get().getID();
	}

	@Override
	public byte[] sign(byte[] nonce) {
		return this.keys.last().sign(nonce);
	}

	@Override
	public char[] getJWT() {
		return this.keys.last().getJWT();
	}

}
