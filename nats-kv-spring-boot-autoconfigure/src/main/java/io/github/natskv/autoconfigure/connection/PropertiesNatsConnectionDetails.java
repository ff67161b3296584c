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

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.connection.ConnectionName;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.Resource;
import org.springframework.util.StringUtils;

/**
 * {@link NatsConnectionDetails} from {@link NatsConnectionProperties}.
 */
class PropertiesNatsConnectionDetails implements NatsConnectionDetails {

	private final ConnectionName name;

	private final NatsConnectionProperties properties;

	private final @Nullable SslBundles sslBundles;

	private final CurrentProperties current;

	private final Set<String> changeable = new HashSet<>();

	PropertiesNatsConnectionDetails(ConnectionName name, NatsConnectionProperties properties,
			@Nullable SslBundles sslBundles, ConfigurableEnvironment environment) {
		this.name = name;
		this.properties = properties;
		this.sslBundles = sslBundles;
		this.current = new CurrentProperties(environment);
		findAgain("username", properties.username());
		findAgain("password", properties.password());
		findAgain("token", properties.token());
		findAgain("nkey-seed", properties.nkeySeed());
		checkOneKindOfLogin();
	}

	private void checkOneKindOfLogin() {
		Map<String, @Nullable Object> kinds = new LinkedHashMap<>();
		kinds.put(property("username"), getUsername());
		kinds.put(property("token"), getToken());
		kinds.put(property("credentials"), this.properties.credentials());
		kinds.put(property("nkey"), this.properties.nkey());
		kinds.put(property("nkey-seed"), text(this.properties.nkeySeed()));
		kinds.values().removeIf(Objects::isNull);
		if (kinds.size() > 1) {
			String names = String.join(", ", kinds.keySet());
			throw new InvalidNatsPropertyException(kinds.keySet().iterator().next(),
					"there is more than one kind of login: " + names + ".", "Keep the one the server asks for.");
		}
		if ((getUsername() == null) != (getPassword() == null)) {
			String missing = property((getUsername() == null) ? "username" : "password");
			throw new InvalidNatsPropertyException(missing, "is missing, while the other half of the login is set.",
					"Set both '%s' and '%s', or neither.".formatted(property("username"), property("password")));
		}
	}

	@Override
	public List<String> getServers() {
		return this.properties.servers();
	}

	@Override
	public @Nullable String getUsername() {
		return current("username", this.properties.username());
	}

	@Override
	public @Nullable String getPassword() {
		return current("password", this.properties.password());
	}

	@Override
	public @Nullable String getToken() {
		return current("token", this.properties.token());
	}

	@Override
	public @Nullable Resource getCredentials() {
		return this.properties.credentials();
	}

	@Override
	public @Nullable String getNkeySeed() {
		Resource file = this.properties.nkey();
		if (file == null) {
			return current("nkey-seed", this.properties.nkeySeed());
		}
		byte[] content = SecretFile.read(property("nkey"), file,
				"Point it at a file holding the NKey seed, or set '%s' to the seed.".formatted(property("nkey-seed")));
		return new String(content, StandardCharsets.US_ASCII).trim();
	}

	@Override
	public @Nullable SslBundle getSslBundle() {
		String name = text(this.properties.ssl().bundle());
		if (name == null) {
			return null;
		}
		if (this.sslBundles == null) {
			throw new InvalidNatsPropertyException(property("ssl.bundle"),
					"there are no SSL bundles in this application.", "Define the bundle under 'spring.ssl.bundle'.");
		}
		try {
			return this.sslBundles.getBundle(name);
		}
		catch (NoSuchSslBundleException ex) {
			throw new InvalidNatsPropertyException(property("ssl.bundle"),
					"there is no SSL bundle '%s'.".formatted(name),
					"Define the bundle under 'spring.ssl.bundle', or name another one.", ex);
		}
	}

	@Override
	public boolean isTlsFirst() {
		return this.properties.ssl().tlsFirst();
	}

	// What was bound, unless its source has something else by now
	private @Nullable String current(String name, @Nullable String bound) {
		if (!StringUtils.hasText(bound)) {
			return null;
		}
		String found = this.changeable.contains(name) ? text(this.current.get(property(name))) : null;
		return (found != null) ? found : bound;
	}

	// One that is not found as it was bound comes from where only the binding finds it
	private void findAgain(String name, @Nullable String bound) {
		try {
			if (bound != null && bound.equals(this.current.get(property(name)))) {
				this.changeable.add(name);
			}
		}
		catch (RuntimeException ex) {
			// such as a placeholder in a value that is overridden
		}
	}

	private String property(String name) {
		return this.name.property(name);
	}

	private static @Nullable String text(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

}
