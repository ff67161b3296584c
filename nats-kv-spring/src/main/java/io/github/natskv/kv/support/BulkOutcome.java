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

package io.github.natskv.kv.support;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import io.github.natskv.kv.BulkOperationException;
import io.github.natskv.kv.jetstream.BulkWrite;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a bulk operation, key by key.
 */
final class BulkOutcome {

	private final Map<String, Long> succeeded = new LinkedHashMap<>();

	private final Map<String, RuntimeException> failures = new LinkedHashMap<>();

	/**
	 * Prepare the write of a key, which fails if that does.
	 * @return the write, {@code null} if it failed
	 */
	@Nullable BulkWrite prepare(String key, Function<String, BulkWrite> preparation) {
		try {
			return preparation.apply(key);
		}
		catch (RuntimeException ex) {
			this.failures.put(key, ex);
			return null;
		}
	}

	BulkWrite write(String key, String encoded, @Nullable Headers headers, byte @Nullable [] value) {
		return new Write(this, key, encoded, headers, value);
	}

	/**
	 * Return what was written.
	 * @param action what was to be done, to follow "Could not"
	 * @param bucket the server's name of the bucket
	 * @return the revisions by key
	 * @throws BulkOperationException if a key failed
	 */
	Map<String, Long> revisions(String action, String bucket) {
		if (this.failures.isEmpty()) {
			return Collections.unmodifiableMap(this.succeeded);
		}
		Map.Entry<String, RuntimeException> first = this.failures.entrySet().iterator().next();
		throw new BulkOperationException("Could not %s %d of %d keys in bucket '%s', the first of them '%s': %s"
			.formatted(action, this.failures.size(), this.failures.size() + this.succeeded.size(), bucket,
					first.getKey(), first.getValue().getMessage()),
				this.succeeded, this.failures);
	}

	private record Write(BulkOutcome outcome, String userKey, String key, @Nullable Headers headers,
			byte @Nullable [] value) implements BulkWrite {

		@Override
		public void written(long revision) {
			this.outcome.succeeded.put(this.userKey, revision);
		}

		@Override
		public void failed(RuntimeException failure) {
			this.outcome.failures.put(this.userKey, failure);
		}

	}

}
