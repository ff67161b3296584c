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

import java.util.List;

import io.nats.client.Options;
import io.nats.client.ServerPool;
import io.nats.client.impl.NatsServerPool;
import io.nats.client.support.NatsUri;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the host name of the server a connection tries, as jnats resolves it first
 * and connects to an address, for which a certificate need not be. Being the part of the
 * options that is never somebody else's, it also has what the socket has to know.
 */
public final class NamedServerPool implements ServerPool {

	private final ServerPool delegate;

	private final boolean verifying;

	private final @Nullable CurrentUser user;

	// jnats asks for a server and connects to it on one thread
	private final ThreadLocal<@Nullable String> peer = new ThreadLocal<>();

	private volatile @Nullable Options options;

	private volatile @Nullable String lastName;

	private NamedServerPool(ServerPool delegate, boolean verifying, @Nullable CurrentUser user) {
		this.delegate = delegate;
		this.verifying = verifying;
		this.user = user;
	}

	public static Options install(Options options, boolean verifying, @Nullable CurrentUser user) {
		ServerPool configured = options.getServerPool();
		ServerPool delegate = (configured != null) ? configured : new NatsServerPool();
		return new Options.Builder(options).serverPool(new NamedServerPool(delegate, verifying, user)).build();
	}

	static boolean isVerifying(Options options) {
		return !(options.getServerPool() instanceof NamedServerPool pool) || pool.verifying;
	}

	static @Nullable CurrentUser user(Options options) {
		return (options.getServerPool() instanceof NamedServerPool pool) ? pool.user : null;
	}

	/**
	 * Return the host the certificate of the server that is tried now has to be for.
	 * @param options the options of the connection
	 * @return the host, or {@code null} for the address of the server
	 */
	static @Nullable String peer(Options options) {
		return (options.getServerPool() instanceof NamedServerPool pool) ? pool.peer.get() : null;
	}

	@Override
	public void initialize(Options options) {
		this.options = options;
		this.delegate.initialize(options);
	}

	@Override
	public @Nullable NatsUri nextServer() {
		NatsUri next = this.delegate.nextServer();
		this.peer.set((next != null) ? peerOf(next) : null);
		return next;
	}

	// Other servers of a cluster are told of by address, and share the certificate's name
	private String peerOf(NatsUri server) {
		String name = this.lastName;
		return (name != null && server.hostIsIpAddress() && !isConfigured(server)) ? name : server.getHost();
	}

	private boolean isConfigured(NatsUri server) {
		Options current = this.options;
		return current != null && current.getNatsServerUris()
			.stream()
			.anyMatch((configured) -> configured.getHost().equalsIgnoreCase(server.getHost()));
	}

	@Override
	public void connectSucceeded(NatsUri server) {
		if (!server.hostIsIpAddress()) {
			this.lastName = server.getHost();
		}
		else if (isConfigured(server)) {
			this.lastName = null;
		}
		this.delegate.connectSucceeded(server);
	}

	// The greeting that tells of servers comes unencrypted, and must not turn TLS off
	@Override
	public boolean acceptDiscoveredUrls(List<String> servers) {
		Options current = this.options;
		if (current == null || !current.isTLSRequired()) {
			return this.delegate.acceptDiscoveredUrls(servers);
		}
		return this.delegate.acceptDiscoveredUrls(
				servers.stream().filter((server) -> !server.trim().regionMatches(true, 0, "ws://", 0, 5)).toList());
	}

	@Override
	public @Nullable NatsUri peekNextServer() {
		return this.delegate.peekNextServer();
	}

	@Override
	@Deprecated
	public @Nullable List<String> resolveHostToIps(String host) {
		return this.delegate.resolveHostToIps(host);
	}

	@Override
	public @Nullable List<String> resolveHostToIps(String host, boolean maxOneResult, boolean includeIPV6) {
		return this.delegate.resolveHostToIps(host, maxOneResult, includeIPV6);
	}

	@Override
	public void connectFailed(NatsUri server) {
		this.delegate.connectFailed(server);
	}

	@Override
	public List<String> getServerList() {
		return this.delegate.getServerList();
	}

	@Override
	public boolean hasSecureServer() {
		return this.delegate.hasSecureServer();
	}

}
