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

package io.github.natskv.test;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.annotation.JetStreamListeners;
import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.KeyValueListeners;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.annotation.NatsListeners;
import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.core.NatsOptionsCustomizer;
import io.github.natskv.core.PayloadFormat;
import io.github.natskv.core.PublishInterceptor;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.interceptor.BucketInterceptor;
import io.github.natskv.kv.interceptor.WatchInterceptor;
import io.github.natskv.listener.ListenerErrorHandler;
import io.github.natskv.listener.ListenerInterceptor;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.util.ClassUtils;

/**
 * Decides which of the application's components a {@link NatsKvTest} has.
 */
class NatsKvTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<NatsKvTest> {

	private static final List<Class<?>> LISTENERS = List.of(NatsListener.class, NatsListeners.class,
			KeyValueListener.class, KeyValueListeners.class, JetStreamListener.class, JetStreamListeners.class);

	private static final List<String> JSON = List.of("tools.jackson.databind.JacksonModule",
			"org.springframework.boot.jackson.JacksonComponent");

	private static final Set<Class<?>> KNOWN = known();

	NatsKvTypeExcludeFilter(Class<?> testClass) {
		super(testClass);
	}

	private static Set<Class<?>> known() {
		Set<Class<?>> known = new HashSet<>(List.of(NatsConnectionDetails.class, NatsOptionsCustomizer.class,
				PayloadFormat.class, PublishInterceptor.class, BucketInterceptor.class, WatchInterceptor.class,
				KeyValueCodec.class, ListenerErrorHandler.class, ListenerInterceptor.class, MessageConverter.class));
		ClassLoader classLoader = NatsKvTypeExcludeFilter.class.getClassLoader();
		JSON.stream()
			.filter((name) -> ClassUtils.isPresent(name, classLoader))
			.forEach((name) -> known.add(ClassUtils.resolveClassName(name, classLoader)));
		return Set.copyOf(known);
	}

	@Override
	protected Set<Class<?>> getKnownIncludes() {
		return KNOWN;
	}

	@Override
	protected boolean defaultInclude(MetadataReader metadataReader, MetadataReaderFactory metadataReaderFactory)
			throws IOException {
		return super.defaultInclude(metadataReader, metadataReaderFactory)
				|| hasListener(metadataReader.getAnnotationMetadata(), metadataReaderFactory);
	}

	// also one declared by a superclass or interface
	private static boolean hasListener(AnnotationMetadata type, MetadataReaderFactory types) throws IOException {
		if (LISTENERS.stream().anyMatch((annotation) -> type.hasAnnotatedMethods(annotation.getName()))) {
			return true;
		}
		String superclass = type.getSuperClassName();
		if (superclass != null && isListener(superclass, types)) {
			return true;
		}
		for (String implemented : type.getInterfaceNames()) {
			if (isListener(implemented, types)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isListener(String type, MetadataReaderFactory types) throws IOException {
		return !type.startsWith("java.") && hasListener(types.getMetadataReader(type).getAnnotationMetadata(), types);
	}

}
