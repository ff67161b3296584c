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

import io.github.natskv.core.JacksonPayloadFormat;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.KeyValueCodec;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;

/**
 * The codec an application has by default.
 */
final class DefaultCodec {

	private static final boolean JACKSON = ClassUtils.isPresent("tools.jackson.databind.json.JsonMapper",
			DefaultCodec.class.getClassLoader());

	private DefaultCodec() {
	}

	static KeyValueCodec get() {
		return new DefaultKeyValueCodec(JACKSON ? Json.converter() : new PayloadConverter());
	}

	/**
	 * Keeps Jackson out of the way where it is missing.
	 */
	private static final class Json {

		static PayloadConverter converter() {
			return new PayloadConverter(new JacksonPayloadFormat(JsonMapper.shared()));
		}

	}

}
