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

package io.github.natskv.autoconfigure.binding;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.binding.Declared.Root;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.env.PropertySourceInfo;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.StringUtils;

/**
 * Environment variables that set options of what is declared, such as buckets. Case,
 * dashes and underscores of keys and options do not matter:
 * {@code NATS_KV_BUCKETS_USERPROFILES_MAX_BYTES} and
 * {@code NATS_KV_BUCKETS_USER_PROFILES_MAXBYTES} both are {@code max-bytes} of
 * {@code user-profiles}. Variables declare nothing, and those that set nothing are
 * refused.
 */
final class OptionVariables {

	// as Kubernetes sets them for each service
	private static final Pattern SERVICE = Pattern
		.compile(".*_(SERVICE_HOST|SERVICE_PORT|SERVICE_PORT_.*|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

	private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

	private static final String NATS = "NATS";

	private final List<Root> roots;

	private final Function<ConfigurationPropertyName, Map<String, ConfigurationPropertyName>> keys;

	/**
	 * Create a translation.
	 * @param roots what variables are looked at
	 * @param keys the keys of a map that are declared, with their full names
	 */
	OptionVariables(List<Root> roots,
			Function<ConfigurationPropertyName, Map<String, ConfigurationPropertyName>> keys) {
		this.roots = roots;
		this.keys = keys;
	}

	/**
	 * Return the properties that are set.
	 * @param environment the variables
	 * @return the properties, whose origins are the variables
	 */
	ConfigurationPropertySource of(SystemEnvironmentPropertySource environment) {
		String prefix = (environment instanceof PropertySourceInfo info && StringUtils.hasText(info.getPrefix()))
				? path(info.getPrefix()) + "_" : "";
		Map<String, Object> properties = new HashMap<>();
		Map<String, String> variables = new HashMap<>();
		environment.getSource().forEach((variable, value) -> {
			// most variables are about other things
			String path = variable.regionMatches(true, prefix.length(), NATS, 0, NATS.length()) ? path(variable) : "";
			String property = (!path.isEmpty() && path.startsWith(prefix))
					? property(variable, path.substring(prefix.length()), String.valueOf(value)) : null;
			if (property != null) {
				properties.put(property, value);
				variables.put(property, variable);
			}
		});
		return StrictBinder.source(new VariablesPropertySource(environment.getName(), properties, variables));
	}

	/**
	 * Return properties without those that only variables of the environment could set.
	 * @param environment the properties of the environment as Spring Boot has them
	 * @return those that are not looked at here
	 */
	ConfigurationPropertySource others(ConfigurationPropertySource environment) {
		return environment.filter((name) -> this.roots.stream()
			.noneMatch((root) -> root.name().equals(name) || root.name().isAncestorOf(name)));
	}

	private @Nullable String property(String variable, String path, String value) {
		for (Root root : this.roots) {
			String start = path(root.name().toString()) + "_";
			if (path.startsWith(start)) {
				if (SERVICE.matcher(path).matches()
						|| (path.endsWith("_PORT") && SERVICE_ADDRESS.matcher(value).matches())) {
					return null;
				}
				VariableReader reader = new VariableReader(this.keys);
				String property = reader.read(root.structure(), root.name(), path.substring(start.length()));
				if (property == null && !path.endsWith("_PORT")) {
					throw new InvalidNatsPropertyException(variable, reader.problem(), reader.action());
				}
				return property;
			}
		}
		return null;
	}

	private static String path(String name) {
		return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
	}

	/**
	 * The properties, with the variables as their origins.
	 */
	private static final class VariablesPropertySource extends MapPropertySource implements OriginLookup<String> {

		private final Map<String, String> variables;

		VariablesPropertySource(String name, Map<String, Object> properties, Map<String, String> variables) {
			super(name, properties);
			this.variables = variables;
		}

		@Override
		public @Nullable Origin getOrigin(String name) {
			String variable = this.variables.get(name);
			return (variable != null) ? new SystemEnvironmentOrigin(variable) : null;
		}

	}

}
