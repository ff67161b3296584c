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

package io.github.natskv.jetstream;

import java.nio.charset.StandardCharsets;

import io.nats.client.support.JsonValue;
import io.nats.client.support.JsonValueUtils;

/**
 * A JSON request to JetStream. All text in it is escaped: subjects come from other
 * clients, which may put quotes into them.
 */
public final class ApiRequest {

	private final JsonValueUtils.MapBuilder fields = JsonValueUtils.mapBuilder();

	private ApiRequest() {
	}

	public static ApiRequest of(String name, Object value) {
		return new ApiRequest().with(name, value);
	}

	/**
	 * Add a field.
	 * @param value a text, a number or a boolean
	 */
	public ApiRequest with(String name, Object value) {
		// jnats trims texts that it turns into JSON by itself
		this.fields.put(name, (value instanceof String text) ? new JsonValue(text) : value);
		return this;
	}

	public String toJson() {
		return this.fields.toJson();
	}

	public byte[] toBytes() {
		return toJson().getBytes(StandardCharsets.UTF_8);
	}

}
