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

import java.time.Duration;

import io.nats.client.NKey;
import io.nats.client.support.JsonSerializable;
import io.nats.client.support.JwtUtils;
import org.jspecify.annotations.Nullable;

/**
 * An operator with an account and its users, for servers that know accounts by JWTs.
 */
final class JwtAccounts {

	private static final String ACCOUNT = """
			{"limits": {"subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true,
			"conn": -1, "leaf": -1, "mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1},
			"default_permissions": {"pub": {}, "sub": {}}, "type": "account", "version": 2}""";

	private final NKey operator = NKey.createOperator(null);

	private final NKey system = NKey.createAccount(null);

	private final NKey account = NKey.createAccount(null);

	JwtAccounts() throws Exception {
	}

	// The configuration of a server that trusts the operator
	String configuration() throws Exception {
		return """
				operator: %s
				system_account: %s
				resolver: MEMORY
				resolver_preload: { %s: "%s", %s: "%s" }
				""".formatted(jwt(this.operator, "{\"type\": \"operator\", \"version\": 2}"), id(this.system),
				id(this.system), jwt(this.system, ACCOUNT.replace("\"mem_storage\": -1, \"disk_storage\": -1, ", "")),
				id(this.account), jwt(this.account, ACCOUNT));
	}

	String accountId() throws Exception {
		return id(this.account);
	}

	// The credentials file of a new user of the account
	String credentials(String user) throws Exception {
		return credentials(this.account, user, null);
	}

	String expiredCredentials(String user) throws Exception {
		return credentials(this.account, user, Duration.ofHours(1));
	}

	// The credentials file of a user of an account the server does not know
	static String strangersCredentials() throws Exception {
		return credentials(NKey.createAccount(null), "stranger", null);
	}

	private static String credentials(NKey account, String name, @Nullable Duration lifetime) throws Exception {
		NKey user = NKey.createUser(null);
		// what has an end is issued so long ago that it is over
		long issued = JwtUtils.currentTimeSeconds() - ((lifetime != null) ? Duration.ofDays(1).toSeconds() : 0);
		String jwt = JwtUtils.issueUserJWT(account, id(account), id(user), name, lifetime, null, issued);
		return JwtUtils.NATS_USER_JWT_FORMAT.formatted(jwt, new String(user.getSeed()));
	}

	private String jwt(NKey subject, String claims) throws Exception {
		JsonSerializable nats = () -> claims;
		return JwtUtils.issueJWT(this.operator, id(subject), "test", null, JwtUtils.currentTimeSeconds(),
				id(this.operator), nats);
	}

	private static String id(NKey key) throws Exception {
		return new String(key.getPublicKey());
	}

}
