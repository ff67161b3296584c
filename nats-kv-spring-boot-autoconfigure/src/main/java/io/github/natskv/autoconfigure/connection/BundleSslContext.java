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

import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.function.Supplier;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

import org.springframework.boot.ssl.SslBundle;

/**
 * An {@link SSLContext} that takes what it needs from the SSL bundle each time it is
 * asked for sockets, so that a reconnect uses a bundle that was reloaded meanwhile. jnats
 * keeps its context for ever.
 */
final class BundleSslContext extends SSLContext {

	private BundleSslContext(Spi spi, SSLContext first) {
		super(spi, first.getProvider(), first.getProtocol());
	}

	// The bundle is asked for now, too, so that one that is unusable fails the start
	static BundleSslContext of(Supplier<SslBundle> bundle) {
		Spi spi = new Spi(bundle);
		return new BundleSslContext(spi, spi.current());
	}

	/**
	 * Delegates to a context of the bundle as it is now.
	 */
	private static final class Spi extends SSLContextSpi {

		private final Supplier<SslBundle> source;

		private SslBundle bundle;

		private SSLContext context;

		Spi(Supplier<SslBundle> source) {
			this.source = source;
			this.bundle = source.get();
			this.context = this.bundle.createSslContext();
		}

		synchronized SSLContext current() {
			SslBundle now = this.source.get();
			if (now != this.bundle) {
				this.context = now.createSslContext();
				this.bundle = now;
			}
			return this.context;
		}

		@Override
		protected synchronized SSLSocketFactory engineGetSocketFactory() {
			SSLSocketFactory sockets = current().getSocketFactory();
			return new BundleSslSocketFactory(sockets, this.bundle.getOptions());
		}

		@Override
		protected SSLServerSocketFactory engineGetServerSocketFactory() {
			return current().getServerSocketFactory();
		}

		@Override
		protected SSLEngine engineCreateSSLEngine() {
			return current().createSSLEngine();
		}

		@Override
		protected SSLEngine engineCreateSSLEngine(String host, int port) {
			return current().createSSLEngine(host, port);
		}

		@Override
		protected SSLSessionContext engineGetServerSessionContext() {
			return current().getServerSessionContext();
		}

		@Override
		protected SSLSessionContext engineGetClientSessionContext() {
			return current().getClientSessionContext();
		}

		@Override
		protected void engineInit(KeyManager[] keyManagers, TrustManager[] trustManagers, SecureRandom random)
				throws KeyManagementException {
			throw new KeyManagementException("The SSL bundle says what to use");
		}

	}

}
