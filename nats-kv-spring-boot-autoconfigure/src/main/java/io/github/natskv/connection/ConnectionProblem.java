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

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;

/**
 * The reason why an attempt to connect failed, and what to do.
 */
public enum ConnectionProblem {

	NOBODY_LISTENS("nobody listens there", "Start a server there, or set 'nats.servers' to where it is."),

	UNKNOWN_HOST("the host is not known", "Set 'nats.servers' to where the server is."),

	SILENT("it takes the connection but gave no answer within 'nats.connection-timeout'",
			"Check that a NATS server is there and not overloaded or suspended. One that has 'handshake_first' set in its tls section waits for the client: set 'nats.ssl.tls-first=true'."),

	LOGIN_REFUSED("the server refuses the login",
			"Check 'nats.username' and 'nats.password', 'nats.token', 'nats.credentials' or 'nats.nkey', whichever the server asks for, and whether the server knows this user."),

	REFUSED("the server refuses the connection", "Check the limits of the server ('max_connections') and its log."),

	TLS_REQUIRED("the server demands TLS, which is not configured here",
			"Set 'nats.ssl.bundle' to an SSL bundle that trusts the certificate of the server, or use tls:// in 'nats.servers' if a public authority has signed it."),

	TLS_NOT_OFFERED("TLS is configured here, but the server does not offer it there",
			"Give the server a tls section, or remove 'nats.ssl.bundle' and 'nats.ssl.tls-first' and use nats:// (or ws://) in 'nats.servers'."),

	TLS_FIRST_NOT_OFFERED("the TLS handshake is to come first ('nats.ssl.tls-first'), but the server speaks before it",
			"Remove 'nats.ssl.tls-first', or set 'handshake_first: true' in the tls section of the server (nats-server 2.10.4 and newer)."),

	CERTIFICATE_EXPIRED("the certificate of the server is not valid at this time",
			"Renew the certificate of the server, and check the clocks of both machines."),

	CERTIFICATE_UNTRUSTED("the certificate of the server is not trusted",
			"Put the authority that has signed it into the trust of the SSL bundle 'nats.ssl.bundle' names."),

	CERTIFICATE_OF_ANOTHER_HOST("the certificate of the server is for another host",
			"Write the host in 'nats.servers' as the certificate names it, or give the server a certificate with that name (or address). 'nats.ssl.verify-hostname=false' accepts any name, and with it whoever has a certificate of an authority that is trusted."),

	CLIENT_CERTIFICATE_REFUSED("the server demands a client certificate and does not accept what it got, if anything",
			"Put a client certificate the server trusts, and its key, into the SSL bundle 'nats.ssl.bundle' names."),

	TLS_ENDED(
			"the server ended the connection in or after the TLS handshake, as it does without a client certificate it accepts",
			CLIENT_CERTIFICATE_REFUSED.action),

	TLS_FAILED("the TLS handshake failed",
			"Check the protocols and ciphers of the server and of the SSL bundle 'nats.ssl.bundle' names, and whether the server demands a client certificate."),

	BUNDLE_UNUSABLE("the SSL bundle 'nats.ssl.bundle' names cannot be used",
			"Check the files of the bundle: that they can be read, and hold the keys and certificates they should."),

	NO_WEBSOCKET("no WebSocket is offered there",
			"Use the port of the server's websocket section, or nats:// in 'nats.servers'."),

	OTHER("it failed", "Check 'nats.servers' and the log of the server.");

	private final String found;

	private final String action;

	ConnectionProblem(String found, String action) {
		this.found = found;
		this.action = action;
	}

	String getFound() {
		return this.found;
	}

	public String getAction() {
		return this.action;
	}

	// Whether somebody has to do something about it, here or at a server that is there
	public boolean isLasting() {
		return switch (this) {
			case LOGIN_REFUSED, TLS_REQUIRED, TLS_NOT_OFFERED, TLS_FIRST_NOT_OFFERED, CERTIFICATE_EXPIRED,
					CERTIFICATE_UNTRUSTED, CERTIFICATE_OF_ANOTHER_HOST, CLIENT_CERTIFICATE_REFUSED, TLS_ENDED,
					TLS_FAILED, BUNDLE_UNUSABLE ->
				true;
			default -> false;
		};
	}

	static ConnectionProblem of(Throwable failure, boolean tlsFirst) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			ConnectionProblem problem = ofCause(cause, tlsFirst);
			if (problem != null && (problem != TLS_FAILED || !isExplained(cause, tlsFirst))) {
				return problem;
			}
		}
		return OTHER;
	}

	private static boolean isExplained(Throwable failure, boolean tlsFirst) {
		Throwable cause = failure.getCause();
		return cause != null && of(cause, tlsFirst) != OTHER;
	}

	// What a server says with -ERR
	static ConnectionProblem ofServerError(String error) {
		return (error.regionMatches(true, 0, "auth", 0, 4) || error.regionMatches(true, 0, "user auth", 0, 9)
				|| error.regionMatches(true, 0, "account auth", 0, 12)) ? LOGIN_REFUSED : REFUSED;
	}

	private static @Nullable ConnectionProblem ofCause(Throwable cause, boolean tlsFirst) {
		String message = String.valueOf(cause.getMessage());
		if (cause instanceof UnusableSslBundleException) {
			return BUNDLE_UNUSABLE;
		}
		if (cause instanceof SSLException) {
			return ofTls(message, tlsFirst);
		}
		if (cause instanceof CertificateException || cause instanceof CertPathBuilderException
				|| cause instanceof InvalidAlgorithmParameterException) {
			return ofCertificate(cause);
		}
		if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
			return UNKNOWN_HOST;
		}
		if (cause instanceof ConnectException || cause instanceof NoRouteToHostException
				|| cause instanceof SocketTimeoutException) {
			return NOBODY_LISTENS;
		}
		if (cause instanceof TimeoutException) {
			return SILENT;
		}
		// the texts are those of jnats, which has no types for it
		if (message.equals("SSL required by server.")) {
			return TLS_REQUIRED;
		}
		if (message.equals("SSL connection wanted by client.")) {
			return TLS_NOT_OFFERED;
		}
		if (message.equals("Read past initial info message.")) {
			return REFUSED;
		}
		return (cause instanceof IllegalStateException && message.startsWith("Expected HTTP")) ? NO_WEBSOCKET : null;
	}

	private static ConnectionProblem ofTls(String message, boolean tlsFirst) {
		if (message.startsWith("Unsupported or unrecognized SSL message")) {
			return tlsFirst ? TLS_FIRST_NOT_OFFERED : TLS_NOT_OFFERED;
		}
		boolean alert = message.contains("fatal alert");
		return (alert && (message.contains("certificate") || message.contains("unknown_ca")))
				? CLIENT_CERTIFICATE_REFUSED : TLS_FAILED;
	}

	private static @Nullable ConnectionProblem ofCertificate(Throwable cause) {
		for (Throwable deeper = cause; deeper != null; deeper = deeper.getCause()) {
			if (deeper instanceof CertificateExpiredException || deeper instanceof CertificateNotYetValidException) {
				return CERTIFICATE_EXPIRED;
			}
		}
		return isOfHost(cause) ? CERTIFICATE_OF_ANOTHER_HOST : CERTIFICATE_UNTRUSTED;
	}

	// the texts are those of the JDK, which has no type for it
	private static boolean isOfHost(Throwable cause) {
		String message = String.valueOf(cause.getMessage());
		return message.startsWith("No subject alternative ") || message.startsWith("No name matching ")
				|| message.startsWith("Illegal given domain name");
	}

}
