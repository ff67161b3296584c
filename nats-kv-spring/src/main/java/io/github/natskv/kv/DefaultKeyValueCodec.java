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

import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.PayloadReader;

/**
 * The default codec, which writes values like payloads of messages: {@code byte[]} as it
 * is, {@code String}, numbers and booleans as their plain text, and everything else as
 * JSON where Jackson is present.
 *
 * @since 0.1.0
 */
public class DefaultKeyValueCodec implements KeyValueCodec {

	private final PayloadConverter converter;

	/**
	 * Create a codec.
	 * @param converter converts the values
	 */
	public DefaultKeyValueCodec(PayloadConverter converter) {
		this.converter = converter;
	}

	@Override
	public byte[] encode(Object value, Type type) {
		return this.converter.writer(type).write(value);
	}

	@Override
	public Object decode(byte[] bytes, Type type) {
		return this.converter.reader(type).read(bytes);
	}

	@Override
	public Function<byte[], Object> decoder(Type type) {
		PayloadReader<Object> reader = this.converter.reader(type);
		return reader::read;
	}

}
