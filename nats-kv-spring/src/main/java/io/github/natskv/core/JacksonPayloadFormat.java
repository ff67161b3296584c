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

package io.github.natskv.core;

import java.lang.reflect.Type;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON payloads by Jackson.
 *
 * @since 0.1.0
 */
public class JacksonPayloadFormat implements PayloadFormat {

	private final JsonMapper jsonMapper;

	static PayloadFormat withDefaults() {
		return new JacksonPayloadFormat(JsonMapper.builder().build());
	}

	public JacksonPayloadFormat(JsonMapper jsonMapper) {
		this.jsonMapper = jsonMapper;
	}

	@Override
	public PayloadReader<@Nullable Object> reader(Type type) {
		ObjectReader reader = this.jsonMapper.readerFor(this.jsonMapper.constructType(type));
		return (payload) -> {
			try {
				return reader.readValue(payload);
			}
			catch (JacksonException ex) {
				throw new PayloadConversionException(type, describe(ex), ex);
			}
		};
	}

	@Override
	public PayloadWriter writer(Type type) {
		JavaType javaType = this.jsonMapper.constructType(type);
		if (javaType.isContainerType() || javaType.isReferenceType()) {
			return writer(this.jsonMapper.writerFor(javaType), (value) -> value);
		}
		if (!mayDifferFromClass(javaType)) {
			return writer(this.jsonMapper.writer(), (value) -> value);
		}
		// as a root type it would hide a subclass' properties, as a content it does not
		JavaType reference = this.jsonMapper.getTypeFactory().constructReferenceType(AtomicReference.class, javaType);
		return writer(this.jsonMapper.writerFor(reference), AtomicReference::new);
	}

	// Whether values may be written differently by the type than by their own class.
	private boolean mayDifferFromClass(JavaType type) {
		return !this.jsonMapper.isEnabled(SerializationFeature.WRAP_ROOT_VALUE)
				&& (type.hasGenericTypes() || this.jsonMapper.serializationConfig().getDefaultTyper(type) != null);
	}

	private static PayloadWriter writer(ObjectWriter writer, UnaryOperator<Object> wrapper) {
		return (value) -> {
			try {
				return writer.writeValueAsBytes(wrapper.apply(value));
			}
			catch (JacksonException ex) {
				throw new PayloadConversionException(value.getClass(), describe(ex), ex);
			}
		};
	}

	private static String describe(JacksonException ex) {
		String path = ex.getPathReference();
		return ex.getOriginalMessage() + ((path != null && !path.isEmpty()) ? " (at " + path + ")" : "");
	}

}
