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

package io.github.natskv.cache;

import java.util.concurrent.Callable;

import org.springframework.cache.Cache;

/**
 * A loader that failed. The message of Spring's own exception has the key, which may be a
 * secret.
 */
final class ValueNotLoadedException extends Cache.ValueRetrievalException {

	private final String cache;

	ValueNotLoadedException(String cache, Object key, Callable<?> loader, Throwable cause) {
		super(key, loader, cause);
		this.cache = cache;
	}

	@Override
	public String getMessage() {
		return "A value of cache '%s' could not be loaded".formatted(this.cache);
	}

}
