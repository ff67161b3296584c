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

package io.github.natskv.kv;

import java.lang.reflect.Type;
import java.util.function.Function;

import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * A codec that writes every value as JSON, by Jackson.
 *
 * @since 0.1.0
 */
public class JacksonKeyValueCodec implements KeyValueCodec {

	private final JsonMapper mapper;

	/**
	 * Create a codec.
	 * @param mapper what writes and reads JSON
	 */
	public JacksonKeyValueCodec(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public byte[] encode(Object value, Type type) {
		return this.mapper.writerFor(this.mapper.constructType(type)).writeValueAsBytes(value);
	}

	@Override
	public Object decode(byte[] bytes, Type type) {
		return decoder(type).apply(bytes);
	}

	@Override
	public Function<byte[], Object> decoder(Type type) {
		JavaType javaType = this.mapper.constructType(type);
		ObjectReader reader = this.mapper.readerFor(javaType);
		return reader::readValue;
	}

}
