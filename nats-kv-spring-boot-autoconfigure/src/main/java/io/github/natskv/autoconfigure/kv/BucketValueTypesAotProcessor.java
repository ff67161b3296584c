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

import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;

import io.github.natskv.autoconfigure.binding.ConfiguredConnections;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Registers the value types of buckets for native images. Those are the types configured
 * at build time: the classes in it are decided then. Types of injection points are not
 * among them.
 */
class BucketValueTypesAotProcessor implements BeanFactoryInitializationAotProcessor {

	@Override
	public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
			ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory.getBeanNamesForType(KeyValueBeanDefinitionRegistrar.class, true, false).length == 0) {
			return null;
		}
		List<Type> types = ConfiguredConnections.of(beanFactory)
			.buckets()
			.map((bucket) -> bucket.settings().valueType())
			.filter(Objects::nonNull)
			.toList();
		BindingReflectionHintsRegistrar registrar = new BindingReflectionHintsRegistrar();
		return (generation, code) -> {
			ReflectionHints reflection = generation.getRuntimeHints().reflection();
			types.forEach((type) -> registrar.registerReflectionHints(reflection, type));
			reflection.registerType(InjectedValueType.class, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS);
		};
	}

}
