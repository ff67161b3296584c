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

package io.github.natskv.autoconfigure.kv;

import java.lang.reflect.Member;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.natskv.autoconfigure.binding.BucketDeclaration;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.reactive.ReactiveKeyValueBucket;
import io.github.natskv.kv.support.Suggestion;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.Order;

/**
 * Explains why there is no typed or reactive bucket for an injection point: its bucket
 * has another value type, or there is no such bucket.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class InjectedBucketFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

	private static final Set<Class<?>> TYPES = Set.of(KeyValueBucket.class, ReactiveKeyValueBucket.class);

	private final @Nullable ConfigurableListableBeanFactory beanFactory;

	InjectedBucketFailureAnalyzer(BeanFactory beanFactory) {
		this.beanFactory = (beanFactory instanceof ConfigurableListableBeanFactory listable) ? listable : null;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
		ResolvableType required = cause.getResolvableType();
		InjectionPoint point = injectionPoint(rootFailure);
		if (required == null || !TYPES.contains(required.toClass()) || point == null
				|| cause instanceof NoUniqueBeanDefinitionException) {
			return null;
		}
		String type = required.toClass().getSimpleName();
		String wanted = required.getGeneric().getType().getTypeName();
		List<BucketDeclaration> buckets = buckets();
		for (BucketDeclaration bucket : buckets) {
			Type valueType = bucket.settings().valueType();
			if (valueType != null && isNamed(bucket, names(point))) {
				return typesDiffer(describe(point), type, wanted, bucket, valueType, cause);
			}
		}
		return new FailureAnalysis("%s wants a %s<%s>, but no bucket of its name has such values. The buckets are: %s."
			.formatted(describe(point), type, wanted, buckets.isEmpty() ? "none"
					: buckets.stream().map(InjectedBucketFailureAnalyzer::describe).collect(Collectors.joining(", "))),
				proposal(names(point), buckets)
						+ "Name one of them with @Qualifier, or declare a bucket below 'nats.kv.buckets'.",
				cause);
	}

	private static String proposal(List<String> names, List<BucketDeclaration> buckets) {
		List<String> known = buckets.stream().map(BucketDeclaration::qualifier).toList();
		return names.stream()
			.filter((name) -> !known.contains(name))
			.map((name) -> Suggestion.question(name, known))
			.collect(Collectors.joining());
	}

	private static FailureAnalysis typesDiffer(String point, String type, String wanted, BucketDeclaration bucket,
			Type valueType, Throwable cause) {
		String property = bucket.definition().declaredBy() + ".value-type";
		return new FailureAnalysis(
				"%s wants the values of bucket '%s' as %s, but '%s' is %s.".formatted(point, bucket.key(), wanted,
						property, valueType.getTypeName()),
				"Inject a %s<%s>, change the property, or remove it: each injection point says the type then."
					.formatted(type, valueType.getTypeName()),
				cause);
	}

	private static boolean isNamed(BucketDeclaration bucket, List<String> names) {
		return names.contains(bucket.qualifier()) || names.contains(bucket.typedBeanName())
				|| names.contains(bucket.reactiveBeanName());
	}

	private static String describe(BucketDeclaration bucket) {
		Type valueType = bucket.settings().valueType();
		return "'" + bucket.qualifier() + "' (" + ((valueType != null) ? valueType.getTypeName() : "any type") + ")";
	}

	// The definitions are what is left of a context that has failed.
	private List<BucketDeclaration> buckets() {
		List<BucketDeclaration> buckets = new ArrayList<>();
		if (this.beanFactory != null) {
			for (String name : this.beanFactory.getBeanDefinitionNames()) {
				BucketDeclaration bucket = KeyValueBeanDefinitionRegistrar
					.bucketOf(this.beanFactory.getBeanDefinition(name));
				if (bucket != null && !buckets.contains(bucket)) {
					buckets.add(bucket);
				}
			}
		}
		return buckets;
	}

	private static @Nullable InjectionPoint injectionPoint(Throwable failure) {
		InjectionPoint point = null;
		for (Throwable current = failure; current != null; current = current.getCause()) {
			if (current instanceof UnsatisfiedDependencyException unsatisfied
					&& unsatisfied.getInjectionPoint() != null) {
				point = unsatisfied.getInjectionPoint();
			}
		}
		return point;
	}

	// What selects a bean there: qualifiers, else the name of the parameter or field.
	private static List<String> names(InjectionPoint point) {
		List<String> qualifiers = MergedAnnotations.from(point.getAnnotations())
			.stream(Qualifier.class)
			.map((qualifier) -> qualifier.getString("value"))
			.toList();
		MethodParameter parameter = point.getMethodParameter();
		String name = (parameter != null) ? parameter.getParameterName() : point.getMember().getName();
		return (qualifiers.isEmpty() && name != null) ? List.of(name) : qualifiers;
	}

	private static String describe(InjectionPoint point) {
		Member member = point.getMember();
		String type = member.getDeclaringClass().getName();
		MethodParameter parameter = point.getMethodParameter();
		if (parameter == null) {
			return "Field %s in %s".formatted(member.getName(), type);
		}
		return "Parameter %d of %s in %s".formatted(parameter.getParameterIndex() + 1,
				(parameter.getConstructor() != null) ? "constructor" : "method " + member.getName(), type);
	}

}
