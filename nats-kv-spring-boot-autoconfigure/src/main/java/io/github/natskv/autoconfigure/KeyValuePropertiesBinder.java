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

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

import io.github.natskv.autoconfigure.NatsKeyValueProperties.Bucket;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.handler.IgnoreTopLevelConverterNotFoundBindHandler;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Binds {@link NatsKeyValueProperties} more strictly than Spring Boot does: unknown keys
 * are refused, and an environment variable overrides a declared bucket however that one
 * is spelt, where Spring Boot would add a second bucket for it.
 */
class KeyValuePropertiesBinder {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("nats.kv");

	private static final ConfigurationPropertyName BUCKETS = ROOT.append("buckets");

	private static final int KEY_INDEX = BUCKETS.getNumberOfElements();

	private final Environment environment;

	private final Iterable<ConfigurationPropertySource> sources;

	KeyValuePropertiesBinder(Environment environment) {
		this.environment = environment;
		this.sources = ConfigurationPropertySources.get(environment);
	}

	NatsKeyValueProperties bind() {
		NatsKeyValueProperties properties = bind(ROOT, new NatsKeyValueProperties(),
				(name) -> !BUCKETS.equals(name) && !BUCKETS.isAncestorOf(name));
		bucketNames()
			.forEach((key, name) -> properties.getBuckets().put(key, bind(name, new Bucket(), (candidate) -> true)));
		return properties;
	}

	private <T> T bind(ConfigurationPropertyName name, T instance, Predicate<ConfigurationPropertyName> filter) {
		Iterable<ConfigurationPropertySource> filtered = () -> StreamSupport.stream(this.sources.spliterator(), false)
			.map((source) -> source.filter(filter::test))
			.iterator();
		BindHandler handler = new NoUnboundElementsBindHandler(new IgnoreTopLevelConverterNotFoundBindHandler(),
				new UnboundElementsSourceFilter());
		Binder binder = new Binder(filtered, new PropertySourcesPlaceholdersResolver(this.environment));
		binder.bind(name, Bindable.ofInstance(instance), handler);
		return instance;
	}

	private Map<String, ConfigurationPropertyName> bucketNames() {
		Map<String, ConfigurationPropertyName> names = new LinkedHashMap<>();
		for (ConfigurationPropertySource source : this.sources) {
			if (!isEnvironment(source)) {
				forEachBucket(source, (name) -> addDeclared(names, name));
			}
		}
		Map<String, ConfigurationPropertyName> declared = Map.copyOf(names);
		for (ConfigurationPropertySource source : this.sources) {
			if (isEnvironment(source)) {
				forEachBucket(source, (name) -> {
					if (declared.keySet().stream().noneMatch((key) -> overrides(name, key))) {
						names.putIfAbsent(key(name), name.chop(KEY_INDEX + 1));
					}
				});
			}
		}
		return names;
	}

	private static void addDeclared(Map<String, ConfigurationPropertyName> names, ConfigurationPropertyName name) {
		String key = key(name);
		names.keySet()
			.stream()
			.filter((other) -> !other.equals(key) && uniform(other).equals(uniform(key)))
			.findFirst()
			.ifPresent((other) -> {
				throw new InvalidNatsPropertyException(BUCKETS + "." + key,
						"bucket keys must differ in more than case, dashes and underscores, and there is '%s' already."
							.formatted(other),
						"Rename one of them; the server's name of a bucket can be set with '%s.%s.name'."
							.formatted(BUCKETS, key));
			});
		names.putIfAbsent(key, name.chop(KEY_INDEX + 1));
	}

	private static void forEachBucket(ConfigurationPropertySource source, Consumer<ConfigurationPropertyName> action) {
		if (source instanceof IterableConfigurationPropertySource iterable) {
			iterable.stream().filter(BUCKETS::isAncestorOf).forEach(action);
		}
	}

	private static boolean isEnvironment(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
	}

	// USER_PROFILES_TTL and USERPROFILES_TTL are both meant for a bucket 'user-profiles'
	private static boolean overrides(ConfigurationPropertyName name, String key) {
		StringBuilder variable = new StringBuilder();
		for (int i = KEY_INDEX; i < name.getNumberOfElements(); i++) {
			variable.append(name.getElement(i, Form.UNIFORM));
			if (uniform(key).contentEquals(variable)) {
				return true;
			}
		}
		return false;
	}

	private static String key(ConfigurationPropertyName name) {
		return name.getElement(KEY_INDEX, Form.ORIGINAL);
	}

	private static String uniform(String key) {
		return key.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

}
