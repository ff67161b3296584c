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

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * The type that a property names, as source code would: a class with its package, or one
 * of {@code java.lang} without, with type arguments and as an array.
 */
final class ValueType {

	private final String property;

	private final String text;

	private int position;

	private ValueType(String property, String text) {
		this.property = property;
		this.text = text;
	}

	static Type parse(String property, String text) {
		ValueType parser = new ValueType(property, text.strip());
		ResolvableType type = parser.type();
		if (parser.position < parser.text.length()) {
			throw parser.malformed();
		}
		return type.getType();
	}

	private ResolvableType type() {
		Class<?> raw = find(name());
		ResolvableType type = ResolvableType.forClass(raw);
		if (skip("<")) {
			List<ResolvableType> arguments = new ArrayList<>(List.of(type()));
			while (skip(",")) {
				arguments.add(type());
			}
			if (!skip(">")) {
				throw malformed();
			}
			requireArguments(raw, arguments.size());
			type = ResolvableType.forClassWithGenerics(raw, arguments.toArray(ResolvableType[]::new));
		}
		while (skip("[")) {
			if (!skip("]")) {
				throw malformed();
			}
			type = ResolvableType.forArrayComponent(type);
		}
		return (type.getType() instanceof Class<?> plain)
				? ResolvableType.forClass(ClassUtils.resolvePrimitiveIfNecessary(plain)) : type;
	}

	private String name() {
		skipBlanks();
		int start = this.position;
		while (this.position < this.text.length() && (this.text.charAt(this.position) == '.'
				|| Character.isJavaIdentifierPart(this.text.charAt(this.position)))) {
			this.position++;
		}
		if (start == this.position) {
			throw malformed();
		}
		return this.text.substring(start, this.position);
	}

	private Class<?> find(String name) {
		if (!name.contains(".") && ClassUtils.isPresent("java.lang." + name, null)) {
			return ClassUtils.resolveClassName("java.lang." + name, null);
		}
		try {
			return ClassUtils.forName(name, null);
		}
		catch (ClassNotFoundException | LinkageError ex) {
			String advice = name.contains(".") ? "Correct the name, or add what has the class to the class path."
					: "Write it fully qualified, with its package: 'com.acme.%s'.".formatted(name);
			throw new InvalidNatsPropertyException(this.property, "There is no class '%s'.".formatted(name), advice,
					ex);
		}
	}

	private void requireArguments(Class<?> raw, int count) {
		int wanted = raw.getTypeParameters().length;
		if (wanted != count) {
			throw new InvalidNatsPropertyException(this.property,
					"'%s' gives %d type arguments to %s, which has %d type parameters.".formatted(this.text, count,
							raw.getName(), wanted),
					"Give it as many as it has.");
		}
	}

	private boolean skip(String token) {
		skipBlanks();
		boolean found = this.text.startsWith(token, this.position);
		this.position += found ? token.length() : 0;
		return found;
	}

	private void skipBlanks() {
		while (this.position < this.text.length() && Character.isWhitespace(this.text.charAt(this.position))) {
			this.position++;
		}
	}

	private InvalidNatsPropertyException malformed() {
		return new InvalidNatsPropertyException(this.property, "'%s' is not a type.".formatted(this.text),
				"Write it as in source code, fully qualified: 'com.acme.Profile', 'java.util.List<com.acme.Profile>'.");
	}

}
