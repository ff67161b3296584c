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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.dao.DataAccessException;

/**
 * Some of many writes failed. Each key is either among those that were written or among
 * those that failed; a failure is what writing that key alone would have thrown. Only
 * that of a {@link KeyValueTimeoutException} may have been written, or may be later.
 *
 * @since 0.1.0
 */
public class BulkOperationException extends DataAccessException {

	private final transient Map<String, Long> succeeded;

	private final transient Map<String, RuntimeException> failures;

	/**
	 * Create an exception. Its cause is the first failure.
	 * @param message what was to be done
	 * @param succeeded the revisions that were written, by key
	 * @param failures why others were not, by key
	 */
	public BulkOperationException(String message, Map<String, Long> succeeded, Map<String, RuntimeException> failures) {
		super(message, failures.values().stream().findFirst().orElse(null));
		this.succeeded = Collections.unmodifiableMap(new LinkedHashMap<>(succeeded));
		this.failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
	}

	/**
	 * Return what was written.
	 * @return the revisions, by key
	 */
	public Map<String, Long> getSucceeded() {
		return this.succeeded;
	}

	/**
	 * Return what was not written, or of which it is not known.
	 * @return the failures, by key
	 */
	public Map<String, RuntimeException> getFailures() {
		return this.failures;
	}

}
