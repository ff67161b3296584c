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

package io.github.natskv;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;

/**
 * The types in the signatures of a visible type: those a caller or a subclass compiles
 * against.
 */
final class ApiSignatures {

	private ApiSignatures() {
	}

	static boolean isVisible(JavaClass type) {
		return isVisible(type.getModifiers()) && !type.isAnonymousClass() && !type.isLocalClass()
				&& !type.getModifiers().contains(JavaModifier.SYNTHETIC)
				&& type.getEnclosingClass().map(ApiSignatures::isVisible).orElse(true);
	}

	/**
	 * The types by the member they appear in, inherited members included.
	 * @param type a visible type
	 * @return the types
	 */
	static Map<String, Set<JavaClass>> of(JavaClass type) {
		Map<String, Set<JavaClass>> types = new TreeMap<>();
		Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
			.forEach((supertype) -> add(types, type.getName(), supertype));
		type.getTypeParameters().forEach((parameter) -> add(types, type.getName(), parameter));
		type.getAllMembers()
			.stream()
			.filter((member) -> isVisible(member.getModifiers()))
			.filter((member) -> !member.getModifiers().contains(JavaModifier.SYNTHETIC))
			.filter((member) -> !(member instanceof JavaCodeUnit code && code.isConstructor())
					|| member.getOwner().equals(type))
			.forEach((member) -> add(types, member));
		return types;
	}

	/**
	 * Whether other packages need the type without naming it: as a superclass whose
	 * methods they call, or as an interface that they implement by a lambda.
	 * @param type the type
	 * @return whether they do
	 */
	static boolean isNeeded(JavaClass type) {
		return !type.isInterface() && type.getSubclasses().stream().anyMatch(ApiSignatures::isVisible)
				|| type.isInterface() && type.getMethodsWithParameterTypeOfSelf()
					.stream()
					.anyMatch((method) -> isVisible(method.getModifiers()) && isVisible(method.getOwner()));
	}

	private static void add(Map<String, Set<JavaClass>> types, JavaMember member) {
		types.computeIfAbsent(member.getFullName(), (name) -> new HashSet<>()).addAll(member.getAllInvolvedRawTypes());
		if (member instanceof JavaCodeUnit code) {
			code.getExceptionTypes().forEach((exception) -> types.get(member.getFullName()).add(exception));
		}
	}

	private static void add(Map<String, Set<JavaClass>> types, String place, JavaType type) {
		types.computeIfAbsent(place, (name) -> new HashSet<>()).addAll(type.getAllInvolvedRawTypes());
	}

	private static boolean isVisible(Set<JavaModifier> modifiers) {
		return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
	}

}
