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

import java.beans.PropertyDescriptor;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import io.github.natskv.autoconfigure.NatsKeyValueProperties.Bucket;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Environment variables that set options of buckets. Case, dashes and underscores of
 * bucket keys and options do not matter: {@code NATS_KV_BUCKETS_USERPROFILES_MAX_BYTES}
 * and {@code NATS_KV_BUCKETS_USER_PROFILES_MAXBYTES} both are {@code max-bytes} of
 * {@code user-profiles}.
 */
final class BucketVariables {

	private static final String PREFIX = "natskvbuckets";

	private static final Map<String, String> OPTIONS = options(Bucket.class, "");

	private final Map<String, Object> values = new HashMap<>();

	BucketVariables(SystemEnvironmentPropertySource environment) {
		environment.getSource().forEach((name, value) -> {
			String uniform = uniform(name);
			if (uniform.startsWith(PREFIX)) {
				this.values.put(uniform.substring(PREFIX.length()), value);
			}
		});
	}

	private static Map<String, String> options(Class<?> type, String prefix) {
		Map<String, String> options = new HashMap<>();
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
			if (property.getWriteMethod() != null) {
				String name = prefix + DataObjectPropertyName.toDashedForm(property.getName());
				Class<?> propertyType = property.getPropertyType();
				if (propertyType.getDeclaringClass() == NatsKeyValueProperties.class) {
					options.putAll(options(propertyType, name + "."));
				}
				else {
					options.put(uniform(name), name);
				}
			}
		}
		return options;
	}

	/**
	 * Whether something is an option of a bucket.
	 * @param option the option, however it is spelt
	 * @return whether there is such an option
	 */
	static boolean isOption(String option) {
		String uniform = uniform(option);
		return OPTIONS.containsKey(uniform) || uniform.startsWith("metadata") || uniform.startsWith("sources");
	}

	/**
	 * Whether a variable is meant for a bucket.
	 * @param variable the variable after {@code NATS_KV_BUCKETS_}, however it is spelt
	 * @param key the bucket key
	 * @return whether the rest of the variable is an option
	 */
	static boolean isFor(String variable, String key) {
		String uniformVariable = uniform(variable);
		String uniformKey = uniform(key);
		return uniformVariable.startsWith(uniformKey) && isOption(uniformVariable.substring(uniformKey.length()));
	}

	/**
	 * Return the options that are set for a bucket.
	 * @param bucket the full name of the bucket's properties
	 * @param key the bucket key
	 * @return the properties
	 */
	ConfigurationPropertySource of(String bucket, String key) {
		Map<String, Object> properties = new HashMap<>();
		OPTIONS.forEach((uniform, option) -> {
			Object value = this.values.get(uniform(key) + uniform);
			if (value != null) {
				properties.put(bucket + "." + option, value);
			}
		});
		return new MapConfigurationPropertySource(properties);
	}

	static String uniform(String name) {
		return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

}
