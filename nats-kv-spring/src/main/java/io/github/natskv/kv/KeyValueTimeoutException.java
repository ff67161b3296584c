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

import org.jspecify.annotations.Nullable;

import org.springframework.dao.QueryTimeoutException;

/**
 * The server did not answer in time, or the connection was lost before it did. Whether a
 * write took place is unknown: it may have, or may still do so. Read the key again before
 * drawing conclusions.
 * <p>
 * A connection that is lost in the very moment of a write may keep the write in its queue
 * and send it after reconnecting: such a write ends in this exception, too.
 *
 * @since 0.1.0
 */
public class KeyValueTimeoutException extends QueryTimeoutException {

	public KeyValueTimeoutException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
