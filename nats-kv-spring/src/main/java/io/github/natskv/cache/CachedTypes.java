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

package io.github.natskv.cache;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;

/**
 * Types of what methods cache.
 *
 * @since 0.1.0
 */
public final class CachedTypes {

	private CachedTypes() {
	}

	/**
	 * Return the type of what is cached of a method: its return type, without the
	 * {@code Optional}, future or publisher around it.
	 * @param method the method
	 * @param targetClass the class it is called on
	 * @return the type
	 */
	public static ResolvableType of(Method method, Class<?> targetClass) {
		ResolvableType type = ResolvableType.forMethodReturnType(method, targetClass);
		Class<?> raw = type.toClass();
		if (Optional.class.isAssignableFrom(raw)) {
			return type.as(Optional.class).getGeneric();
		}
		if (CompletionStage.class.isAssignableFrom(raw)) {
			return type.as(CompletionStage.class).getGeneric();
		}
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw);
		if (adapter != null) {
			ResolvableType element = type.getGeneric();
			return adapter.isMultiValue() ? ResolvableType.forClassWithGenerics(List.class, element) : element;
		}
		return type;
	}

}
