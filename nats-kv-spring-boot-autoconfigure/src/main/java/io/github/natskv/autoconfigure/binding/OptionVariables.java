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

import java.beans.PropertyDescriptor;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.github.natskv.autoconfigure.NatsProperties;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Environment variables that set options of things with a key, such as buckets. Case,
 * dashes and underscores of keys and options do not matter:
 * {@code NATS_KV_BUCKETS_USERPROFILES_MAX_BYTES} and
 * {@code NATS_KV_BUCKETS_USER_PROFILES_MAXBYTES} both are {@code max-bytes} of
 * {@code user-profiles}.
 */
final class OptionVariables {

	private final String prefix;

	private final Map<String, String> options = new HashMap<>();

	// Options that have parts of the user's choice.
	private final Set<String> open = new HashSet<>();

	OptionVariables(ConfigurationPropertyName parent, Class<?> type) {
		this.prefix = uniform(parent.toString());
		addOptions(type, "");
	}

	private void addOptions(Class<?> type, String prefix) {
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
			Class<?> propertyType = property.getPropertyType();
			String name = prefix + DataObjectPropertyName.toDashedForm(property.getName());
			if (isNested(propertyType)) {
				addOptions(propertyType, name + ".");
			}
			else if (!"class".equals(property.getName())) {
				this.options.put(uniform(name), name);
				if (Map.class.isAssignableFrom(propertyType) || Collection.class.isAssignableFrom(propertyType)) {
					this.open.add(uniform(name));
				}
			}
		}
	}

	private static boolean isNested(Class<?> type) {
		return type.getPackage() == NatsProperties.class.getPackage() && !type.isEnum();
	}

	/**
	 * Whether something is an option.
	 * @param option the option, however it is spelt
	 * @return whether there is such an option
	 */
	boolean isOption(String option) {
		String uniform = uniform(option);
		return this.options.containsKey(uniform) || this.open.stream().anyMatch(uniform::startsWith);
	}

	/**
	 * Whether a variable is meant for a key.
	 * @param variable the variable after the common prefix, however it is spelt
	 * @return whether the rest of the variable is an option
	 */
	boolean isFor(String variable, String key) {
		String uniformVariable = uniform(variable);
		String uniformKey = uniform(key);
		return uniformVariable.startsWith(uniformKey) && isOption(uniformVariable.substring(uniformKey.length()));
	}

	/**
	 * Return the options that are set for a key.
	 * @param environment the variables
	 * @param target the full name of the properties
	 */
	ConfigurationPropertySource of(SystemEnvironmentPropertySource environment, ConfigurationPropertyName target,
			String key) {
		String start = this.prefix + uniform(key);
		Map<String, Object> properties = new HashMap<>();
		environment.getSource().forEach((variable, value) -> {
			String uniform = uniform(variable);
			String option = uniform.startsWith(start) ? this.options.get(uniform.substring(start.length())) : null;
			if (option != null) {
				properties.put(target + "." + option, value);
			}
		});
		return new MapConfigurationPropertySource(properties);
	}

	static String uniform(String name) {
		return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

}
