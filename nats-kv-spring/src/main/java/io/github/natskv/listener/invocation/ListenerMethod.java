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
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.IntStream;

import io.github.natskv.listener.InvalidListenerException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.Nullness;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.util.ReflectionUtils;

/**
 * A method of a bean that handles messages: as it is declared, and as it is called, which
 * differs where the bean is a proxy.
 */
public final class ListenerMethod extends AnnotatedMethod {

	private static final ParameterNameDiscoverer PARAMETER_NAMES = new DefaultParameterNameDiscoverer();

	private final Object bean;

	private final String beanName;

	private final Class<?> beanType;

	private final Method invocable;

	private final @Nullable KotlinFunction withDefaults;

	private final TypeVariables typeVariables;

	private final List<MethodParameter> parameters;

	public ListenerMethod(Object bean, String beanName, Class<?> beanType, Method method) {
		super(method);
		this.bean = bean;
		this.beanName = beanName;
		this.beanType = beanType;
		this.invocable = invocable(bean, method);
		this.withDefaults = (KotlinDetector.isKotlinReflectPresent()
				&& KotlinDetector.isKotlinType(this.invocable.getDeclaringClass())) ? KotlinFunction.of(this.invocable)
						: null;
		this.typeVariables = new TypeVariables(beanType);
		this.parameters = IntStream.range(0, method.getParameterCount())
			.<MethodParameter>mapToObj(ResolvedParameter::new)
			.toList();
		this.parameters.forEach((parameter) -> parameter.initParameterNameDiscovery(PARAMETER_NAMES));
	}

	private static Method invocable(Object bean, Method method) {
		Class<?>[] types = method.getParameterTypes();
		if (types.length > 0 && types[types.length - 1].getName().equals("kotlin.coroutines.Continuation")) {
			throw new InvalidListenerException(method, "it is a Kotlin suspend function",
					"Make it a plain function, which may return a CompletableFuture or a Mono");
		}
		if (Modifier.isFinal(method.getModifiers()) && AopUtils.isCglibProxy(bean)) {
			throw new InvalidListenerException(method,
					"it is final, so that the proxy of its bean (" + bean.getClass().getName()
							+ ") does not pass it on to the bean",
					"Make it non-final (in Kotlin: open, which the compiler plugin kotlin-spring does), or declare it"
							+ " in an interface and use interface-based proxies (proxyTargetClass=false)");
		}
		try {
			Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
			ReflectionUtils.makeAccessible(invocable);
			return invocable;
		}
		catch (IllegalStateException ex) {
			throw new InvalidListenerException(method,
					"the proxy of its bean (" + bean.getClass().getName() + ") cannot call it",
					"Declare it in an interface the proxy implements, or make it non-private and use class-based"
							+ " proxies (proxyTargetClass=true)",
					ex);
		}
	}

	public Method invocable() {
		return this.invocable;
	}

	@Nullable Object invoke(@Nullable Object[] arguments) throws IllegalAccessException, InvocationTargetException {
		KotlinFunction function = this.withDefaults;
		return (function != null && function.needsDefaults(arguments)) ? function.call(this.bean, arguments)
				: this.invocable.invoke(this.bean, arguments);
	}

	public Object bean() {
		return this.bean;
	}

	public String beanName() {
		return this.beanName;
	}

	public Class<?> beanType() {
		return this.beanType;
	}

	public String description() {
		return InvalidListenerException.describe(getMethod());
	}

	@Override
	protected Class<?> getContainingClass() {
		return this.beanType;
	}

	// The parameters, with the types they have in the class of the bean.
	List<MethodParameter> parameters() {
		return this.parameters;
	}

	// Whether there may be nothing for a parameter: where Kotlin does not allow null, it
	// has a default.
	boolean isNullable(MethodParameter parameter) {
		if (this.withDefaults != null && this.withDefaults.hasDefault(parameter.getParameterIndex())) {
			return true;
		}
		return !parameter.getParameterType().isPrimitive()
				&& !(KotlinDetector.isKotlinType(parameter.getDeclaringClass())
						&& Nullness.forMethodParameter(parameter) == Nullness.NON_NULL);
	}

	/** The type of the result, as it is in the class of the bean. */
	public ResolvableType resultType() {
		return ResolvableType.forType(this.typeVariables.resolve(getMethod().getGenericReturnType()));
	}

	// The name an annotation gives, else the parameter's own.
	String parameterName(MethodParameter parameter, String annotated, String annotation) {
		if (!annotated.isEmpty()) {
			return annotated;
		}
		String name = parameter.getParameterName();
		if (name == null) {
			throw invalid(
					"the name of parameter " + BeanParameters.describe(parameter)
							+ " is not known, because the class was compiled without -parameters",
					"Compile with the flag -parameters, or name it in the annotation: @" + annotation + "(\"name\")");
		}
		return name;
	}

	public InvalidListenerException invalid(String problem, String action) {
		return invalid(problem, action, null);
	}

	public InvalidListenerException invalid(String problem, String action, @Nullable Throwable cause) {
		return new InvalidListenerException(getMethod(), problem, action, cause);
	}

	/**
	 * A parameter with the type it has in the class of the bean.
	 */
	private final class ResolvedParameter extends AnnotatedMethodParameter {

		ResolvedParameter(int index) {
			super(index);
		}

		private ResolvedParameter(ResolvedParameter original) {
			super(original);
		}

		@Override
		public Type getGenericParameterType() {
			return ListenerMethod.this.typeVariables.resolve(super.getGenericParameterType());
		}

		@Override
		public ResolvedParameter clone() {
			return new ResolvedParameter(this);
		}

	}

}
