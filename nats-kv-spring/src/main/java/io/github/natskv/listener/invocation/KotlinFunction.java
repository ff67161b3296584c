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

package io.github.natskv.listener.invocation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KClass;
import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlin.reflect.KType;
import kotlin.reflect.full.KClasses;
import kotlin.reflect.jvm.KCallablesJvm;
import kotlin.reflect.jvm.ReflectJvmMapping;
import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;

/**
 * A Kotlin function with default arguments, which take the place of arguments that are
 * missing. Only to be used where kotlin-reflect is on the class path.
 */
final class KotlinFunction {

	private final KFunction<?> function;

	private final KParameter instance;

	private final List<KParameter> parameters;

	private KotlinFunction(KFunction<?> function) {
		this.function = function;
		this.instance = function.getParameters().get(0);
		this.parameters = function.getParameters().subList(1, function.getParameters().size());
		KCallablesJvm.setAccessible(function, true);
	}

	static @Nullable KotlinFunction of(Method method) {
		KFunction<?> function = ReflectJvmMapping.getKotlinFunction(method);
		return (function != null && function.getParameters().size() == method.getParameterCount() + 1
				&& function.getParameters().get(0).getKind() == KParameter.Kind.INSTANCE
				&& function.getParameters().stream().anyMatch(KParameter::isOptional)) ? new KotlinFunction(function)
						: null;
	}

	boolean hasDefault(int parameter) {
		return this.parameters.get(parameter).isOptional();
	}

	boolean needsDefaults(@Nullable Object[] arguments) {
		for (int i = 0; i < arguments.length; i++) {
			if (arguments[i] == null && hasDefault(i)) {
				return true;
			}
		}
		return false;
	}

	@Nullable Object call(Object bean, @Nullable Object[] arguments) throws InvocationTargetException {
		Map<KParameter, @Nullable Object> given = new HashMap<>();
		given.put(this.instance, bean);
		for (int i = 0; i < arguments.length; i++) {
			if (arguments[i] != null || !hasDefault(i)) {
				given.put(this.parameters.get(i), boxed(this.parameters.get(i).getType(), arguments[i]));
			}
		}
		return this.function.callBy(given);
	}

	// the method takes the content of a value class, the function the object
	private static @Nullable Object boxed(KType type, @Nullable Object argument) {
		if (argument != null && type.getClassifier() instanceof KClass<?> valueClass
				&& KotlinDetector.isInlineClass(JvmClassMappingKt.getJavaClass(valueClass))
				&& !JvmClassMappingKt.getJavaClass(valueClass).isInstance(argument)) {
			KFunction<?> constructor = Objects.requireNonNull(KClasses.getPrimaryConstructor(valueClass));
			KCallablesJvm.setAccessible(constructor, true);
			return constructor.call(argument);
		}
		return argument;
	}

}
