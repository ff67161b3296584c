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

import io.nats.client.api.KeyValueEntry;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataRetrievalFailureException;

/**
 * A stored value is not one of the bucket's value type.
 *
 * @since 0.1.0
 */
public class ValueDecodingException extends DataRetrievalFailureException {

	private final transient KeyValueEntry entry;

	public ValueDecodingException(String message, KeyValueEntry entry, @Nullable Throwable cause) {
		super(message, cause);
		this.entry = entry;
	}

	/**
	 * Return the entry as it is stored, with its bytes. Its key is written as on the
	 * server.
	 * @return the raw entry
	 */
	public KeyValueEntry getEntry() {
		return this.entry;
	}

}
