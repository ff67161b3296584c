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

/**
 * Turns values into the bytes stored in a bucket and back. A bean of this type replaces
 * the default, which writes {@code byte[]}, {@code String}, numbers and booleans as they
 * are and everything else as JSON.
 *
 * @since 0.1.0
 */
public interface KeyValueCodec {

	/**
	 * Encode a value.
	 * @param value the value
	 * @param type the value type of the bucket
	 * @return the bytes to store
	 */
	byte[] encode(Object value, Type type);

	/**
	 * Decode a value.
	 * @param bytes the stored bytes, empty for an empty value
	 * @param type the value type of the bucket
	 * @return the value
	 * @throws RuntimeException if the bytes are not such a value
	 */
	Object decode(byte[] bytes, Type type);

	/**
	 * Return a function that decodes values of one type. A bucket asks for it once, so
	 * this is the place to look up what depends on the type only.
	 * @param type the value type of the bucket
	 * @return the function, calls {@link #decode} unless overridden
	 */
	default Function<byte[], Object> decoder(Type type) {
		return (bytes) -> decode(bytes, type);
	}

}
