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

package io.github.natskv.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;

import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Tells which types of beans may have annotated methods. Most have none, and a look at
 * all of their methods, overridden ones and those of interfaces included, is what a start
 * spends its time on.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @since 0.1.0
 */
public final class AnnotatedTypes {

	private static final List<String> WITHOUT = List.of("org.springframework.", "io.nats.client.");

	// none of these has an annotation of this package
	private static final List<String> ANNOTATED_OTHERWISE = List.of("java.", "jakarta.", "org.springframework.");

	private AnnotatedTypes() {
	}

	/**
	 * Return whether methods of a type may be annotated, directly or not.
	 * @param type the type of a bean
	 * @param annotations the annotations, all of this package
	 * @return {@code false} if none is
	 */
	public static boolean mayHave(Class<?> type, List<Class<? extends Annotation>> annotations) {
		return !isOf(WITHOUT, type) && AnnotationUtils.isCandidateClass(type, annotations) && hasAny(type);
	}

	// in its superclasses and all interfaces, too
	private static boolean hasAny(Class<?> type) {
		if (hasAnnotatedMethod(type)) {
			return true;
		}
		for (Class<?> parent : type.getInterfaces()) {
			if (hasAny(parent)) {
				return true;
			}
		}
		Class<?> superclass = type.getSuperclass();
		return superclass != null && hasAny(superclass);
	}

	private static boolean hasAnnotatedMethod(Class<?> declaring) {
		if (isOf(WITHOUT, declaring) || isOf(ANNOTATED_OTHERWISE, declaring)) {
			return false;
		}
		for (Method method : ReflectionUtils.getDeclaredMethods(declaring)) {
			for (Annotation annotation : method.getDeclaredAnnotations()) {
				if (!isOf(ANNOTATED_OTHERWISE, annotation.annotationType())) {
					return true;
				}
			}
		}
		return false;
	}

	private static boolean isOf(List<String> packages, Class<?> type) {
		for (String prefix : packages) {
			if (type.getName().startsWith(prefix)) {
				return true;
			}
		}
		return false;
	}

}
