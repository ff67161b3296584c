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

package io.github.natskv.autoconfigure.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

import org.springframework.boot.ssl.SslOptions;

/**
 * Creates sockets with the protocols and ciphers of an SSL bundle.
 */
class BundleSslSocketFactory extends SSLSocketFactory {

	private final SSLSocketFactory delegate;

	private final SslOptions options;

	BundleSslSocketFactory(SSLSocketFactory delegate, SslOptions options) {
		this.delegate = delegate;
		this.options = options;
	}

	@Override
	public String[] getDefaultCipherSuites() {
		String[] ciphers = this.options.getCiphers();
		return (ciphers != null) ? ciphers : this.delegate.getDefaultCipherSuites();
	}

	@Override
	public String[] getSupportedCipherSuites() {
		return this.delegate.getSupportedCipherSuites();
	}

	@Override
	public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
		return configure(this.delegate.createSocket(socket, host, port, autoClose));
	}

	@Override
	public Socket createSocket(String host, int port) throws IOException {
		return configure(this.delegate.createSocket(host, port));
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
		return configure(this.delegate.createSocket(host, port, localHost, localPort));
	}

	@Override
	public Socket createSocket(InetAddress host, int port) throws IOException {
		return configure(this.delegate.createSocket(host, port));
	}

	@Override
	public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
			throws IOException {
		return configure(this.delegate.createSocket(address, port, localAddress, localPort));
	}

	private Socket configure(Socket socket) {
		SSLSocket sslSocket = (SSLSocket) socket;
		String[] protocols = this.options.getEnabledProtocols();
		if (protocols != null) {
			sslSocket.setEnabledProtocols(protocols);
		}
		String[] ciphers = this.options.getCiphers();
		if (ciphers != null) {
			sslSocket.setEnabledCipherSuites(ciphers);
		}
		return socket;
	}

}
