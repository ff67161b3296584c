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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsProperties;
import io.github.natskv.autoconfigure.binding.Declared.Root;
import io.github.natskv.kv.support.Suggestion;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootVersion;
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
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Binds properties more strictly than Spring Boot does: unknown ones and those of the
 * wrong shape are refused by name, and environment variables set options of what is
 * declared, where Spring Boot would declare something else.
 */
class StrictBinder {

	private static final ConfigurationPropertyName NATS = ConfigurationPropertyName.of("nats");

	private static final boolean EMPTY_MAPS_VANISH = SpringBootVersion.getVersion().startsWith("4.0.");

	private final Environment environment;

	private final List<ConfigurationPropertySource> sources;

	private final WrittenProperties written;

	private final OptionNode structure;

	private final List<ConfigurationPropertyName> hidden;

	StrictBinder(Environment environment) {
		this.environment = environment;
		List<ConfigurationPropertySource> all = withEmptyMaps(ConfigurationPropertySources.get(environment));
		this.written = WrittenProperties.of(all, NATS);
		this.hidden = List.of();
		ShapeCheck shapes = new ShapeCheck(this.written, this::isBlank);
		shapes.checkNames(NATS.append("spring"));
		this.structure = OptionNode.of(ResolvableType.forClass(NatsProperties.class));
		shapes.check(NATS, this.structure);
		check(shapes, Declared.OTHERS);
		check(shapes, Declared.ROOTS);
		this.sources = new ArrayList<>();
		for (ConfigurationPropertySource source : withVariables(all,
				new OptionVariables(Declared.ROOTS, this.written::entries))) {
			this.sources.add(IndexedSource
				.of(shapes.empty().isEmpty() ? source : source.filter((name) -> !shapes.empty().contains(name)), NATS));
		}
	}

	private void check(ShapeCheck shapes, List<Root> roots) {
		for (Root root : roots) {
			if (this.written.has(root.name())) {
				shapes.check(root.name(), root.structure());
			}
		}
	}

	private StrictBinder(StrictBinder binder, ConfigurationPropertyName... hidden) {
		this.environment = binder.environment;
		this.written = binder.written;
		this.structure = binder.structure;
		this.hidden = List.of(hidden);
		this.sources = new ArrayList<>();
		for (ConfigurationPropertySource source : binder.sources) {
			this.sources.add(IndexedSource.of(source.filter((name) -> !isBelow(this.hidden, name)), NATS));
		}
	}

	private static List<ConfigurationPropertySource> withEmptyMaps(Iterable<ConfigurationPropertySource> sources) {
		List<ConfigurationPropertySource> result = new ArrayList<>();
		for (ConfigurationPropertySource source : sources) {
			result.add(source);
			if (EMPTY_MAPS_VANISH && source.getUnderlyingSource() instanceof PropertySource<?> loaded) {
				result.add(source(new MapPropertySource(loaded.getName(), EmptyYamlMaps.missingFrom(loaded))));
			}
		}
		return result;
	}

	private static List<ConfigurationPropertySource> withVariables(List<ConfigurationPropertySource> sources,
			OptionVariables variables) {
		List<ConfigurationPropertySource> result = new ArrayList<>();
		for (ConfigurationPropertySource source : sources) {
			if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource environment) {
				result.add(variables.of(environment));
				result.add(variables.others(source));
			}
			else {
				result.add(source);
			}
		}
		return result;
	}

	private static boolean isBelow(List<ConfigurationPropertyName> ancestors, ConfigurationPropertyName name) {
		for (ConfigurationPropertyName ancestor : ancestors) {
			if (ancestor.equals(name) || ancestor.isAncestorOf(name)) {
				return true;
			}
		}
		return false;
	}

	static ConfigurationPropertySource source(PropertySource<?> source) {
		return Objects.requireNonNull(ConfigurationPropertySource.from(source));
	}

	/**
	 * Return whether there may be properties.
	 * @param name what they are, or are below
	 * @param except those that do not count, with all below them
	 */
	boolean isSet(ConfigurationPropertyName name, ConfigurationPropertyName... except) {
		for (ConfigurationPropertySource source : this.sources) {
			if (!(source instanceof IndexedSource indexed)) {
				if (source.containsDescendantOf(name) != ConfigurationPropertyState.ABSENT
						|| source.getConfigurationProperty(name) != null) {
					return true;
				}
			}
			else if (indexed.hasAny(name, List.of(except))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether all properties are surely those of {@link NatsProperties}.
	 * @param except those that do not count, with all below them
	 */
	boolean areKnown(ConfigurationPropertyName... except) {
		List<ConfigurationPropertyName> others = List.of(except);
		for (WrittenProperty property : this.written.all()) {
			if (!isBelow(others, property.name()) && !this.structure.has(property.name(), 1)) {
				return false;
			}
		}
		return true;
	}

	// A binder that does not see some properties and those below them.
	StrictBinder without(ConfigurationPropertyName... names) {
		return new StrictBinder(this, names);
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
					.filter((
							property) -> !(attempts.names.contains(property.getName()) && isBlank(property.getValue())))
					.findFirst()
					.ifPresent((property) -> {
						attempts.names.addAll(this.hidden);
						throw unknown(property, attempts.names, aboutUnknown, unbound);
					});
				return binder.bindOrCreate(name, target, customizer.apply(attempts));
			}
			throw ex;
		}
	}

	// converted to null, which counts as unbound
	private boolean isBlank(@Nullable Object value) {
		return value == null || this.environment.resolvePlaceholders(value.toString()).isBlank();
	}

	// not the value, which may be a secret
	private static InvalidNatsPropertyException unknown(ConfigurationProperty property,
			Set<ConfigurationPropertyName> known, String about, Exception cause) {
		return new InvalidNatsPropertyException(property.getName().toString(), "there is no such property.",
				question(property.getName(), known) + "Correct its name, or remove it. " + about, cause)
			.from(property.getOrigin());
	}

	// about the first part that is unknown
	private static String question(ConfigurationPropertyName name, Set<ConfigurationPropertyName> known) {
		ConfigurationPropertyName wrong = name;
		while (!known.contains(wrong.getParent()) && wrong.getNumberOfElements() > 1) {
			wrong = wrong.getParent();
		}
		ConfigurationPropertyName parent = wrong.getParent();
		return Suggestion.question(wrong.getLastElement(Form.DASHED),
				known.stream().filter(parent::isParentOf).map((other) -> other.getLastElement(Form.DASHED)).toList());
	}

	/**
	 * Return the keys of a map that are declared anywhere but in the environment.
	 * @return full names by key
	 */
	Map<String, ConfigurationPropertyName> declaredKeys(ConfigurationPropertyName map) {
		return this.written.entries(map);
	}

	/**
	 * Say where a property that cannot work is set.
	 * @param ex what is wrong with it
	 * @return the exception that says it, if it is known
	 */
	InvalidNatsPropertyException located(InvalidNatsPropertyException ex) {
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(ex.getProperty(), '.');
		return this.sources.stream()
			.map((source) -> source.getConfigurationProperty(name))
			.filter(Objects::nonNull)
			.findFirst()
			.map((property) -> ex.from(property.getOrigin()))
			.orElse(ex);
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
