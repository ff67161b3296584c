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
import java.net.Socket;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the socket of a connection, and verifies that the certificate of the server is
 * for the host that was asked for. jnats verifies only who signed it.
 */
final class VerifiedHost {

	private final Options options;

	private final @Nullable String name;

	private VerifiedHost(Options options, @Nullable String name) {
		this.options = options;
		this.name = name;
	}

	// To be called on the thread that connects, before it does
	static VerifiedHost ofNext(Options options) {
		return new VerifiedHost(options, NamedServerPool.peer(options));
	}

	SSLSocket encrypt(Socket socket, String address, int port) throws IOException {
		String host = (this.name != null) ? this.name : address;
		SSLSocket encrypted = (SSLSocket) sockets().createSocket(socket, host, port, true);
		encrypted.setUseClientMode(true);
		if (NamedServerPool.isVerifying(this.options)) {
			SSLParameters parameters = encrypted.getSSLParameters();
			parameters.setEndpointIdentificationAlgorithm("HTTPS");
			encrypted.setSSLParameters(parameters);
		}
		encrypted.startHandshake();
		return encrypted;
	}

	private SSLSocketFactory sockets() throws IOException {
		try {
			return this.options.getSslContext().getSocketFactory();
		}
		catch (RuntimeException ex) {
			throw new UnusableSslBundleException(ex);
		}
	}

}
