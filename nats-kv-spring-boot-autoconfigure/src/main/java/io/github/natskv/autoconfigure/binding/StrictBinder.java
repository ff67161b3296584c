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

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindContext;
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
 * Binds properties more strictly than Spring Boot does: unknown ones are refused by name,
 * and an environment variable overrides what is declared however that is spelt, where
 * Spring Boot would add a second one.
 */
class StrictBinder {

	private final Environment environment;

	private final List<ConfigurationPropertySource> sources;

	StrictBinder(Environment environment) {
		this(environment, ConfigurationPropertySources.get(environment));
	}

	private StrictBinder(Environment environment, Iterable<ConfigurationPropertySource> sources) {
		this.environment = environment;
		this.sources = new ArrayList<>();
		sources.forEach(this.sources::add);
	}

	// A binder that does not see some properties and those below them.
	StrictBinder without(ConfigurationPropertyName... hidden) {
		return new StrictBinder(this.environment, this.sources.stream()
			.map((source) -> source.filter(
					(name) -> Stream.of(hidden).noneMatch((other) -> other.equals(name) || other.isAncestorOf(name))))
			.toList());
	}

	// A binder by which variables of the environment set options of the target, however
	// its key is spelt.
	StrictBinder withVariables(OptionVariables variables, ConfigurationPropertyName target, String key) {
		List<ConfigurationPropertySource> result = new ArrayList<>();
		for (ConfigurationPropertySource source : this.sources) {
			if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource system) {
				result.add(variables.of(system, target, key));
			}
			result.add(source);
		}
		return new StrictBinder(this.environment, result);
	}

	<T> T bind(ConfigurationPropertyName name, Bindable<T> target, UnaryOperator<BindHandler> customizer,
			String aboutUnknown) {
		AttemptsBindHandler attempts = new AttemptsBindHandler();
		BindHandler handler = new NoUnboundElementsBindHandler(attempts, new UnboundElementsSourceFilter());
		Binder binder = new Binder(this.sources, new PropertySourcesPlaceholdersResolver(this.environment));
		try {
			return binder.bindOrCreate(name, target, customizer.apply(handler));
		}
		catch (BindException ex) {
			if (ex.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
				unbound.getUnboundProperties()
					.stream()
					.filter((property) -> !(attempts.names.contains(property.getName()) && isBlank(property)))
					.findFirst()
					.ifPresent((property) -> {
						throw unknown(property, aboutUnknown, unbound);
					});
				return binder.bindOrCreate(name, target, customizer.apply(attempts));
			}
			throw ex;
		}
	}

	// converted to null, which counts as unbound
	private boolean isBlank(ConfigurationProperty property) {
		return this.environment.resolvePlaceholders(String.valueOf(property.getValue())).isBlank();
	}

	// not the value, which may be a secret
	private static InvalidNatsPropertyException unknown(ConfigurationProperty property, String about, Exception cause) {
		Origin origin = property.getOrigin();
		return new InvalidNatsPropertyException(property.getName().toString(),
				"there is no such property%s.".formatted((origin != null) ? " (from " + origin + ")" : ""),
				"Correct its name, or remove it. " + about, cause);
	}

	/**
	 * Return the keys below a property that are declared anywhere but in the environment.
	 * @param noun what the keys are, for messages
	 * @param hint what to do about two that differ too little, for messages
	 * @return full names by key
	 */
	Map<String, ConfigurationPropertyName> declaredKeys(ConfigurationPropertyName parent, String noun, String hint) {
		int index = parent.getNumberOfElements();
		Map<String, ConfigurationPropertyName> names = new LinkedHashMap<>();
		for (ConfigurationPropertySource source : this.sources) {
			if (!isEnvironment(source)) {
				forEach(source, parent, (name) -> {
					String key = name.getElement(index, Form.ORIGINAL);
					checkDiffers(names, parent, key, noun, hint);
					names.putIfAbsent(key, name.chop(index + 1));
				});
			}
		}
		return names;
	}

	private static void checkDiffers(Map<String, ConfigurationPropertyName> names, ConfigurationPropertyName parent,
			String key, String noun, String hint) {
		names.keySet()
			.stream()
			.filter((other) -> !other.equals(key)
					&& OptionVariables.uniform(other).equals(OptionVariables.uniform(key)))
			.findFirst()
			.ifPresent((other) -> {
				throw new InvalidNatsPropertyException(parent + "." + key,
						"%s must differ in more than case, dashes and underscores, and there is '%s' already."
							.formatted(noun, other),
						"Rename one of them" + hint);
			});
	}

	void forEachVariable(ConfigurationPropertyName parent, Consumer<ConfigurationPropertyName> action) {
		this.sources.stream().filter(StrictBinder::isEnvironment).forEach((source) -> forEach(source, parent, action));
	}

	private static void forEach(ConfigurationPropertySource source, ConfigurationPropertyName parent,
			Consumer<ConfigurationPropertyName> action) {
		if (source instanceof IterableConfigurationPropertySource iterable) {
			iterable.stream().filter(parent::isAncestorOf).forEach(action);
		}
	}

	private static boolean isEnvironment(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
	}

	/**
	 * Notes the names there are properties for.
	 */
	private static final class AttemptsBindHandler extends IgnoreTopLevelConverterNotFoundBindHandler {

		private final Set<ConfigurationPropertyName> names = new HashSet<>();

		@Override
		public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target,
				BindContext context) {
			this.names.add(name);
			return super.onStart(name, target, context);
		}

	}

}
