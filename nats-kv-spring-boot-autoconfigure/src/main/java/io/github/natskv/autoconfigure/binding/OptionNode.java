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

import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;

/**
 * The structure of properties, as their types have it.
 */
sealed interface OptionNode {

	OptionNode VALUE = new Value();

	static OptionNode of(ResolvableType type) {
		Class<?> rawType = type.toClass();
		if (Map.class.isAssignableFrom(rawType)) {
			OptionNode value = of(type.asMap().getGeneric(1));
			return (value instanceof Group group) ? new Entries(Declared.of(group.type()), group) : new OpenMap();
		}
		if (Collection.class.isAssignableFrom(rawType)) {
			return new Items(of(type.asCollection().getGeneric(0)));
		}
		return ofSingle(rawType);
	}

	private static OptionNode ofSingle(Class<?> type) {
		return type.isRecord() ? group(type) : VALUE;
	}

	/**
	 * Return whether a property surely is one of these. It may be one nevertheless if it
	 * is spelt unusually, or is an element of a list.
	 * @param index where its name goes on
	 */
	default boolean has(ConfigurationPropertyName name, int index) {
		return index == name.getNumberOfElements();
	}

	// native images know the parameters of the constructor, not the components
	private static Group group(Class<?> type) {
		Map<String, OptionNode> options = new LinkedHashMap<>();
		Constructor<?> constructor = Arrays.stream(type.getDeclaredConstructors())
			.max(Comparator.comparingInt(Constructor::getParameterCount))
			.orElseThrow();
		Parameter[] parameters = constructor.getParameters();
		for (int i = 0; i < parameters.length; i++) {
			Class<?> option = parameters[i].getType();
			boolean container = Map.class.isAssignableFrom(option) || Collection.class.isAssignableFrom(option);
			options.put(DataObjectPropertyName.toDashedForm(parameters[i].getName()),
					container ? of(ResolvableType.forConstructorParameter(constructor, i)) : ofSingle(option));
		}
		return new Group(type, options);
	}

	/**
	 * A single value.
	 */
	record Value() implements OptionNode {

	}

	/**
	 * Options below a name.
	 *
	 * @param type the type of the properties
	 * @param options the options by name in kebab case
	 */
	record Group(Class<?> type, Map<String, OptionNode> options) implements OptionNode {

		@Override
		public boolean has(ConfigurationPropertyName name, int index) {
			OptionNode option = (index < name.getNumberOfElements())
					? this.options.get(name.getElement(index, Form.DASHED)) : null;
			return option != null && option.has(name, index + 1);
		}

	}

	/**
	 * A map whose keys declare something, such as buckets.
	 *
	 * @param declared what a key declares
	 * @param options its options
	 */
	record Entries(Declared declared, Group options) implements OptionNode {

	}

	/**
	 * A map of values by keys of the application's choice.
	 */
	record OpenMap() implements OptionNode {

	}

	/**
	 * A list.
	 *
	 * @param element its elements
	 */
	record Items(OptionNode element) implements OptionNode {

		@Override
		public boolean has(ConfigurationPropertyName name, int index) {
			// of others there may be gaps before them
			return index == name.getNumberOfElements() || (name.isNumericIndex(index)
					&& name.getElement(index, Form.ORIGINAL).equals("0") && this.element.has(name, index + 1));
		}

	}

}
