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

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.github.natskv.core.NatsOperations;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.reactive.ReactiveKeyValueBucket;
import io.github.natskv.listener.InvalidListenerException;
import io.github.natskv.listener.NatsListenerRegistry;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Parameters of handler methods that are beans, resolved as for {@code @Autowired}.
 */
public final class BeanParameters {

	private static final Set<Class<?>> KINDS = Set.of(KeyValue.class, KeyValueBucket.class,
			ReactiveKeyValueBucket.class, KeyValueBuckets.class, Connection.class, JetStream.class,
			JetStreamManagement.class, KeyValueManagement.class, NatsOperations.class, NatsListenerRegistry.class);

	private final AutowireCapableBeanFactory beanFactory;

	private final String beanName;

	private final Class<?> beanType;

	public BeanParameters(AutowireCapableBeanFactory beanFactory, String beanName, Class<?> beanType) {
		this.beanFactory = beanFactory;
		this.beanName = beanName;
		this.beanType = beanType;
	}

	// Whether a parameter is a bean by its type or annotations.
	boolean isBean(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(Autowired.class) || parameter.hasParameterAnnotation(Value.class)
				|| hasQualifier(parameter) || isKind(ResolvableType.forMethodParameter(parameter, (Class<?>) null));
	}

	private boolean hasQualifier(MethodParameter parameter) {
		for (var annotation : parameter.getParameterAnnotations()) {
			if (AnnotatedElementUtils.isAnnotated(annotation.annotationType(), Qualifier.class)
					|| annotation instanceof Qualifier) {
				return true;
			}
		}
		return false;
	}

	private boolean isKind(ResolvableType type) {
		Class<?> raw = type.toClass();
		if (ObjectFactory.class.isAssignableFrom(raw)) {
			return true;
		}
		if (raw == Optional.class || Collection.class.isAssignableFrom(raw)) {
			return isKind(type.getGeneric(0));
		}
		if (Map.class.isAssignableFrom(raw)) {
			return isKind(type.getGeneric(1));
		}
		if (raw.isArray()) {
			return isKind(type.getComponentType());
		}
		return KINDS.stream().anyMatch((kind) -> kind.isAssignableFrom(raw));
	}

	// Whether there is exactly one bean for a parameter nothing else is known about.
	boolean isResolvable(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		if (type == Object.class || type == Optional.class || type.isArray() || BeanUtils.isSimpleProperty(type)
				|| Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
			return false;
		}
		try {
			return this.beanFactory.resolveDependency(descriptor(parameter), this.beanName) != null;
		}
		catch (NoSuchBeanDefinitionException ex) {
			return false;
		}
	}

	@Nullable Object resolve(Method method, MethodParameter parameter) {
		try {
			return this.beanFactory.resolveDependency(descriptor(parameter), this.beanName);
		}
		catch (BeanCreationException ex) {
			// there is one, whose own failure is what is to be told
			throw unsatisfied(parameter, ex);
		}
		catch (RuntimeException ex) {
			parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
			throw new InvalidListenerException(method,
					"no bean for parameter " + describe(parameter) + ": " + ex.getMessage(), action(parameter, ex),
					(ex instanceof BeansException failure) ? unsatisfied(parameter, failure) : ex);
		}
	}

	private UnsatisfiedDependencyException unsatisfied(MethodParameter parameter, BeansException failure) {
		return new UnsatisfiedDependencyException(null, this.beanName, new InjectionPoint(parameter), failure);
	}

	private static String action(MethodParameter parameter, RuntimeException failure) {
		if (failure instanceof NoUniqueBeanDefinitionException several) {
			if (parameter.getParameterName() == null) {
				return "Compile with the flag -parameters, so that the parameter's name can select one, or use"
						+ " @Qualifier";
			}
			Collection<String> names = several.getBeanNamesFound();
			return "Select one with @Qualifier, or name the parameter like it"
					+ ((names != null) ? ": " + String.join(", ", names) : "");
		}
		return parameter.hasParameterAnnotation(Value.class)
				? "Define the property, or correct the expression of its @Value"
				: "Declare such a bean, or select one with @Qualifier";
	}

	private DependencyDescriptor descriptor(MethodParameter parameter) {
		Autowired autowired = parameter.getParameterAnnotation(Autowired.class);
		DependencyDescriptor descriptor = new DependencyDescriptor(parameter,
				autowired == null || autowired.required());
		descriptor.setContainingClass(this.beanType);
		return descriptor;
	}

	static String describe(MethodParameter parameter) {
		String name = parameter.getParameterName();
		return parameter.getParameterIndex() + 1 + ((name != null) ? " '" + name + "'" : "") + " ("
				+ parameter.getGenericParameterType().getTypeName() + ")";
	}

}
