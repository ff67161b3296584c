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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.natskv.autoconfigure.NatsKeyValueProperties.Bucket;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.IgnoreTopLevelConverterNotFoundBindHandler;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.boot.origin.Origin;
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

	private final List<ConfigurationPropertySource> sources = new ArrayList<>();

	KeyValuePropertiesBinder(Environment environment) {
		this.environment = environment;
		ConfigurationPropertySources.get(environment).forEach(this.sources::add);
	}

	NatsKeyValueProperties bind() {
		NatsKeyValueProperties properties = new NatsKeyValueProperties();
		bind(ROOT, properties,
				this.sources.stream()
					.map((source) -> source.filter((name) -> !BUCKETS.equals(name) && !BUCKETS.isAncestorOf(name)))
					.toList());
		bucketNames().forEach((key, name) -> {
			Bucket bucket = new Bucket();
			bind(name, bucket, sourcesOf(name, key));
			properties.getBuckets().put(key, bucket);
		});
		return properties;
	}

	private List<ConfigurationPropertySource> sourcesOf(ConfigurationPropertyName name, String key) {
		List<ConfigurationPropertySource> result = new ArrayList<>();
		for (ConfigurationPropertySource source : this.sources) {
			if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource variables) {
				result.add(new BucketVariables(variables).of(name.toString(), key));
			}
			result.add(source);
		}
		return result;
	}

	private void bind(ConfigurationPropertyName name, Object instance, List<ConfigurationPropertySource> sources) {
		BindHandler handler = new NoUnboundElementsBindHandler(new IgnoreTopLevelConverterNotFoundBindHandler(),
				new UnboundElementsSourceFilter());
		Binder binder = new Binder(sources, new PropertySourcesPlaceholdersResolver(this.environment));
		try {
			binder.bind(name, Bindable.ofInstance(instance), handler);
		}
		catch (BindException ex) {
			if (ex.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
				throw unknown(unbound);
			}
			throw ex;
		}
	}

	private static InvalidNatsPropertyException unknown(UnboundConfigurationPropertiesException ex) {
		ConfigurationProperty property = ex.getUnboundProperties().iterator().next();
		Origin origin = property.getOrigin();
		return new InvalidNatsPropertyException(property.getName().toString(),
				"there is no such property (value '%s'%s).".formatted(property.getValue(),
						(origin != null) ? ", from " + origin : ""),
				"Correct its name, or remove it. Below 'nats.kv' unknown properties are refused, so that a typo does not make a bucket or an option vanish.",
				ex);
	}

	private Map<String, ConfigurationPropertyName> bucketNames() {
		Map<String, ConfigurationPropertyName> names = new LinkedHashMap<>();
		for (ConfigurationPropertySource source : this.sources) {
			if (!isEnvironment(source)) {
				forEachBucket(source, (name) -> addDeclared(names, name));
			}
		}
		Set<String> declared = Set.copyOf(names.keySet());
		for (ConfigurationPropertySource source : this.sources) {
			if (isEnvironment(source)) {
				forEachBucket(source, (name) -> addFromEnvironment(names, declared, name));
			}
		}
		return names;
	}

	private static void addDeclared(Map<String, ConfigurationPropertyName> names, ConfigurationPropertyName name) {
		String key = key(name);
		names.keySet()
			.stream()
			.filter((other) -> !other.equals(key)
					&& BucketVariables.uniform(other).equals(BucketVariables.uniform(key)))
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

	private static void addFromEnvironment(Map<String, ConfigurationPropertyName> names, Set<String> declared,
			ConfigurationPropertyName name) {
		String variable = join(name, KEY_INDEX);
		if (declared.stream().noneMatch((key) -> BucketVariables.isFor(variable, key))
				&& BucketVariables.isOption(join(name, KEY_INDEX + 1))) {
			names.putIfAbsent(key(name), name.chop(KEY_INDEX + 1));
		}
	}

	private static String join(ConfigurationPropertyName name, int from) {
		return IntStream.range(from, name.getNumberOfElements())
			.mapToObj((i) -> name.getElement(i, Form.UNIFORM))
			.collect(Collectors.joining());
	}

	private static void forEachBucket(ConfigurationPropertySource source, Consumer<ConfigurationPropertyName> action) {
		if (source instanceof IterableConfigurationPropertySource iterable) {
			iterable.stream().filter(BUCKETS::isAncestorOf).forEach(action);
		}
	}

	private static boolean isEnvironment(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
	}

	private static String key(ConfigurationPropertyName name) {
		return name.getElement(KEY_INDEX, Form.ORIGINAL);
	}

}
