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

import java.net.URI;
import java.time.Instant;

import io.nats.client.AuthHandler;
import io.nats.client.Options;
import io.nats.client.support.JsonParseException;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import io.nats.client.support.JsonValueUtils;
import io.nats.client.support.JwtUtils;
import org.jspecify.annotations.Nullable;

/**
 * Says which login was tried, without its secrets.
 */
final class LoginDescription {

	private LoginDescription() {
	}

	static String of(Options options) {
		AuthHandler handler = options.getAuthHandler();
		if (handler != null) {
			char[] jwt = handler.getJWT();
			return (jwt != null && jwt.length > 0) ? ofUserJwt(new String(jwt))
					: "with the NKey " + new String(handler.getID());
		}
		if (options.getServers().stream().map(URI::getRawUserInfo).anyMatch((userInfo) -> userInfo != null)) {
			return "with the login in 'nats.servers'";
		}
		char[] username = options.getUsernameChars();
		if (username != null) {
			return "as user '" + new String(username) + "' with a password";
		}
		return (options.getTokenChars() != null) ? "with a token" : "without any, as none is configured";
	}

	private static String ofUserJwt(String jwt) {
		try {
			JsonValue claims = JsonParser.parse(JwtUtils.getClaimBody(jwt));
			String text = "with the JWT of user '%s', account %s".formatted(JsonValueUtils.readString(claims, "name"),
					account(claims));
			Long expires = JsonValueUtils.readLong(claims, "exp");
			if (expires == null) {
				return text;
			}
			Instant expiry = Instant.ofEpochSecond(expires);
			return text + (expiry.isBefore(Instant.now()) ? ", which expired at " : ", valid until ") + expiry;
		}
		catch (JsonParseException | RuntimeException ex) {
			return "with a user JWT that cannot be read";
		}
	}

	private static @Nullable String account(JsonValue claims) {
		JsonValue nats = JsonValueUtils.readObject(claims, "nats");
		String account = (nats != null) ? JsonValueUtils.readString(nats, "issuer_account") : null;
		return (account != null) ? account : JsonValueUtils.readString(claims, "iss");
	}

}
