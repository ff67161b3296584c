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

package io.github.natskv.listener;

import io.github.natskv.core.NatsException;
import org.jspecify.annotations.Nullable;

/**
 * A message a listener cannot accept: a header is missing or does not convert, or the
 * payload is not valid. A waiting requester gets it as an error reply with code 400.
 *
 * @since 0.1.0
 */
public class InvalidMessageException extends NatsException {

	public InvalidMessageException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
