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

package io.github.natskv.autoconfigure.cache;

import java.time.Duration;
import java.util.Map;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.connection.BucketCheck;
import io.github.natskv.cache.NatsCacheManager;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * Refuses a configured time to live that the server or the bucket cannot keep: at the
 * start, or where the server cannot be asked then, in health once it can.
 */
class CacheTimeToLiveCheck extends BucketCheck {

	private static final Log logger = LogFactory.getLog(CacheTimeToLiveCheck.class);

	private final NatsCacheManager cacheManager;

	private final CacheOptions options;

	CacheTimeToLiveCheck(NatsCacheManager cacheManager, CacheOptions options) {
		super(options.connection(), cacheManager.getBucketName());
		this.cacheManager = cacheManager;
		this.options = options;
	}

	@Override
	protected String consequence() {
		return "Writes to its caches are refused.";
	}

	@Override
	protected void check() {
		for (Map.Entry<String, Duration> ttl : this.options.timesToLive().entrySet()) {
			try {
				this.cacheManager.requireTimeToLive(ttl.getValue());
			}
			catch (InvalidDataAccessResourceUsageException ex) {
				throw new InvalidNatsPropertyException(ttl.getKey(),
						"is %s, which cannot be kept. %s.".formatted(ttl.getValue(), ex.getMessage()),
						"Give the bucket 'limit-marker-ttl' and 'history: 1' on nats-server 2.11 or newer, or remove the property: entries then live as long as the 'ttl' of the bucket says.",
						ex);
			}
			catch (DataAccessException ex) {
				logger.debug("Bucket '%s' of the cache could not be asked about times to live"
					.formatted(this.cacheManager.getBucketName()), ex);
				return;
			}
		}
	}

}
