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

package io.github.natskv.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.io.Resource;

/**
 * Servers and credentials of the connection. A bean of this type replaces the connection
 * part of the {@code nats.*} properties. The login is asked for again at each attempt to
 * connect, so that it may change while the application runs; where that throws or returns
 * nothing, the last one serves.
 *
 * @since 0.1.0
 */
public interface NatsConnectionDetails extends ConnectionDetails {

	/**
	 * Server URLs: {@code nats://}, {@code tls://}, {@code ws://} or {@code wss://}.
	 * @return the servers, at least one
	 */
	List<String> getServers();

	/**
	 * User to log in as.
	 * @return the user name, or {@code null}
	 */
	default @Nullable String getUsername() {
		return null;
	}

	/**
	 * Password of the user.
	 * @return the password, or {@code null}
	 */
	default @Nullable String getPassword() {
		return null;
	}

	/**
	 * Authentication token.
	 * @return the token, or {@code null}
	 */
	default @Nullable String getToken() {
		return null;
	}

	/**
	 * Credentials file holding a user JWT and its NKey seed.
	 * @return the file, or {@code null}
	 */
	default @Nullable Resource getCredentials() {
		return null;
	}

	/**
	 * NKey seed.
	 * @return the seed, or {@code null}
	 */
	default @Nullable String getNkeySeed() {
		return null;
	}

	/**
	 * Keys and trust for TLS.
	 * @return the bundle, or {@code null} to leave TLS to the server URL's scheme
	 */
	default @Nullable SslBundle getSslBundle() {
		return null;
	}

	/**
	 * Whether the TLS handshake comes before the server's greeting, as servers with
	 * {@code handshake_first} want it.
	 * @return {@code true} if it comes first, {@code false} by default
	 */
	default boolean isTlsFirst() {
		return false;
	}

	/**
	 * Whether the certificate of the server has to be for the host it is connected to.
	 * The property {@code nats.ssl.verify-hostname} can turn it off as well.
	 * @return {@code false} to accept any certificate of a trusted authority,
	 * {@code true} by default
	 */
	default boolean isVerifyHostname() {
		return true;
	}

}
